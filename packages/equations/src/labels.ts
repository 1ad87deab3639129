/** What is said of a layer's equations beside themselves: which are the paper's, and how. */
import type { NamedLayer, Root } from './name-layer.ts'
import { PaperForms } from './paper-forms.ts'
import { atom, type Piece } from './pieces.ts'
import { followsFrom, slopeOf } from './pointwise.ts'
import type { Scope } from './scope.ts'
import type { LayerTrace } from './trace-training.ts'
import type { Equation } from './types.ts'
import { marked } from './write.ts'

export interface Label extends Pick<Equation, 'number' | 'note' | 'same'> {
  /** What stands between the left side and the right one. */
  readonly through?: Piece
}

/** Labels an equation; `isAlias` where its left side has another name already. */
export type LabelOf = (root: Root, isAlias: boolean) => Label

export function layerLabels(layer: LayerTrace, named: NamedLayer, scope: Scope): LabelOf {
  const { g, dh, dg, roots, symbols } = named
  const paper = new PaperForms(layer, scope.instructions)
  /** σ_n(g^n). */
  const activation = (): Piece => {
    const place = roots.find(({ role }) => role === 'g')?.left
    const written = place === undefined ? '' : marked(place, symbols.at(place).latex)
    return atom(`\\sigma_{n}\\left(${written}\\right)`)
  }
  return ({ role, tensor }, isAlias) => {
    switch (role) {
      case 'g':
        return paper.isAffine(tensor.id) ? { number: 41 } : {}
      case 'h':
        if (g === undefined) return {}
        if (tensor.id === g.id) return { number: 41, note: identityNote }
        if (isAlias || !followsFrom(tensor.id, new Set([g.id]), scope)) return {}
        return { number: 41, through: activation() }
      case 'dg':
        if (tensor.id === dh?.id) return { number: 76, note: identitySlopeNote }
        return slopeOf(named, scope) === undefined ? {} : { number: 76 }
      case 'dW':
        return paper.isWeightGradient(tensor.id, dg?.id) ? { number: 75, note: sumNote } : {}
      case 'dInput':
        return paper.isInputGradient(tensor.id, dg?.id) ? { number: 77 } : {}
      default:
        return {}
    }
  }
}

const identityNote = 'There is no activation: σ is the identity, as in the last layer of the paper.'
const identitySlopeNote = "There is no activation: σ'(g) is 1."
const sumNote = 'Summed over the rows of the batch.'
