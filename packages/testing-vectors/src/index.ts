/** Reads what `record.py` has recorded; for tests only. */
import { readFileSync } from 'node:fs'
import type { RecordedDType, Recordings, Tensor } from './layout.ts'
import type { Given } from './support.ts'

export { type Tolerance, tolerances } from '@chainrule/testing'
export type {
  ActivationCase,
  AttentionCase,
  AttentionParameters,
  ConvolutionCase,
  DenseCase,
  EmbeddingCase,
  Extents,
  Header,
  InitializerCase,
  LbfgsCase,
  LossCase,
  MergeCase,
  MetricCase,
  NetworkCase,
  NoiseCase,
  NormCase,
  OptimizerCase,
  OptimizerRecording,
  Options,
  Parameters,
  PoolCase,
  PositionCase,
  RecordedDType,
  Recording,
  Recordings,
  RecurrentCase,
  RecurrentParameters,
  RegimeCase,
  RunningValues,
  ScheduleCase,
  TargetKind,
  Tensor,
} from './layout.ts'
export {
  differences,
  type Evaluate,
  evaluator,
  type Given,
  numbers,
} from './support.ts'

/**
 * A file of `vectors/`: what recorded it, and its cases.
 */
export function vectors<Name extends keyof Recordings>(name: Name): Recordings[Name] {
  const file = new URL(`../vectors/${name}.json`, import.meta.url)
  return JSON.parse(readFileSync(file, 'utf8')) as Recordings[Name]
}

/** A recorded tensor as an input of a test program. */
export function given({ shape, data }: Tensor): Given {
  return { shape, values: data }
}

/**
 * A recorded tensor's elements as an engine of that dtype holds them. Float32 is written with the digits that it needs, so
 * that it must be rounded before it is what PyTorch had.
 */
export function elements(tensor: Tensor, dtype: 'i32'): Int32Array
export function elements(tensor: Tensor, dtype: RecordedDType): Float64Array | Float32Array
export function elements(
  tensor: Tensor,
  dtype: RecordedDType | 'i32',
): Float64Array | Float32Array | Int32Array {
  if (dtype === 'i32') return Int32Array.from(tensor.data)
  return dtype === 'f32' ? Float32Array.from(tensor.data) : Float64Array.from(tensor.data)
}
