/** Schedules: η of each update, from the η that the optimizer was given. */
import {
  ChainruleError,
  defineSchedule,
  integer,
  listOf,
  number,
  type Ops,
  optional,
  positiveInteger,
  type Tensor,
} from '@chainrule/core'

/**
 * The same learning rate throughout.
 *
 * Equation   η_t = η
 */
export const constant = defineSchedule({
  name: 'constant',
  summary: 'The same learning rate throughout.',
  rate: (_, { base }) => base,
})

/** γ to the number of milestones that `epoch` has reached. */
function milestoneFactor(
  ops: Ops,
  epoch: Tensor,
  milestones: readonly number[],
  gamma: number,
): Tensor {
  return milestones
    .map((milestone) => ops.select(ops.greaterEqual(epoch, milestone), gamma, 1))
    .reduce((product, factor) => ops.mul(product, factor), ops.constant(1))
}

/**
 * Multiplies the learning rate by gamma at given epochs, or every so many epochs, or both.
 *
 * Equation   η_e = η γ^n,  n milestones ≤ e;  `every=N`: n = ⌊e / N⌋
 * Units      epochs, counted from 0: milestone 30 is reached after 30 whole passes over the data
 * Errors     argument-missing: neither milestones nor `every`
 * Source     Matches PyTorch 1.13 `MultiStepLR` and, with `every`, `StepLR`.
 */
export const step = defineSchedule({
  name: 'step',
  summary: 'Multiplies the learning rate by gamma at given epochs, or every so many.',
  arguments: { milestones: listOf(number({ from: 0 }), { default: [] }) },
  options: {
    gamma: number({ above: 0, default: 0.1 }),
    every: optional(positiveInteger()),
  },
  rate: (ops, { base, epoch }, { milestones, gamma, every }) => {
    if (milestones.length === 0 && every === undefined) {
      throw new ChainruleError(
        'argument-missing',
        '`step` needs the epochs at which the learning rate falls, but got none',
        { help: 'write `step([30, 60])` or `step(every=30)`' },
      )
    }
    const atMilestones = ops.mul(base, milestoneFactor(ops, epoch, milestones, gamma))
    if (every === undefined) return atMilestones
    return ops.mul(atMilestones, ops.pow(gamma, ops.floor(ops.div(epoch, every))))
  },
})

/**
 * Multiplies the learning rate by gamma after every epoch.
 *
 * Equation   η_e = η γ^e
 * Units      epochs, counted from 0
 * Source     Matches PyTorch 1.13 `ExponentialLR`.
 */
export const exponential = defineSchedule({
  name: 'exponential',
  summary: 'Multiplies the learning rate by gamma after every epoch.',
  arguments: { gamma: number({ above: 0 }) },
  rate: (ops, { base, epoch }, { gamma }) => ops.mul(base, ops.pow(gamma, epoch)),
})

/**
 * Rises in a line for `warmup` updates, then falls along half a cosine to `floor`.
 *
 * Equation   η_t = η (t + 1) / warmup                             for t < warmup
 *            η_t = floor + (η − floor) (1 + cos π p) / 2          from then on,
 *            p = (t − warmup) / (total − warmup), kept between 0 and 1
 * Units      `warmup` and `total` in updates, t counted from 0; `floor` is a learning rate. `total` is the whole
 *            training where it is left out.
 * Source     Loshchilov and Hutter 2017. Without warm-up it matches PyTorch 1.13 `CosineAnnealingLR` stepped after every
 *            update, except after `total`, where PyTorch rises again and this stays at `floor`.
 */
export const cosine = defineSchedule({
  name: 'cosine',
  summary: 'Rises in a line for `warmup` updates, then falls along half a cosine to `floor`.',
  options: {
    warmup: integer({ from: 0, default: 0 }),
    total: optional(positiveInteger()),
    floor: number({ from: 0, default: 0 }),
  },
  rate: (ops, context, { warmup, total, floor }) => {
    const { base, step } = context
    const end = total === undefined ? context.total : ops.constant(total)
    const length = ops.maximum(ops.sub(end, warmup), 1)
    const progress = ops.clamp(ops.div(ops.sub(step, warmup), length), 0, 1)
    const share = ops.mul(ops.add(ops.cos(ops.mul(progress, Math.PI)), 1), 0.5)
    const falling = ops.add(ops.mul(ops.sub(base, floor), share), floor)
    if (warmup === 0) return falling
    const rising = ops.mul(base, ops.div(ops.add(step, 1), warmup))
    return ops.select(ops.less(step, warmup), rising, falling)
  },
})
