/** Images that the model was not trained on, and what it takes them for. */
import { useEffect, useRef, useState } from 'preact/hooks'
import { article } from '../page/article.ts'
import { epochs, loaded, trainer } from '../state/playground.ts'
import { theme } from '../state/theme.ts'
import type { Samples } from '../worker/text-protocol.ts'
import { Pad } from './pad.tsx'

const shown = 24

export function Images() {
  const [samples, take] = useState<Samples | undefined>(undefined)
  const learnt = epochs.value
  useEffect(() => {
    let gone = false
    void trainer.ask({ type: 'samples', count: shown }).then((answer) => {
      if (!gone && answer?.type === 'sampled') take(answer.samples)
    })
    return () => {
      gone = true
    }
  }, [learnt, loaded.value])
  if (samples === undefined) return null
  const right = samples.labels.filter((label, i) => label === samples.predicted[i]).length
  return (
    <section class="images" aria-label="Images">
      <Pad />
      <ol class="samples">
        {samples.labels.map((label, i) => (
          <Sample key={i} samples={samples} at={i} label={label} />
        ))}
      </ol>
      <p class="note">
        {right} of these {samples.labels.length} images are told right; none was trained on.
      </p>
    </section>
  )
}

interface SampleProps {
  readonly samples: Samples
  readonly at: number
  readonly label: string
}

function Sample({ samples, at, label }: SampleProps) {
  const canvas = useRef<HTMLCanvasElement>(null)
  const { width, height, pixels, predicted } = samples
  const said = predicted[at] ?? ''
  const colours = theme.value
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (!context) return
    const image = new ImageData(width, height)
    const ink = inkColour(canvas.current)
    for (let i = 0; i < width * height; i++)
      image.data.set([...ink, pixels[at * width * height + i] ?? 0], 4 * i)
    context.putImageData(image, 0, 0)
  }, [pixels, width, height, at, colours])
  const isRight = said === label
  return (
    <li class={isRight ? 'right' : 'wrong'}>
      <canvas
        ref={canvas}
        width={width}
        height={height}
        role="img"
        aria-label={`${article(label)} ${label}, taken for ${article(said)} ${said}`}
      />
      <span aria-hidden="true">{isRight ? said : `${said} ≠ ${label}`}</span>
    </li>
  )
}

function inkColour(canvas: HTMLCanvasElement | null): [number, number, number] {
  const colour = canvas === null ? '' : getComputedStyle(canvas).color
  const [red = 0, green = 0, blue = 0] = colour.match(/\d+/g)?.map(Number) ?? []
  return [red, green, blue]
}
