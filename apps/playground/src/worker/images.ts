/** Images of the data, and what the model says of them. */
import type { Training, TrainingData } from 'chainrule/workbench'
import type { Samples } from './text-protocol.ts'

export interface ImageSize {
  readonly width: number
  readonly height: number
}

/** `undefined` for data that are no images of one channel. */
export function imageSize({ encoded }: TrainingData): ImageSize | undefined {
  const [only, ...others] = Object.values(encoded.features)
  if (only?.dtype !== 'u8' || others.length > 0) return undefined
  const [height, width, channels = 1] = only.shape
  return height === undefined || width === undefined || channels !== 1
    ? undefined
    : { width, height }
}

/** The first images that the model was not trained on, with what it says of them. */
export function samplesOf(
  { session, parts }: Training,
  data: TrainingData,
  count: number,
): Samples | undefined {
  const size = imageSize(data)
  const [feature] = Object.values(data.encoded.features)
  const [target] = Object.values(data.encoded.targets)
  const [head] = session.shaped.graph.heads
  if (
    size === undefined ||
    feature?.dtype !== 'u8' ||
    target?.kind !== 'class' ||
    head === undefined
  )
    return undefined
  const rows = (parts.test ?? parts.validation ?? parts.train).slice(0, count)
  const length = size.width * size.height
  const pixels = new Uint8Array(rows.length * length)
  rows.forEach((row, i) => {
    pixels.set(feature.values.subarray(row * length, (row + 1) * length), i * length)
  })
  const shares = session.predict(rows)[head.name] ?? new Float32Array()
  const width = shares.length / Math.max(1, rows.length)
  const named = (k: number): string => target.classes[k] ?? String(k)
  return {
    ...size,
    pixels,
    labels: Array.from(rows, (row) => named(target.values[row] ?? 0)),
    predicted: Array.from(rows, (_, i) => {
      const own = Array.from(shares.subarray(i * width, (i + 1) * width))
      return named(own.indexOf(Math.max(...own)))
    }),
  }
}
