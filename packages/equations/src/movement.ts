/** How primitives are written that move, gather or reduce elements. */
import { type Attributes, type Dimension, isRows, type Shape } from '@chainrule/program'
import { axisLetter } from './notation.ts'
import { atom, level, type Piece, within } from './pieces.ts'
import { transposed } from './products.ts'

export const sizeLatex = (size: Dimension): string => {
  if (!isRows(size)) return String(size)
  return size.rows === 1 ? 'B' : `${size.rows}B`
}
export const shapeLatex = (shape: Shape): string => shape.map(sizeLatex).join(' \\times ')

const subscripted = (x: Piece, subscript: string): Piece => {
  const base = x.level < level.atom ? `\\left(${x.latex}\\right)` : `{${x.latex}}`
  return { latex: `${base}_{${subscript}}`, level: level.atom, kind: x.kind }
}
const operator = (name: string, x: Piece, subscript?: string): Piece =>
  atom(
    `\\operatorname{${name}}${subscript === undefined ? '' : `_{${subscript}}`}\\left(${x.latex}\\right)`,
  )

export function slicePiece(x: Piece, shape: Shape, { start, size }: Attributes['slice']): Piece {
  const ranges = shape.map((whole, axis) => {
    const [from = 0, length = whole] = [start[axis], size[axis]]
    if (sizeLatex(length) === sizeLatex(whole)) return ':'
    if (length === 1) return sizeLatex(from)
    const end = isRows(from) || isRows(length) ? undefined : from + length
    return end === undefined ? `${sizeLatex(from)} \\ldots` : `${sizeLatex(from)}:${end}`
  })
  return ranges.every((range) => range === ':') ? x : subscripted(x, ranges.join(','))
}

export function reshapePiece(x: Piece, from: Shape, to: Shape): Piece {
  const counted = (shape: Shape): string =>
    shape
      .filter((size) => size !== 1)
      .map(sizeLatex)
      .join()
  return counted(from) === counted(to) ? x : operator('reshape', x, shapeLatex(to))
}

export function transposePiece(x: Piece, permutation: readonly number[]): Piece {
  const last = permutation.length - 1
  const swapsLast = permutation.every((axis, i) => {
    if (i < last - 1) return axis === i
    return axis === (i === last ? last - 1 : last)
  })
  return swapsLast ? transposed(x) : operator('transpose', x, permutation.join(','))
}

/** Σ over axes. */
export function sumPiece(x: Piece, axes: readonly number[]): Piece {
  if (axes.length === 0) return x
  const latex = `\\sum_{${axes.map(axisLetter).join(',')}} ${within(x, level.product)}`
  return { latex, level: level.sum, kind: 'tensor' }
}

/** Σ 1: how many there are. */
export const countPiece = ({ shape }: { readonly shape: Shape }, axes: readonly number[]): Piece =>
  atom(axes.map((axis) => sizeLatex(shape[axis] ?? 1)).join(' \\cdot '), 'scalar')

export const maxPiece = (name: 'max' | 'argmax', x: Piece, axis: number): Piece =>
  atom(
    `\\${name === 'max' ? 'max' : 'operatorname{argmax}'}_{${axisLetter(axis)}} ${within(x, level.atom)}`,
  )

export function concatPiece(pieces: readonly Piece[]): Piece {
  const most = 5
  const shown =
    pieces.length <= most ? pieces : [...pieces.slice(0, 2), atom('\\cdots'), ...pieces.slice(-1)]
  return atom(`\\left[${shown.map(({ latex }) => latex).join(' \\mid ')}\\right]`)
}

export function padPiece(x: Piece, { before, after, value }: Attributes['pad']): Piece {
  const sides = before.flatMap((size, axis) => {
    const end = after[axis] ?? 0
    return size === 0 && end === 0
      ? []
      : [`${axisLetter(axis)}:${sizeLatex(size)},${sizeLatex(end)}`]
  })
  const filled = value === 0 ? '' : ` \\leftarrow ${value}`
  return operator('pad', x, `${sides.join(';\\,')}${filled}`)
}

export const windowsPiece = (
  name: 'unfold' | 'fold',
  x: Piece,
  windows: readonly number[],
): Piece => operator(name === 'unfold' ? 'windows' : 'addWindows', x, windows.join(' \\times '))

/** Rows of a table. */
export const gatherPiece = (table: Piece, indices: Piece): Piece =>
  subscripted(table, indices.latex)

/** Sums of what belongs to each index. */
export function scatterPiece(indices: Piece, updates: Piece): Piece {
  const latex = `\\sum_{${indices.latex} = r} ${within(updates, level.product)}`
  return { latex, level: level.sum, kind: 'tensor' }
}
