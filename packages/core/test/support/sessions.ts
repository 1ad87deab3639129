/** Graphs and sessions for tests. */
import { engineJs } from '@chainrule/engine-js'
import { expect } from 'vitest'
import {
  type GraphHead,
  type GraphInput,
  inferShapes,
  type Layer,
  type LayerGraph,
  type ModelData,
  Session,
  type TrainingSettings,
  type ValueRef,
} from '../../src/index.ts'
import { descent, squaredError } from './layers.ts'

export interface Stage {
  readonly layer: Layer
  readonly config?: Readonly<Record<string, unknown>>
}

/** A chain on one float input `x`, with one head `y`. */
export function chain(
  width: number,
  stages: readonly Stage[],
  head: Partial<GraphHead> = {},
): LayerGraph {
  const inputs: GraphInput[] = [{ name: 'x', shape: [width], dtype: 'f32' }]
  const names = stages.map(({ layer }, i) => `${layer.name}${i + 1}`)
  const from: ValueRef = { node: names.at(-1) ?? '' }
  return {
    inputs,
    instances: stages.map(({ layer, config = {} }, i) => ({ name: names[i] ?? '', layer, config })),
    nodes: names.map((name, i) => {
      const before = names[i - 1]
      return {
        name,
        instance: name,
        inputs: [before === undefined ? { input: 'x' } : { node: before }],
      }
    }),
    heads: [{ name: 'y', from, loss: squaredError.with({}), ...head }],
  }
}

export async function sessionOf(
  graph: LayerGraph,
  settings: Partial<TrainingSettings> = {},
): Promise<Session> {
  const optimizer = descent.with({ lr: 0.1, decay: 0 })
  const session = await Session.create(
    inferShapes(graph),
    { maxBatch: 8, optimizer, ...settings },
    engineJs,
  )
  session.initialise(1)
  return session
}

/** A line y = 2 x₀ - x₁ + 1 at points of a fixed grid. */
export function line(rows: number): ModelData {
  const x = Float32Array.from({ length: rows * 2 }, (_, i) => ((i * 37) % 17) / 8 - 1)
  const y = Float32Array.from(
    { length: rows },
    (_, i) => 2 * (x[2 * i] ?? 0) - (x[2 * i + 1] ?? 0) + 1,
  )
  return { rows, inputs: { x }, targets: { y } }
}

export const rowsOf = (from: number, to: number): Int32Array =>
  Int32Array.from({ length: to - from }, (_, i) => from + i)

/** Both have the same length, and each pair agrees to this many decimal digits. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  digits: number,
): void {
  expect(actual.length).toBe(expected.length)
  for (let i = 0; i < expected.length; i++) {
    expect(actual[i], `element ${i}`).toBeCloseTo(expected[i] ?? Number.NaN, digits)
  }
}
