/** A matrix on a canvas: each element in its colour, with its number where there is room. */
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

const most = { width: 250, height: 170 }
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

export function paintMatrix(
  context: CanvasRenderingContext2D,
  values: Float32Array,
  slice: Slice,
  layout: MatrixLayout,
  { made, followed }: Marks,
): void {
  const { rows, columns, offset } = slice
  const { cellWidth, cellHeight } = layout
  const ratio = context.canvas.width / layout.width
  context.setTransform(ratio, 0, 0, ratio, 0, 0)
  context.imageSmoothingEnabled = Math.min(cellWidth, cellHeight) < 1
  const picture = pictureOf(values, slice, { made, followed })
  context.drawImage(picture, 0, 0, layout.width, layout.height)
  if (layout.hasNumbers) paintNumbers(context, values, slice, layout)
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

/** A pixel an element. */
function pictureOf(
  values: Float32Array,
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
  const scale = largest(values) || 1
  for (let at = 0; at < pixels.length; at++) {
    const flat = offset + at
    const pixel = signedPixel((values[flat] ?? Number.NaN) / scale)
    const isVeiled = made.size > 0 && !made.has(flat) && flat !== followed
    pixels[at] = isVeiled ? veiled(pixel, veil) : pixel
  }
  context?.putImageData(image, 0, 0)
  return canvas
}

function paintNumbers(
  context: CanvasRenderingContext2D,
  values: Float32Array,
  { rows, columns, offset }: Slice,
  { cellWidth, cellHeight }: MatrixLayout,
): void {
  const scale = largest(values) || 1
  context.textAlign = 'center'
  context.textBaseline = 'middle'
  context.font = '11px ui-monospace, Menlo, Consolas, "DejaVu Sans Mono", monospace'
  for (let at = 0; at < rows * columns; at++) {
    const value = values[offset + at] ?? Number.NaN
    const [row, column] = [Math.floor(at / columns), at % columns]
    // Blue, full, is darker than orange.
    context.fillStyle = value / scale > 0.6 ? '#fff' : '#12161f'
    const [x, y] = [(column + 0.5) * cellWidth, (row + 0.5) * cellHeight + 0.5]
    context.fillText(shortNumber(value), x, y)
  }
}

function largest(values: Float32Array): number {
  let most = 0
  for (const value of values) if (Number.isFinite(value)) most = Math.max(most, Math.abs(value))
  return most
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
