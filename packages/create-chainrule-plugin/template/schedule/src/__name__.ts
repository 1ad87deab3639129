import { defineSchedule, number } from '@chainrule/core'

/**
 * Falls in a line, or along a power of it, to nothing at the end of the training. Put your schedule in its place.
 *
 * Equation   η_t = η (1 − p)^power,  p = t / T, at most 1
 * Units      t and T in updates, t counted from 0; T is the whole training
 * Source     where the equation comes from
 */
export const __identifier__ = defineSchedule({
  name: '__name__',
  summary: 'Falls along a power of what is left of the training.',
  arguments: { power: number({ above: 0, default: 1 }) },
  rate: (ops, { base, step, total }, { power }) => {
    const left = ops.sub(1, ops.minimum(ops.div(step, total), 1))
    return ops.mul(base, ops.pow(left, power))
  },
})
