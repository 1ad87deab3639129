/** A generator's points as a small picture. */
import { useEffect, useRef } from 'preact/hooks'
import { classColour, css, signedColour } from '../output/colours.ts'
import type { Preview } from '../worker/text-protocol.ts'

const size = 44

export function PreviewPicture({ preview }: { readonly preview: Preview }) {
  const canvas = useRef<HTMLCanvasElement>(null)
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (context) draw(context, preview)
  }, [preview])
  return <canvas ref={canvas} width={2 * size} height={2 * size} />
}

function draw(context: CanvasRenderingContext2D, { x, y, target, isRegression }: Preview): void {
  const { width, height } = context.canvas
  context.clearRect(0, 0, width, height)
  const reach = (values: Float32Array): { low: number; span: number } => {
    const low = Math.min(...values)
    return { low, span: Math.max(...values) - low || 1 }
  }
  const [across, up, targets] = [reach(x), reach(y), reach(target)]
  for (let i = 0; i < x.length; i++) {
    const value = target[i] ?? 0
    const colour = isRegression
      ? signedColour((2 * (value - targets.low)) / targets.span - 1)
      : classColour(value)
    context.fillStyle = css(colour)
    context.beginPath()
    const left = 8 + (((x[i] ?? 0) - across.low) / across.span) * (width - 16)
    const top = height - 8 - (((y[i] ?? 0) - up.low) / up.span) * (height - 16)
    context.arc(left, top, 3.2, 0, 2 * Math.PI)
    context.fill()
  }
}
