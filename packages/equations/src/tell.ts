/** Tells roots in equations, and with them whatever they need to have a name. */
import type { Instruction, Tensor, ValueId } from '@chainrule/program'
import type { Label, LabelOf } from './labels.ts'
import type { NamedLayer, Root } from './name-layer.ts'
import type { Piece } from './pieces.ts'
import { type Scope, unnamedOf } from './scope.ts'
import type { Equation } from './types.ts'
import { asWritten, EquationWriter, finished } from './write.ts'

export type Named = Pick<NamedLayer, 'symbols' | 'dh' | 'dhPlace'>

/** `prefix`: of the names of values that only equations have. */
export function tell(
  given: readonly Root[],
  named: Named,
  scope: Scope,
  labelOf: LabelOf,
  { prefix, tensorOf }: { readonly prefix: string; readonly tensorOf: (id: ValueId) => Tensor },
): Equation[] {
  const { instructions } = scope
  const roots = [...given]
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
    const tensor = tensorOf(id)
    const left = named.symbols.add(tensor, {
      name: `${prefix}/${part}/${count}`,
      latex,
      isGradient,
    })
    if (part !== 'outside') roots.push({ part, role: 'other', tensor, left })
  }
  const key = ({ part, tensor }: Root): number =>
    (part === 'forward' ? 0 : instructions.length) + computedAt(tensor.id, instructions, named)
  const builder = new Builder(named, scope, labelOf)
  return roots.toSorted((a, b) => key(a) - key(b)).flatMap((root) => builder.equations(root))
}

function partOf(
  instruction: Instruction | undefined,
  isInside: boolean,
): 'forward' | 'backward' | 'outside' {
  if (!isInside) return 'outside'
  return instruction?.scope?.endsWith('/backward') === true ? 'backward' : 'forward'
}

/** Where a value is computed; of one that is put together, where its first part is. */
function computedAt(id: ValueId, instructions: readonly Instruction[], { symbols }: Named): number {
  const [first = id] = instructions[id]?.operands ?? []
  return symbols.parts[first]?.part === 'matrix' && isJoint(instructions[id]) ? first : id
}

const isJoint = (instruction: Instruction | undefined): boolean =>
  instruction?.primitive === 'concat' && instruction.operands.length === 2

class Builder {
  readonly #named: Named
  readonly #scope: Scope
  readonly #labelOf: LabelOf

  constructor(named: Named, scope: Scope, labelOf: LabelOf) {
    this.#named = named
    this.#scope = scope
    this.#labelOf = labelOf
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
          [writer.gradient(product, column)],
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
    const leftPiece = writer.named(root.left, left, this.#named.symbols.partOf(value))
    const { note, ...told } = writer.told
    const notes = [label.note, note].filter((each) => each !== undefined)
    const sides = [leftPiece, ...(through === undefined ? [] : [through]), ...rights]
    const written = finished(sides.map(({ latex }) => latex).join(' = '))
    return {
      part: root.part,
      left: root.left,
      value,
      ...written,
      reads: asWritten(reads, written.linked),
      ...told,
      ...label,
      ...(notes.length > 0 && { note: notes.join(' ') }),
    }
  }
}
