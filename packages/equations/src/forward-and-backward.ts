/** The equations of what a layer computes, forward and backward. */
import type { Instruction, ValueId } from '@chainrule/program'
import type { NamedLayer, Root } from './name-layer.ts'
import { PaperForms } from './paper-forms.ts'
import { atom, type Piece } from './pieces.ts'
import { followsFrom, slopeOf } from './pointwise.ts'
import { type Scope, scopeOf, unnamedOf } from './scope.ts'
import type { LayerTrace, TrainingTrace } from './trace-training.ts'
import type { Equation } from './types.ts'
import { EquationWriter, finished, marked } from './write.ts'

export function forwardAndBackward(
  { ops }: TrainingTrace,
  layer: LayerTrace,
  named: NamedLayer,
): Equation[] {
  const { name } = layer.traced.shaped.node
  const { instructions } = ops.trace
  const scope = scopeOf(instructions, new Set([`${name}/forward`, `${name}/backward`]))
  const roots = [...named.roots, ...slopeRoot(named, scope, name, (id) => ops.trace.tensor(id))]
  // What a gradient of a whole W is put together from is told with it.
  const parts = Object.keys(named.symbols.parts).map(Number)
  const tops = [...roots.map(({ tensor }) => tensor.id), ...parts.filter(scope.isInside)]
  const letters = { forward: 'u', backward: 'v', outside: 'x' }
  const counts = { forward: 0, backward: 0, outside: 0 }
  for (const id of unnamedOf(tops, named.symbols, scope)) {
    const part = partOf(instructions[id], scope.isInside(id))
    const count = ++counts[part]
    const isDraw = instructions[id]?.primitive === 'random'
    const latex = isDraw ? `\\mathbf{r}_{${count}}` : `\\mathbf{${letters[part]}}_{${count}}`
    const isGradient = new EquationWriter({ instructions, symbols: named.symbols }).isGradient(id)
    const tensor = ops.trace.tensor(id)
    const left = named.symbols.add(tensor, { name: `${name}/${part}/${count}`, latex, isGradient })
    if (part !== 'outside') roots.push({ part, role: 'other', tensor, left })
  }
  const key = ({ part, tensor }: Root): number =>
    (part === 'forward' ? 0 : instructions.length) + computedAt(tensor.id, instructions, named)
  const builder = new Builder(layer, named, scope)
  return roots.toSorted((a, b) => key(a) - key(b)).flatMap((root) => builder.equations(root))
}

/** σ'(g), told before it is used. */
function slopeRoot(
  named: NamedLayer,
  scope: Scope,
  name: string,
  tensorOf: (id: ValueId) => Root['tensor'],
): Root[] {
  const slope = slopeOf(named, scope)
  if (slope === undefined) return []
  const tensor = tensorOf(slope)
  const latex = "\\sigma^{n'}\\left(\\mathbf{g}^{n}\\right)"
  const left = named.symbols.add(tensor, { name: `${name}/slope`, latex })
  return [{ part: 'backward', role: 'slope', tensor, left }]
}

function partOf(
  instruction: Instruction | undefined,
  isInside: boolean,
): 'forward' | 'backward' | 'outside' {
  if (!isInside) return 'outside'
  return instruction?.scope?.endsWith('/forward') === true ? 'forward' : 'backward'
}

/** Where a value is computed; of one that is put together, where its first part is. */
function computedAt(
  id: ValueId,
  instructions: readonly Instruction[],
  { symbols }: NamedLayer,
): number {
  const [first = id] = instructions[id]?.operands ?? []
  return symbols.parts[first]?.part === 'matrix' && isJoint(instructions[id]) ? first : id
}

const isJoint = (instruction: Instruction | undefined): boolean =>
  instruction?.primitive === 'concat' && instruction.operands.length === 2

class Builder {
  readonly #layer: LayerTrace
  readonly #named: NamedLayer
  readonly #scope: Scope

  constructor(layer: LayerTrace, named: NamedLayer, scope: Scope) {
    this.#layer = layer
    this.#named = named
    this.#scope = scope
  }

  equations(root: Root): Equation[] {
    const { symbols } = this.#named
    const writer = new EquationWriter({ instructions: this.#scope.instructions, symbols })
    const { role, tensor } = root
    const joint = role === 'dW' ? this.#joint(tensor.id) : undefined
    if (joint !== undefined) return this.#ofJoint(root, joint, writer)
    // A value that has another name already is that.
    const known = symbols.placeOf(tensor.id)
    const isAlias = known !== undefined && known !== root.left
    const isInside = this.#scope.isInside(tensor.id)
    if (role === 'dg' && tensor.id === this.#named.dh?.id) {
      const dh = writer.named(this.#named.dhPlace)
      const label = this.#labelOf(root, true)
      return [this.#equation(root, [dh], writer, { ...label, same: this.#named.dhPlace })]
    }
    const right = isAlias || !isInside ? writer.piece(tensor.id) : writer.defined(tensor.id)
    if (!isAlias && !isInside) return []
    const label = { ...this.#labelOf(root, isAlias), ...(isAlias && { same: known }) }
    return [this.#equation(root, [right], writer, label)]
  }

  /** The parts that a gradient of a whole W is put together from. */
  #joint(id: ValueId): readonly [matrix: ValueId, column: ValueId] | undefined {
    const { instructions } = this.#scope
    const { parts } = this.#named.symbols
    const [matrix = -1, shaped = -1] = isJoint(instructions[id])
      ? (instructions[id]?.operands ?? [])
      : []
    const [column = -1] = instructions[shaped]?.operands ?? []
    return parts[matrix]?.part === 'matrix' && parts[column]?.part === 'column'
      ? [matrix, column]
      : undefined
  }

  /** One equation where the appended 1 explains the last column (eq. 75), else one for each part. */
  #ofJoint(
    root: Root,
    [matrix, column]: readonly [ValueId, ValueId],
    writer: EquationWriter,
  ): Equation[] {
    const { instructions } = this.#scope
    const [product, sum] = [instructions[matrix], instructions[column]]
    const isOne =
      product?.primitive === 'dot' &&
      sum?.primitive === 'sum' &&
      product.operands[0] === sum.operands[0] &&
      String(product.attributes.contract[0]) === String(sum.attributes.axes)
    if (isOne)
      return [
        this.#equation(
          root,
          [writer.defined(matrix)],
          writer,
          this.#labelOf({ ...root, tensor: root.tensor.trace.tensor(matrix) }, false),
        ),
      ]
    return [matrix, column].map((id) => {
      const own = new EquationWriter({ instructions, symbols: this.#named.symbols })
      const left = this.#named.symbols.partLatex.get(id)
      const right = [own.defined(id)]
      return this.#equation({ ...root, tensor: root.tensor }, right, own, undefined, {
        left,
        value: id,
      })
    })
  }

  /** The paper's number, told by what an equation is made of and not by the layer's name. */
  #labelOf({ role, tensor }: Root, isAlias: boolean): Label {
    const { g, dh, dg } = this.#named
    const { instructions } = this.#scope
    const paper = new PaperForms(this.#layer, instructions)
    switch (role) {
      case 'g':
        return paper.isAffine(tensor.id) ? { number: 41 } : {}
      case 'h':
        if (g === undefined) return {}
        if (tensor.id === g.id) return { number: 41, note: identityNote }
        if (isAlias || !followsFrom(tensor.id, new Set([g.id]), this.#scope)) return {}
        return { number: 41, through: this.#activation() }
      case 'dg':
        if (tensor.id === dh?.id) return { number: 76, note: identitySlopeNote }
        return slopeOf(this.#named, this.#scope) === undefined ? {} : { number: 76 }
      case 'dW':
        return paper.isWeightGradient(tensor.id, dg?.id) ? { number: 75, note: sumNote } : {}
      case 'dInput':
        return paper.isInputGradient(tensor.id, dg?.id) ? { number: 77 } : {}
      default:
        return {}
    }
  }

  /** σ_n(g^n). */
  #activation(): Piece {
    const place = this.#named.roots.find(({ role }) => role === 'g')?.left
    const { symbols } = this.#named
    const g = place === undefined ? '' : marked(place, symbols.at(place).latex)
    return atom(`\\sigma_{n}\\left(${g}\\right)`)
  }

  #equation(
    root: Root,
    rights: readonly Piece[],
    writer: EquationWriter,
    { through, ...label }: Label = {},
    {
      left,
      value = root.tensor.id,
    }: { readonly left?: string | undefined; readonly value?: ValueId } = {},
  ): Equation {
    const reads = writer.reads.filter((place) => place !== root.left)
    const leftPiece = writer.named(root.left, left)
    const sides = [leftPiece, ...(through === undefined ? [] : [through]), ...rights]
    return {
      part: root.part,
      left: root.left,
      value,
      ...finished(sides.map(({ latex }) => latex).join(' = ')),
      reads,
      ...label,
    }
  }
}

const identityNote = 'There is no activation: σ is the identity, as in the last layer of the paper.'
const identitySlopeNote = "There is no activation: σ'(g) is 1."
const sumNote = 'Summed over the rows of the batch.'

interface Label extends Pick<Equation, 'number' | 'note' | 'same'> {
  /** What stands between the left side and the right one. */
  readonly through?: Piece
}
