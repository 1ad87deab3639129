/** One update of all trainable parameters: penalties, clipping, schedule, optimizer, step counter. */
import { log, type Ops, type Shape, type Tensor } from '@chainrule/program'
import type { ModelParameter } from './model-parameters.ts'
import type { CommonOptions, ElementwiseOptimizer } from './optimizer.ts'
import {
  averageName,
  floatState,
  learningRateState,
  slotName,
  stepState,
  stepsPerEpochState,
  totalStepsState,
} from './state-names.ts'
import { penaltyGradient } from './trace-penalty.ts'

export interface ParameterGradient {
  readonly parameter: ModelParameter
  /** ∂L/∂W. */
  readonly gradient: Tensor
}

/** The new values of parameters, slots and step counter, by state name. */
export function traceUpdate(
  ops: Ops,
  optimizer: ElementwiseOptimizer,
  pairs: readonly ParameterGradient[],
): Record<string, Tensor> {
  const step = ops.trace.source('state', stepState, { dtype: 'i32', shape: [2] })
  const done = ops.cast(ops.reshape(ops.slice(step, [0], [1]), []), ops.trace.float)
  const { common } = optimizer
  const updates: Record<string, Tensor> = { [stepState]: nextStep(ops, step) }
  const learningRate = ops.trace.within('optimizer/schedule', () =>
    scheduledRate(ops, common, done),
  )
  const gradients = ops.trace.within('optimizer/clip', () =>
    clip(
      ops,
      common,
      pairs.map((pair) => penalised(ops, pair)),
    ),
  )
  pairs.forEach(({ parameter }, i) => {
    const { name, spec, decays } = parameter
    ops.trace.within(`${name}/update`, () => {
      const w = floatState(ops, name, spec.shape)
      const slots = Object.fromEntries(
        slotShapes(optimizer, spec.shape).map(([slot, shape]) => [
          slot,
          floatState(ops, slotName(name, slot), shape),
        ]),
      )
      const result = optimizer.update(ops, {
        w,
        dw: gradients[i] ?? w,
        slots,
        learningRate,
        step: ops.add(done, 1),
        decay: decays ? common.decay : 0,
      })
      updates[name] = result.w
      if (common.average !== undefined)
        updates[averageName(name)] = averaged(ops, common.average, name, result.w, done)
      for (const [slot, value] of Object.entries(result.slots))
        updates[slotName(name, slot)] = value
    })
  })
  return updates
}

/**
 * a_t = a_(t−1) + (1 − β) / (1 − βᵗ) (W_t − a_(t−1)): the mean of W₁ … W_t with weights βᵗ⁻ⁱ. The first weights, before any
 * update, have no part in it.
 */
function averaged(ops: Ops, beta: number, name: string, w: Tensor, done: Tensor): Tensor {
  const old = floatState(ops, averageName(name), w.shape)
  const total = ops.neg(ops.expm1(ops.mul(ops.add(done, 1), log(beta))))
  return ops.add(old, ops.mul(ops.sub(w, old), ops.div(1 - beta, total)))
}

/** What an optimizer keeps for a parameter of this shape, with the shape of each. */
export function slotShapes(
  { slots, scalars }: ElementwiseOptimizer,
  shape: Shape,
): (readonly [slot: string, shape: Shape])[] {
  return [
    ...slots.map((slot) => [slot, shape] as const),
    ...scalars.map((slot) => [slot, []] as const),
  ]
}

/** The 64-bit counter plus one: where the low word wraps to 0, the high word is carried. */
function nextStep(ops: Ops, step: Tensor): Tensor {
  const low = ops.add(ops.slice(step, [0], [1]), 1)
  const carry = ops.cast(ops.equal(low, 0), 'i32')
  return ops.concat([low, ops.add(ops.slice(step, [1], [1]), carry)], 0)
}

function scheduledRate(ops: Ops, { schedule }: CommonOptions, step: Tensor): Tensor {
  const base = floatState(ops, learningRateState)
  if (schedule === undefined) return base
  const total = floatState(ops, totalStepsState)
  const epoch = ops.floor(ops.div(step, floatState(ops, stepsPerEpochState)))
  return schedule.rate(ops, { base, step, total, epoch })
}

function penalised(ops: Ops, { parameter, gradient }: ParameterGradient): Tensor {
  return ops.trace.within(`${parameter.name}/penalty`, () => {
    const added = penaltyGradient(ops, parameter)
    return added === undefined ? gradient : ops.add(gradient, added)
  })
}

/** Clips every element, then the whole gradient to a global norm. */
function clip(
  ops: Ops,
  { clip: norm, 'clip-value': value }: CommonOptions,
  gradients: Tensor[],
): Tensor[] {
  const within =
    value === undefined
      ? gradients
      : gradients.map((gradient) => ops.clamp(gradient, -value, value))
  const squares = within.map((gradient) => ops.sum(ops.square(gradient)))
  const [first, ...rest] = squares
  if (norm === undefined || first === undefined) return within
  const length = ops.sqrt(rest.reduce((sum, square) => ops.add(sum, square), first))
  const factor = ops.div(norm, ops.maximum(length, norm))
  return within.map((gradient) => ops.mul(gradient, factor))
}
