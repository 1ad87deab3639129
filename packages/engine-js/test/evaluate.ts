/** Running one small expression, as most tests here do. */
import {
  createOps,
  type DType,
  type Ops,
  type Program,
  type Shape,
  type Tensor,
  Trace,
} from '@chainrule/program'
import { engineJs, type JsExecutable } from '../src/index.ts'

export interface Given {
  readonly dtype: DType
  readonly shape: Shape
  readonly values: readonly number[]
}

export const f32 = (shape: Shape, values: readonly number[]): Given => ({
  dtype: 'f32',
  shape,
  values,
})
export const f64 = (shape: Shape, values: readonly number[]): Given => ({
  dtype: 'f64',
  shape,
  values,
})
export const i32 = (shape: Shape, values: readonly number[]): Given => ({
  dtype: 'i32',
  shape,
  values,
})
export const bool = (shape: Shape, values: readonly number[]): Given => ({
  dtype: 'bool',
  shape,
  values,
})

/** Numbers from 0, `count` of them. */
export const upTo = (count: number): number[] => Array.from({ length: count }, (_, i) => i)

/** Compiles an entry `run` with the output `y`, and fills its inputs `x0`, `x1`, … */
export function prepare(
  record: (ops: Ops, inputs: readonly Tensor[]) => Tensor,
  given: readonly Given[],
  maxBatch = 4,
): JsExecutable {
  const trace = new Trace(given.some(({ dtype }) => dtype === 'f64') ? 'f64' : 'f32')
  const inputs = given.map((type, i) => trace.source('input', `x${i}`, type))
  const y = record(createOps(trace), inputs)
  const program: Program = {
    version: 1,
    maxBatch,
    inputs: Object.fromEntries(given.map(({ dtype, shape }, i) => [`x${i}`, { dtype, shape }])),
    state: {},
    entries: { run: trace.entry({ y }) },
  }
  const executable = engineJs.compile(program)
  given.forEach(({ values }, i) => {
    executable.input(`x${i}`).set(values)
  })
  return executable
}

/** The elements of the expression for a batch of `rows`. */
export function evaluate(
  record: (ops: Ops, inputs: readonly Tensor[]) => Tensor,
  given: readonly Given[],
  rows = 1,
): number[] {
  const executable = prepare(record, given)
  executable.run('run', rows)
  return [...executable.output('run', 'y')]
}
