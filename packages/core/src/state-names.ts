/** The names that states, inputs and outputs of a training program have. Everyone who needs one asks here. */
import { B, type Ops, type Shape, type Tensor, type TensorType } from '@chainrule/program'
import type { GraphInput } from './graph.ts'

export const parameterName = (instance: string, parameter: string): string =>
  `${instance}.${parameter}`
export const statisticName = (instance: string, statistic: string): string =>
  `${instance}.${statistic}`
export const slotName = (parameter: string, slot: string): string =>
  `optimizer/${parameter}/${slot}`
/** The moving average of a parameter. */
export const averageName = (parameter: string): string => `average/${parameter}`
export const gradientName = (head: string, parameter: string): string =>
  `gradient/${head}/${parameter}`
/** Sums of a head over the batches since they were last reset: `train` while training, `evaluate` for metrics. */
export const sumName = (phase: 'train' | 'evaluate' | 'group', head: string, sum: string): string =>
  `${phase}/${head}/${sum}`
export const targetMeanName = (head: string): string => `target/${head}/mean`
export const targetDeviationName = (head: string): string => `target/${head}/deviation`

export const seedState = 'seed'
export const stepState = 'step'
export const learningRateState = 'learningRate'
export const totalStepsState = 'totalSteps'
export const stepsPerEpochState = 'stepsPerEpoch'

export const inputName = (input: string): string => `input/${input}`
export const targetName = (head: string): string => `target/${head}`
export const weightName = (head: string): string => `weight/${head}`
export const firstRowInput = 'firstRow'

export const predictionOutput = (head: string): string => `prediction/${head}`
/** L without penalties. */
export const lossOutput = 'loss'
/** What penalties add to it. */
export const penaltyOutput = 'penalty'
export const penaltyGradientOutput = (parameter: string): string => `penalty/${parameter}`

/** The type that an input of the graph has in the program. */
export function inputType({ shape, dtype }: GraphInput): TensorType {
  return { dtype, shape: [B, ...shape] }
}

export function inputTensor(ops: Ops, input: GraphInput): Tensor {
  const type = inputType(input)
  const dtype = type.dtype === 'f32' ? ops.trace.float : type.dtype
  return ops.trace.source('input', inputName(input.name), { ...type, dtype })
}

/** A float state of the trace's precision. */
export function floatState(ops: Ops, name: string, shape: Shape = []): Tensor {
  return ops.trace.source('state', name, { dtype: ops.trace.float, shape })
}
