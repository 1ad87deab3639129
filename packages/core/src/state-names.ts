/** The names that states, inputs and outputs of a training program have. Everyone who needs one asks here. */
import { B, type Ops, type Shape, type Tensor, type TensorType } from '@chainrule/program'
import type { GraphInput } from './graph.ts'

/** The state of an instance's parameter. */
export const parameterName = (instance: string, parameter: string): string =>
  `${instance}.${parameter}`
/** The state of an instance's running value. */
export const statisticName = (instance: string, statistic: string): string =>
  `${instance}.${statistic}`
/** The state of what an optimizer keeps beside a parameter. */
export const slotName = (parameter: string, slot: string): string =>
  `optimizer/${parameter}/${slot}`
/** The moving average of a parameter. */
export const averageName = (parameter: string): string => `average/${parameter}`
/** The state that adds up a head's gradient by a parameter over batches. */
export const gradientName = (head: string, parameter: string): string =>
  `gradient/${head}/${parameter}`
/** Sums of a head over the batches since they were last reset: `train` while training, `evaluate` for metrics. */
export const sumName = (phase: 'train' | 'evaluate' | 'group', head: string, sum: string): string =>
  `${phase}/${head}/${sum}`
/** The state with the mean by which a head's targets are standardised. */
export const targetMeanName = (head: string): string => `target/${head}/mean`
/** The state with the deviation by which a head's targets are standardised. */
export const targetDeviationName = (head: string): string => `target/${head}/deviation`

/** The state with the seed of all draws. */
export const seedState = 'seed'
/** The state that counts the updates, in two words of 32 bits, the low one first. */
export const stepState = 'step'
/** The state with the learning rate η before a schedule changes it. */
export const learningRateState = 'learningRate'
/** The state with the number of updates of the whole training, for schedules. */
export const totalStepsState = 'totalSteps'
/** The state with the number of updates of an epoch, for schedules. */
export const stepsPerEpochState = 'stepsPerEpoch'

/** The input of the program that an input of the graph is. */
export const inputName = (input: string): string => `input/${input}`
/** The input of the program with the targets of a head. */
export const targetName = (head: string): string => `target/${head}`
/** The input of the program with the weights of a head's places. */
export const weightName = (head: string): string => `weight/${head}`
/** The input of the program that says where in the whole batch these rows begin. */
export const firstRowInput = 'firstRow'

/** The output with what a head predicts. */
export const predictionOutput = (head: string): string => `prediction/${head}`
/** L without penalties. */
export const lossOutput = 'loss'
/** What penalties add to it. */
export const penaltyOutput = 'penalty'
/** The output of `penalty` with its gradient by a parameter. */
export const penaltyGradientOutput = (parameter: string): string => `penalty/${parameter}`

/** The type that an input of the graph has in the program. */
export function inputType({ shape, dtype }: GraphInput): TensorType {
  return { dtype, shape: [B, ...shape] }
}

/** An input of the graph in a trace, floats in the precision of the trace. */
export function inputTensor(ops: Ops, input: GraphInput): Tensor {
  const type = inputType(input)
  const dtype = type.dtype === 'f32' ? ops.trace.float : type.dtype
  return ops.trace.source('input', inputName(input.name), { ...type, dtype })
}

/** A float state of the trace's precision. */
export function floatState(ops: Ops, name: string, shape: Shape = []): Tensor {
  return ops.trace.source('state', name, { dtype: ops.trace.float, shape })
}
