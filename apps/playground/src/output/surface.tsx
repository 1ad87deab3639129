/** What the model makes of the plane, with the points of the data on it. */
import { useEffect, useRef } from 'preact/hooks'
import { count, counted } from '../page/count.ts'
import { frame, loaded } from '../state/playground.ts'
import type { Frame, HeadView, Plane } from '../worker/protocol.ts'
import { type Colour, classColour, css, mixedColour, signedColour } from './colours.ts'

const side = 320

export function Surface() {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { plane, network } = loaded.value ?? {}
  const head = network?.heads[0]
  const now = frame.value
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (context === null || context === undefined || plane === undefined || head === undefined)
      return
    draw(context, plane, head, now?.surface)
  }, [plane, head, now])
  if (plane === undefined || head === undefined)
    return (
      <p class="empty">
        A surface is drawn for data of two numbers a row. Take one of the generators under{' '}
        <em>Data</em>, or follow the curves.
      </p>
    )
  return (
    <figure class="surface">
      <canvas
        ref={canvas}
        width={2 * side}
        height={2 * side}
        role="img"
        aria-label={`What the model predicts over ${plane.names[0]} and ${plane.names[1]}, with ${counted(plane.x.length, 'point')}`}
      />
      <figcaption>
        <Legend head={head} plane={plane} />
        <span class="axes">
          {plane.names[0]} to the right, {plane.names[1]} upwards
          {plane.x.length > mostPoints && `; ${count(mostPoints)} of the points`}
        </span>
      </figcaption>
    </figure>
  )
}

function Legend({ head, plane }: { readonly head: HeadView; readonly plane: Plane }) {
  const parts = plane.part.some((part) => part > 0)
  return (
    <span class="legend">
      {head.kind === 'number' ? (
        <>
          <i style={{ background: css(signedColour(-1)) }} /> low{' '}
          <i style={{ background: css(signedColour(1)) }} /> high
        </>
      ) : (
        head.classes.map((name, k) => (
          <span key={name}>
            <i style={{ background: css(classColour(k)) }} /> {name}
          </span>
        ))
      )}
      {parts && (
        <span>
          <i class="apart" /> not trained on
        </span>
      )}
    </span>
  )
}

function draw(
  context: CanvasRenderingContext2D,
  plane: Plane,
  head: HeadView,
  surface: Frame['surface'],
): void {
  const { width, height } = context.canvas
  context.clearRect(0, 0, width, height)
  const range = head.kind === 'number' ? rangeOf(plane.target) : undefined
  if (surface !== undefined) {
    const image = new ImageData(plane.grid, plane.grid)
    for (let at = 0; at < plane.grid ** 2; at++) {
      const values = surface.values.subarray(at * surface.width, (at + 1) * surface.width)
      image.data.set([...colourOf(values, head, range), 255], 4 * at)
    }
    const small = new OffscreenCanvas(plane.grid, plane.grid)
    small.getContext('2d')?.putImageData(image, 0, 0)
    context.imageSmoothingEnabled = true
    context.drawImage(small, 0, 0, width, height)
  }
  context.drawImage(pointsOf(plane, range, width, height), 0, 0)
}

/** Of more points a picture shows no more, and takes seconds. */
const mostPoints = 5000
const drawn = new WeakMap<Plane, OffscreenCanvas>()

/** The points of the data, drawn once. */
function pointsOf(
  plane: Plane,
  range: Range | undefined,
  width: number,
  height: number,
): OffscreenCanvas {
  const known = drawn.get(plane)
  if (known !== undefined) return known
  const canvas = new OffscreenCanvas(width, height)
  const context = canvas.getContext('2d')
  if (context !== null) drawPoints(context, plane, range)
  drawn.set(plane, canvas)
  return canvas
}

function drawPoints(
  context: OffscreenCanvasRenderingContext2D,
  plane: Plane,
  range: Range | undefined,
): void {
  const { width, height } = context.canvas
  const place = (value: number, [low, high]: readonly [number, number], size: number): number =>
    ((value - low) / (high - low)) * size
  const dots = new Dots(plane.x.length > 600 ? 4 : 6)
  const step = Math.max(1, plane.x.length / mostPoints)
  for (let at = 0; at < plane.x.length; at += step) {
    const i = Math.floor(at)
    const x = place(plane.x[i] ?? 0, plane.window.x, width)
    const y = height - place(plane.y[i] ?? 0, plane.window.y, height)
    const target = plane.target[i] ?? 0
    const colour =
      range === undefined ? classColour(target) : signedColour(shade(centred(target, range)))
    const dot = dots.of(css(colour), plane.part[i] === 0)
    context.drawImage(dot, x - dot.width / 2, y - dot.height / 2)
  }
}

/** Of numbers so many shades are told apart. */
const shades = 32
const shade = (value: number): number => Math.round(value * shades) / shades

/** Around each point: darker than every colour of the surface, which is the same in light and dark. */
const outline = '#10131a'

/** Each kind of point is drawn once and then copied, which thousands of circles take a tenth of the time for. */
class Dots {
  readonly #radius: number
  readonly #known = new Map<string, OffscreenCanvas>()

  constructor(radius: number) {
    this.#radius = radius
  }

  of(colour: string, isTrained: boolean): OffscreenCanvas {
    const key = `${colour} ${isTrained}`
    const known = this.#known.get(key)
    if (known !== undefined) return known
    const middle = 2 * this.#radius
    const dot = new OffscreenCanvas(2 * middle, 2 * middle)
    const context = dot.getContext('2d')
    if (context !== null) {
      context.translate(middle, middle)
      if (isTrained) paintDisc(context, this.#radius, colour)
      else paintDiamond(context, this.#radius, colour)
    }
    this.#known.set(key, dot)
    return dot
  }
}

function paintDisc(
  context: OffscreenCanvasRenderingContext2D,
  radius: number,
  colour: string,
): void {
  context.beginPath()
  context.arc(0, 0, radius, 0, 2 * Math.PI)
  context.fillStyle = colour
  context.strokeStyle = outline
  context.lineWidth = 1.5
  context.fill()
  context.stroke()
}

/** White, with the colour inside. */
function paintDiamond(
  context: OffscreenCanvasRenderingContext2D,
  radius: number,
  colour: string,
): void {
  context.rotate(Math.PI / 4)
  const square = (half: number, fill: string): void => {
    context.fillStyle = fill
    context.fillRect(-half, -half, 2 * half, 2 * half)
  }
  square(1.2 * radius, outline)
  square(1.2 * radius - 1.5, '#fff')
  square(0.5 * radius, colour)
}

function colourOf(values: Float32Array, head: HeadView, range: Range | undefined): Colour {
  if (range !== undefined) return signedColour(centred(values[0] ?? 0, range))
  if (values.length > 1) return mixedColour(values)
  const yes = values[0] ?? 0
  return head.kind === 'binary' ? mixedColour([1 - yes, yes]) : signedColour(yes)
}

type Range = readonly [number, number]

function rangeOf(values: Float32Array): Range {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return [low, high]
}

const centred = (value: number, [low, high]: Range): number =>
  high === low ? 0 : (2 * (value - low)) / (high - low) - 1
