/** Data in the plane: its points as they are, and the grid on which the model is asked what it makes of each place. */
import type { FeatureEncoder } from '@chainrule/data'
import type { TrainingData } from 'chainrule/workbench'
import type { Plane } from './protocol.ts'

/** Points a side of the grid; fewer for a network of which each takes long. */
const gridOf = (parameters: number): number => (parameters < 500_000 ? 50 : 24)
/** How far the picture goes beyond the points. */
const margin = 0.1

type NumberEncoder = Extract<
  FeatureEncoder,
  { readonly offset: number; readonly divisor: number; readonly fill: unknown }
>

/** `undefined` for data that are not two numbers a row and one target; `parameters` of the network that is asked. */
export function planeOf(
  { preprocessing, encoded, parts }: TrainingData,
  parameters: number,
): Plane | undefined {
  const [input, ...others] = preprocessing.inputs
  const [target, ...more] = Object.values(encoded.targets)
  if (input?.kind !== 'columns' || others.length > 0 || target === undefined || more.length > 0)
    return undefined
  const encoders = numbersOf(input.columns)
  const [first, second] = encoders ?? []
  const features = encoded.features[input.name]
  if (
    first === undefined ||
    second === undefined ||
    features === undefined ||
    preprocessing.series !== undefined
  )
    return undefined
  const { rows } = encoded
  const axis = (column: number, { offset, divisor }: NumberEncoder): Float32Array =>
    Float32Array.from(
      { length: rows },
      (_, row) => (features.values[2 * row + column] ?? 0) * divisor + offset,
    )
  const [x, y] = [axis(0, first), axis(1, second)]
  const part = new Uint8Array(rows)
  for (const row of parts.validation ?? []) part[row] = 1
  for (const row of parts.test ?? []) part[row] = 2
  const width = target.kind === 'number' ? target.width : 1
  const values = Float32Array.from({ length: rows }, (_, row) => target.values[row * width] ?? 0)
  return {
    names: [first.column, second.column],
    ...{ x, y, target: values, part },
    grid: gridOf(parameters),
    window: { x: reach(x), y: reach(y) },
  }
}

function numbersOf(
  columns: readonly FeatureEncoder[],
): readonly [NumberEncoder, NumberEncoder] | undefined {
  const [first, second, ...more] = columns
  const isNumber = (encoder: FeatureEncoder | undefined): encoder is NumberEncoder =>
    encoder !== undefined && 'divisor' in encoder && encoder.type !== 'list'
  return isNumber(first) && isNumber(second) && more.length === 0 ? [first, second] : undefined
}

function reach(values: Float32Array): [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (const value of values) {
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  const more = margin * (high - low || 1)
  return [low - more, high + more]
}

/** The grid as the model takes it: row by row from the top, each point encoded as the data are. */
export function gridRows({ preprocessing }: TrainingData, { window, grid }: Plane): Float32Array {
  const [input] = preprocessing.inputs
  const encoders = input?.kind === 'columns' ? numbersOf(input.columns) : undefined
  const encode = (value: number, at: 0 | 1): number => {
    const { offset = 0, divisor = 1 } = encoders?.[at] ?? {}
    return divisor === 0 ? 0 : (value - offset) / divisor
  }
  const between = ([low, high]: readonly [number, number], share: number): number =>
    low + (high - low) * share
  const values = new Float32Array(2 * grid * grid)
  for (let row = 0; row < grid; row++) {
    for (let column = 0; column < grid; column++) {
      const at = 2 * (row * grid + column)
      values[at] = encode(between(window.x, (column + 0.5) / grid), 0)
      values[at + 1] = encode(between(window.y, 1 - (row + 0.5) / grid), 1)
    }
  }
  return values
}
