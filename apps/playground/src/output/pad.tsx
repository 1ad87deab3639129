/** A pad to draw on; the model says what it sees, again as it learns on. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { article } from '../page/article.ts'
import { epochs, loaded, trainer } from '../state/playground.ts'
import { theme } from '../state/theme.ts'
import type { Said } from '../worker/text-protocol.ts'
import { digitImage } from './digit-image.ts'
import { type Place, usePen } from './pen.ts'

const side = 140
const thickness = 11

export function Pad() {
  const canvas = useRef<HTMLCanvasElement>(null)
  const [said, say] = useState<readonly Said[]>([])
  const pixels = useRef<Uint8Array | undefined>(undefined)
  const size = loaded.value?.image
  const ask = (): void => {
    const asked = pixels.current
    if (asked === undefined) {
      say([])
      return
    }
    void trainer.ask({ type: 'predict-image', pixels: asked }).then((answer) => {
      if (answer?.type === 'said' && asked === pixels.current) say(answer.said)
    })
  }
  // The same drawing once more where the weights have moved on.
  useEffect(ask, [epochs.value, loaded.value])
  useEffect(() => recolour(canvas.current), [theme.value])
  const read = (): void => {
    const context = canvas.current?.getContext('2d')
    if (!context || size === undefined) return
    const { data } = context.getImageData(0, 0, side, side)
    const ink = Float32Array.from({ length: side * side }, (_, i) => (data[4 * i + 3] ?? 0) / 255)
    pixels.current = digitImage({ side, ink }, size.width)
    ask()
  }
  const { pen, press, lift } = usePen(side, {
    onDown: (at) => startLine(canvas.current, at),
    onDraw: (to) => drawLine(canvas.current, to),
    onLift: read,
  })
  const clear = (): void => {
    canvas.current?.getContext('2d')?.clearRect(0, 0, side, side)
    read()
  }
  if (size === undefined || size.width !== size.height) return null
  return (
    <div class="pad">
      <div class="drawing">
        <canvas
          ref={canvas}
          width={side}
          height={side}
          role="img"
          aria-label="A pad: draw a digit with the pointer"
          onPointerDown={(event) => {
            lift()
            begin(event, canvas.current)
          }}
          onPointerMove={(event) => draw(event, canvas.current)}
          onPointerUp={read}
          onPointerCancel={read}
        />
        {/* Over the pad, and not in the pointer's way. */}
        <button
          type="button"
          class="keys"
          aria-label="Draw a digit by keyboard: arrow keys move the pen, Space puts it down and lifts it"
          onKeyDown={press}
          onBlur={lift}
        />
        <i
          class={pen.isDown ? 'pen down' : 'pen'}
          style={{ left: `${pen.x}px`, top: `${pen.y}px` }}
        />
      </div>
      <div class="said" aria-live="polite">
        {said.length === 0 ? (
          <p class="empty">
            Draw a digit here, and see what the model takes it for. By keyboard, arrows move the pen
            and Space puts it down and lifts it.
          </p>
        ) : (
          said.map((each) => <Shares key={each.head} said={each} />)
        )}
        <button type="button" onClick={clear} disabled={said.length === 0}>
          Clear
        </button>
      </div>
    </div>
  )
}

function Shares({ said }: { readonly said: Said }) {
  return (
    <>
      <p class="verdict">
        This is {article(said.value)} <strong>{said.value}</strong>
      </p>
      <ul class="shares">
        {said.shares.map(({ name, share }) => (
          <li
            key={name}
            style={{ '--share': share }}
            title={`${name}: ${(100 * share).toFixed(1)} %`}
          >
            <span>{name}</span>
          </li>
        ))}
      </ul>
    </>
  )
}

/** What is drawn takes the ink of the page as it is now. */
function recolour(canvas: HTMLCanvasElement | null): void {
  const context = canvas?.getContext('2d')
  if (!canvas || !context) return
  context.globalCompositeOperation = 'source-in'
  context.fillStyle = getComputedStyle(canvas).color
  context.fillRect(0, 0, side, side)
  context.globalCompositeOperation = 'source-over'
}

function begin(event: PointerEvent, canvas: HTMLCanvasElement | null): void {
  if (!canvas || event.button !== 0) return
  canvas.setPointerCapture(event.pointerId)
  startLine(canvas, placeOf(event, canvas))
}

function draw(event: PointerEvent, canvas: HTMLCanvasElement | null): void {
  if (canvas && (event.buttons & 1) !== 0) drawLine(canvas, placeOf(event, canvas))
}

function startLine(canvas: HTMLCanvasElement | null, { x, y }: Place): void {
  const context = canvas?.getContext('2d')
  if (!canvas || !context) return
  context.lineCap = 'round'
  context.lineJoin = 'round'
  context.lineWidth = thickness
  context.strokeStyle = getComputedStyle(canvas).color
  context.beginPath()
  context.moveTo(x, y)
  context.lineTo(x + 0.1, y)
  context.stroke()
}

function drawLine(canvas: HTMLCanvasElement | null, { x, y }: Place): void {
  const context = canvas?.getContext('2d')
  context?.lineTo(x, y)
  context?.stroke()
}

function placeOf({ clientX, clientY }: PointerEvent, canvas: HTMLCanvasElement): Place {
  const { left, top, width, height } = canvas.getBoundingClientRect()
  return { x: ((clientX - left) / width) * side, y: ((clientY - top) / height) * side }
}
