/** The network on a canvas: lines by weight, each unit's picture of the plane, strips of wide layers. */
import { classColour, css, signedColour } from '../output/colours.ts'
import { signedPixel } from '../output/pixels.ts'
import { mostUnits } from '../worker/inspect-protocol.ts'
import type { Frame, Plane } from '../worker/protocol.ts'
import { type Box, type Link, type Scene, type Units, unitEnd } from './scene.ts'

export interface Shown {
  readonly frame: Frame | undefined
  readonly plane: Plane | undefined
  /** The mean of each unit over a batch, by layer. */
  readonly means: ReadonlyMap<string, Float32Array>
  /** A line or a unit that is pointed at. */
  readonly pointed: Target | undefined
  readonly selected: string | undefined
}

/** What a place of the picture is. */
export type Target =
  | { readonly kind: 'unit'; readonly box: Box; readonly unit: number }
  | { readonly kind: 'box'; readonly box: Box }
  | { readonly kind: 'line'; readonly link: Link; readonly from: number; readonly to: number }

export interface Theme {
  readonly ink: string
  readonly faint: string
  readonly edge: string
  readonly panel: string
  readonly accent: string
}

export class Painter {
  readonly #context: CanvasRenderingContext2D
  readonly #pictures = new Pictures()

  constructor(context: CanvasRenderingContext2D) {
    this.#context = context
  }

  paint(scene: Scene, shown: Shown, theme: Theme): void {
    const context = this.#context
    const ratio = context.canvas.width / scene.width
    context.setTransform(ratio, 0, 0, ratio, 0, 0)
    context.clearRect(0, 0, scene.width, scene.height)
    for (const link of scene.links) this.#link(link, shown, theme)
    for (const box of scene.boxes) this.#box(box, shown, theme)
  }

  #link(link: Link, { frame, pointed }: Shown, theme: Theme): void {
    const context = this.#context
    const weights = link.weight === undefined ? undefined : frame?.weights?.[link.weight]
    if (weights === undefined || link.from.units === undefined || link.to.units === undefined) {
      context.strokeStyle = theme.faint
      context.lineWidth = 1.5
      context.stroke(curve(link))
      return
    }
    paintWeights(context, link.from.units, link.to.units, weights)
    if (pointed?.kind === 'line' && pointed.link.to.id === link.to.id) {
      const path = new Path2D()
      addLine(path, link.from.units, pointed.from, link.to.units, pointed.to)
      context.strokeStyle = theme.ink
      context.lineWidth = 2.5
      context.stroke(path)
    }
  }

  #box(box: Box, shown: Shown, theme: Theme): void {
    const context = this.#context
    const { x, y, width, height, units } = box
    context.beginPath()
    context.roundRect(x, y, width, height, 7)
    context.fillStyle = theme.panel
    context.globalAlpha = units?.style === 'neurons' ? 0 : 1
    context.fill()
    context.globalAlpha = 1
    context.strokeStyle = shown.selected === box.id ? theme.accent : theme.edge
    context.lineWidth = shown.selected === box.id ? 2 : 1
    context.stroke()
    if (units?.style === 'neurons') this.#neurons(box, units, shown, theme)
    if (units?.style === 'strip') this.#strip(box, units, shown, theme)
  }

  #neurons({ id }: Box, units: Units, { frame, plane, pointed }: Shown, theme: Theme): void {
    const context = this.#context
    const neurons = frame?.neurons?.[id]
    const values = neurons ?? (id.startsWith('@') && plane !== undefined ? ramps(plane) : undefined)
    const picture = values === undefined ? undefined : this.#pictures.of(id, values)
    for (let unit = 0; unit < units.count; unit++) {
      const { x } = units
      const y = units.y + unit * units.step
      if (picture === undefined) {
        context.fillStyle = theme.edge
        context.fillRect(x, y, units.size, units.size)
      } else {
        const { canvas, side } = picture
        context.drawImage(canvas, unit * side, 0, side, side, x, y, units.size, units.size)
      }
      const isPointed = pointed?.kind === 'unit' && pointed.box.id === id && pointed.unit === unit
      context.strokeStyle = isPointed ? theme.ink : theme.faint
      context.lineWidth = isPointed ? 2.5 : 1
      context.strokeRect(x, y, units.size, units.size)
    }
  }

  #strip({ id }: Box, units: Units, { means, pointed }: Shown, theme: Theme): void {
    const context = this.#context
    const known = means.get(id)
    // Those of another network may still be there.
    const values = known?.length === Math.min(units.count, mostUnits) ? known : undefined
    const most = values?.reduce((most, value) => Math.max(most, Math.abs(value)), 0) ?? 0
    context.fillStyle = theme.edge
    context.fillRect(units.x, units.y, units.size, units.count * units.step)
    for (let unit = 0; unit < (values?.length ?? 0); unit++) {
      context.fillStyle = css(signedColour(most === 0 ? 0 : (values?.[unit] ?? 0) / most))
      context.fillRect(units.x, units.y + unit * units.step, units.size, units.step + 0.3)
    }
    if (pointed?.kind === 'unit' && pointed.box.id === id) {
      context.strokeStyle = theme.ink
      context.lineWidth = 2
      const height = Math.max(2, units.step)
      context.strokeRect(units.x - 1, units.y + pointed.unit * units.step, units.size + 2, height)
    }
  }
}

/** Widths that lines are drawn in: few, so that all lines of one are one stroke. */
const widths = 6
const widest = 4.5

function paintWeights(
  context: CanvasRenderingContext2D,
  from: Units,
  to: Units,
  weights: Float32Array,
): void {
  const most = weights.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9)
  const paths = Array.from({ length: 2 * widths }, () => new Path2D())
  weights.forEach((value, at) => {
    const step = Math.min(widths - 1, Math.floor((widths * Math.abs(value)) / most))
    const path = paths[value < 0 ? step : widths + step]
    if (path !== undefined) addLine(path, from, at % from.count, to, Math.floor(at / from.count))
  })
  paths.forEach((path, i) => {
    const share = ((i % widths) + 0.5) / widths
    context.strokeStyle = css(classColour(i < widths ? 0 : 1))
    context.globalAlpha = 0.15 + 0.8 * share
    context.lineWidth = 0.5 + widest * share
    context.stroke(path)
  })
  context.globalAlpha = 1
}

/** From the right of one unit to the left of another. */
function addLine(path: Path2D, from: Units, source: number, to: Units, target: number): void {
  const [start, end] = [unitEnd(from, source, 'right'), unitEnd(to, target, 'left')]
  const middle = (start.x + end.x) / 2
  path.moveTo(start.x, start.y)
  path.bezierCurveTo(middle, start.y, middle, end.y, end.x, end.y)
}

/** From box to box, through the lanes between. */
function curve({ from, to, through }: Link): Path2D {
  const points = [
    { x: from.x + from.width, y: from.y + from.height / 2 },
    ...through,
    { x: to.x, y: to.y + to.height / 2 },
  ]
  const path = new Path2D()
  points.forEach(({ x, y }, i) => {
    const before = points[i - 1]
    const middle = ((before?.x ?? x) + x) / 2
    if (before === undefined) path.moveTo(x, y)
    else path.bezierCurveTo(middle, before.y, middle, y, x, y)
  })
  return path
}

type Field = { readonly width: number; readonly values: Float32Array }

/** The features themselves over the grid: x to the right, y upwards. */
function ramps({ grid }: Plane): Field {
  const values = new Float32Array(2 * grid * grid)
  for (let row = 0; row < grid; row++) {
    for (let column = 0; column < grid; column++) {
      values[2 * (row * grid + column)] = (2 * (column + 0.5)) / grid - 1
      values[2 * (row * grid + column) + 1] = 1 - (2 * (row + 0.5)) / grid
    }
  }
  return { width: 2, values }
}

/** The pictures of a layer's units, side by side on a canvas that is used again. */
class Pictures {
  readonly #known = new Map<string, { canvas: HTMLCanvasElement; side: number; of: Field }>()

  of(id: string, field: Field): { readonly canvas: HTMLCanvasElement; readonly side: number } {
    const known = this.#known.get(id)
    const isFresh = known !== undefined && (known.of === field || id.startsWith('@'))
    if (known !== undefined && isFresh) return known
    const side = Math.round(Math.sqrt(field.values.length / field.width))
    const canvas = known?.canvas ?? document.createElement('canvas')
    if (canvas.width !== side * field.width) canvas.width = side * field.width
    if (canvas.height !== side) canvas.height = side
    const context = canvas.getContext('2d')
    const image = context?.createImageData(canvas.width, side)
    if (image !== undefined) {
      this.#fill(new Uint32Array(image.data.buffer), field, side)
      context?.putImageData(image, 0, 0)
    }
    const picture = { canvas, side, of: field }
    this.#known.set(id, picture)
    return picture
  }

  #fill(pixels: Uint32Array, { values, width }: Field, side: number): void {
    const most = new Float32Array(width).fill(1e-9)
    values.forEach((value, at) => {
      const unit = at % width
      most[unit] = Math.max(most[unit] ?? 0, Math.abs(value))
    })
    for (let place = 0; place < side * side; place++) {
      const [row, column] = [Math.floor(place / side), place % side]
      for (let unit = 0; unit < width; unit++) {
        const share = (values[place * width + unit] ?? 0) / (most[unit] ?? 1)
        pixels[row * side * width + unit * side + column] = signedPixel(share)
      }
    }
  }
}
