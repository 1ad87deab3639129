/**
 * Products as the paper writes them: a layer's values are columns and gradients are rows, so that W h, ∂L/∂g W and
 * (∂L/∂g)ᵀ hᵀ are products of matrices for each row of a batch. What is none of these is written with indices.
 */
import { type Instruction, isRows, type TensorType, type ValueId } from '@chainrule/program'
import { axisLetter, freshLetters } from './notation.ts'
import { level, type Piece, power, within } from './pieces.ts'

export type Dot = Instruction<'dot'>

/** What a product is, apart from how its sides are written. */
export type Product = 'matrix-vector' | 'row-matrix' | 'outer' | 'indexed'

const isMatrix = ({ shape }: TensorType): boolean => shape.length === 2 && !shape.some(isRows)
const equal = (a: readonly number[], b: readonly number[]): boolean =>
  a.length === b.length && a.every((axis, i) => axis === b[i])
const leading = ({ shape }: TensorType): number[] => shape.slice(0, -1).map((_, axis) => axis)

export function productOf(
  { attributes }: Dot,
  x: TensorType,
  y: TensorType,
  isOuter: boolean,
): Product {
  const { contract, batch } = attributes
  const [left, right] = contract
  if (batch[0].length > 0) return 'indexed'
  const last = x.shape.length - 1
  if (isMatrix(y) && equal(left, [last]) && equal(right, [1])) return 'matrix-vector'
  if (isMatrix(y) && equal(left, [last]) && equal(right, [0])) return 'row-matrix'
  const overRows = equal(left, leading(x)) && equal(right, leading(y)) && left.length > 0
  return overRows && isOuter ? 'outer' : 'indexed'
}

/** The operands of a product and the instructions that gave them, for indices that look through a transpose. */
export interface Side {
  readonly piece: Piece
  readonly type: TensorType
  /** Axis i of the side is this axis of the piece. */
  readonly axes: readonly number[]
}

export function productPiece(product: Product, dot: Dot, x: Side, y: Side): Piece {
  if (product === 'matrix-vector') return beside(y.piece, x.piece)
  if (product === 'row-matrix') return beside(x.piece, y.piece)
  if (product === 'outer') return beside(transposed(x.piece), transposed(y.piece))
  return indexedProduct(dot, x, y)
}

function beside(x: Piece, y: Piece): Piece {
  const left = within(x, level.product)
  const right = y.latex.startsWith('-') ? `\\left(${y.latex}\\right)` : within(y, level.product)
  return { latex: `${left} ${right}`, level: level.product, kind: 'tensor' }
}

export function transposed(x: Piece): Piece {
  return power({ ...x, level: level.relation }, 'T')
}

/** Σ_m x_bm y_bm with a letter for each axis. */
function indexedProduct({ attributes, type }: Dot, x: Side, y: Side): Piece {
  const { contract, batch } = attributes
  const result = type.shape.map((size, axis) =>
    isRows(size) && axis === 0 ? 'b' : axisLetter(axis + 1),
  )
  const summed = freshLetters(contract[0].length, result)
  const free = (side: 0 | 1, rank: number): number[] =>
    Array.from({ length: rank }, (_, axis) => axis).filter(
      (axis) => !contract[side].includes(axis) && !batch[side].includes(axis),
    )
  const own = [free(0, x.type.shape.length), free(1, y.type.shape.length)] as const
  const letterOf = (side: 0 | 1, axis: number): string => {
    const shared = batch[side].indexOf(axis)
    if (shared >= 0) return result[shared] ?? ''
    const met = contract[side].indexOf(axis)
    if (met >= 0) return summed[met] ?? ''
    const before = batch[0].length + (side === 1 ? own[0].length : 0)
    return result[before + own[side].indexOf(axis)] ?? ''
  }
  const write = (side: 0 | 1, { piece, axes }: Side): string => {
    const letters = axes.map((axis, i) => [axis, letterOf(side, i)] as const)
    const inOrder = letters.toSorted(([a], [b]) => a - b).map(([, letter]) => letter)
    const base = piece.level < level.atom ? `\\left(${piece.latex}\\right)` : `{${piece.latex}}`
    return `${base}_{${inOrder.join('')}}`
  }
  const sum = summed.length === 0 ? '' : `\\sum_{${summed.join(',')}} `
  return { latex: `${sum}${write(0, x)}\\,${write(1, y)}`, level: level.sum, kind: 'tensor' }
}

/** The id of the value behind transposes, and where its axes went. */
export function behindTransposes(
  id: ValueId,
  instructions: readonly Instruction[],
  isNamed: (id: ValueId) => boolean,
): { readonly id: ValueId; readonly axes: readonly number[] } {
  const instruction = instructions[id]
  const axes = (instruction?.type.shape ?? []).map((_, axis) => axis)
  if (instruction?.primitive !== 'transpose' || isNamed(id)) return { id, axes }
  const [operand = id] = instruction.operands
  const inner = behindTransposes(operand, instructions, isNamed)
  const { permutation } = instruction.attributes
  return { id: inner.id, axes: axes.map((axis) => inner.axes[permutation[axis] ?? 0] ?? 0) }
}
