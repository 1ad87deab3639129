/** A matrix on a canvas: each element in its colour, with its number where there is room. */
import type { SymbolExtent } from '@chainrule/equations'
import { signedPixel, veiled } from '../output/pixels.ts'
import type { Slice } from './slices.ts'

export interface MatrixLayout {
  readonly width: number
  readonly height: number
  readonly cellWidth: number
  readonly cellHeight: number
  readonly hasNumbers: boolean
}

/** Over what has no part in the element that is followed. */
const veil = 0.62
/** Smaller cells are told by the veil alone. */
const outlined = 12

/** Three of them stand beside each other in half of a page. */
const most = { width: 200, height: 170 }
const numbered = { width: 50, height: 20, columns: 5, rows: 8 }
const plain = { width: 20, height: 20 }

/** Sizes in CSS pixels. */
export function matrixLayout({ rows, columns }: Pick<Slice, 'rows' | 'columns'>): MatrixLayout {
  const hasNumbers = columns <= numbered.columns && rows <= numbered.rows
  const least = 0.25
  const fit = (room: number, count: number, cell: number): number =>
    Math.max(least, Math.min(cell, room / Math.max(1, count)))
  const cellWidth = hasNumbers ? numbered.width : fit(most.width, columns, plain.width)
  const cellHeight = hasNumbers ? numbered.height : fit(most.height, rows, plain.height)
  return {
    width: Math.max(1, Math.round(columns * cellWidth)),
    height: Math.max(1, Math.round(rows * cellHeight)),
    ...{ cellWidth, cellHeight, hasNumbers },
  }
}

export interface Marks {
  /** Elements that made the one that is followed, by their places in the tensor. */
  readonly made: ReadonlySet<number>
  /** The element that is followed. */
  readonly followed: number | undefined
}

/** What is drawn. */
export interface Drawn {
  readonly values: Float32Array
  /** What part of it an equation reads. */
  readonly extent: SymbolExtent | undefined
}

/** Over columns that an equation does not read. */
const leftOut = 0.5
/** Over the ones that are appended, which are no values of the network. */
const ones = 0.25

export function paintMatrix(
  context: CanvasRenderingContext2D,
  drawn: Drawn,
  slice: Slice,
  layout: MatrixLayout,
  { made, followed }: Marks,
): void {
  const { rows, columns, offset } = slice
  const { cellWidth, cellHeight } = layout
  const ratio = context.canvas.width / layout.width
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.imageSmoothingEnabled = Math.min(cellWidth, cellHeight) < 1
  const picture = pictureOf(drawn, slice, { made, followed })
  context.drawImage(picture, 0, 0, layout.width, layout.height)
  if (layout.hasNumbers) paintNumbers(context, drawn, slice, layout)
  const outline = (flat: number, width: number): void => {
    const within = flat - offset
    if (within < 0 || within >= rows * columns) return
    const [row, column] = [Math.floor(within / columns), within % columns]
    const [w, h] = [Math.max(cellWidth, 2), Math.max(cellHeight, 2)]
    for (const [colour, thickness] of [
      ['#fff', width + 1.5],
      ['#10131a', width],
    ] as const) {
      context.strokeStyle = colour
      context.lineWidth = thickness
      context.strokeRect(column * cellWidth - 0.5, row * cellHeight - 0.5, w + 1, h + 1)
    }
  }
  if (Math.min(cellWidth, cellHeight) >= outlined) for (const flat of made) outline(flat, 1.5)
  if (followed !== undefined) outline(followed, 2.5)
}

/** Whether an equation does not read a column. */
function isLeftOut({ extent }: Drawn, column: number, columns: number): boolean {
  const isLast = column === columns - 1
  return extent === 'matrix' ? isLast : extent === 'column' && !isLast
}

const isOne = ({ extent }: Drawn, column: number, columns: number): boolean =>
  extent === 'appended' && column === columns - 1

/** A pixel an element. */
function pictureOf(
  drawn: Drawn,
  { rows, columns, offset }: Slice,
  { made, followed }: Marks,
): HTMLCanvasElement {
  const canvas = document.createElement('canvas')
  canvas.width = columns
  canvas.height = rows
  const context = canvas.getContext('2d')
  const image = context?.createImageData(columns, rows)
  if (image === undefined) return canvas
  const pixels = new Uint32Array(image.data.buffer)
  const { values } = drawn
  const scale = scaleOf(drawn, columns)
  for (let at = 0; at < pixels.length; at++) {
    const flat = offset + at
    const pixel = signedPixel((values[flat] ?? Number.NaN) / scale)
    const isVeiled = made.size > 0 && !made.has(flat) && flat !== followed
    const column = at % columns
    const share = isLeftOut(drawn, column, columns) ? leftOut : isVeiled ? veil : 0
    const own = isOne(drawn, column, columns) ? veiled(signedPixel(0), ones) : pixel
    pixels[at] = share > 0 ? veiled(own, share) : own
  }
  context?.putImageData(image, 0, 0)
  return canvas
}

function paintNumbers(
  context: CanvasRenderingContext2D,
  drawn: Drawn,
  { rows, columns, offset }: Slice,
  { cellWidth, cellHeight }: MatrixLayout,
): void {
  const { values } = drawn
  const scale = scaleOf(drawn, columns)
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.font = '11px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace'
  for (let at = 0; at < rows * columns; at++) {
    const value = values[offset + at] ?? Number.NaN
    const [row, column] = [Math.floor(at / columns), at % columns]
    if (isLeftOut(drawn, column, columns)) continue
    // Blue, full, is darker than orange.
    const isDark = value / scale > 0.6 && !isOne(drawn, column, columns)
    context.fillStyle = isDark ? '#fff' : '#12161f'
    const [x, y] = [(column + 0.5) * cellWidth, (row + 0.5) * cellHeight + 0.5]
    context.fillText(isOne(drawn, column, columns) ? '1' : shortNumber(value), x, y)
  }
}

/** What the full colours stand for: the largest value that is not appended. */
function scaleOf(drawn: Drawn, columns: number): number {
  let most = 0
  drawn.values.forEach((value, at) => {
    if (Number.isFinite(value) && !isOne(drawn, at % columns, columns))
      most = Math.max(most, Math.abs(value))
  })
  return most || 1
}

/** At most six signs. */
export function shortNumber(value: number): string {
  if (Number.isNaN(value)) return 'NaN'
  if (!Number.isFinite(value)) return value > 0 ? '∞' : '−∞'
  if (value === 0) return '0'
  const size = Math.abs(value)
  const isLong = size >= 1e4 || size < 1e-3
  const text = isLong ? value.toExponential(0) : value.toPrecision(size < 1 ? 2 : 3)
  return text.replaceAll('-', '−').replace('e+', 'e')
}
