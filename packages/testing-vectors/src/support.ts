/** Runs a piece of a plugin on plain numbers, and compares what comes out. Engines come as arguments. */
import {
  createOps,
  type DType,
  type Engine,
  type Ops,
  type Shape,
  type Tensor,
  type TensorType,
  Trace,
} from '@chainrule/program'
import type { Tolerance } from '@chainrule/testing'

/** An input of a test program: a shape, which may hold the number of rows `B`, and its elements. */
export interface Given {
  readonly shape: Shape
  readonly values: ArrayLike<number>
  /** The trace's float type where left out. */
  readonly dtype?: DType
}

/** Traces `build` on inputs, runs it once, and gives the elements of its outputs. */
export type Evaluate = <I extends string, O extends string>(
  inputs: Readonly<Record<I, Given>>,
  build: (ops: Ops, tensors: Readonly<Record<I, Tensor>>) => Readonly<Record<O, Tensor>>,
  options?: { readonly float?: 'f32' | 'f64'; readonly rows?: number },
) => Promise<Readonly<Record<O, number[]>>>

/** `evaluate` on an engine: in float64 and for one row where nothing is said. */
export function evaluator(engine: Engine): Evaluate {
  return async <I extends string, O extends string>(
    inputs: Readonly<Record<I, Given>>,
    build: (ops: Ops, tensors: Readonly<Record<I, Tensor>>) => Readonly<Record<O, Tensor>>,
    { float = 'f64', rows = 1 }: { readonly float?: 'f32' | 'f64'; readonly rows?: number } = {},
  ) => {
    const trace = new Trace(float)
    const given = Object.entries(inputs) as [I, Given][]
    const types = Object.fromEntries(
      given.map(([name, { shape, dtype = float }]) => [name, { shape, dtype }]),
    ) as Record<I, TensorType>
    const tensors = Object.fromEntries(
      given.map(([name]) => [name, trace.source('input', name, types[name])]),
    ) as Record<I, Tensor>
    const outputs = build(createOps(trace), tensors)
    const executable = await engine.compile({
      version: 1,
      maxBatch: Math.max(rows, 1),
      inputs: types,
      state: {},
      entries: { main: trace.entry(outputs) },
    })
    for (const [name, { values }] of given) executable.input(name).set(values)
    executable.run('main', rows)
    const read = Object.keys(outputs).map((name) => [name, [...executable.output('main', name)]])
    executable.dispose()
    return Object.fromEntries(read) as Record<O, number[]>
  }
}

/** One line for each number that is too far from what is expected; none where all agree. */
export function differences(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  { relative, absolute }: Tolerance,
): string[] {
  if (actual.length !== expected.length) {
    return [`${actual.length} numbers, but ${expected.length} are expected`]
  }
  return Array.from(expected).flatMap((e, i) => {
    const a = actual[i] ?? Number.NaN
    const agree = Object.is(a, e) || Math.abs(a - e) <= absolute + relative * Math.abs(e)
    return agree ? [] : [`[${i}] ${a} is not ${e}, apart by ${Math.abs(a - e)}`]
  })
}

/** Numbers between `low` and `high` that look random and are the same for the same seed. */
export function numbers(seed: number, count: number, low = -2, high = 2): number[] {
  let state = Math.imul(seed, 0x9e3779b1) >>> 0
  return Array.from({ length: count }, () => {
    // Mulberry32.
    state = (state + 0x6d2b79f5) >>> 0
    let t = Math.imul(state ^ (state >>> 15), state | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return low + ((high - low) * ((t ^ (t >>> 14)) >>> 0)) / 2 ** 32
  })
}
