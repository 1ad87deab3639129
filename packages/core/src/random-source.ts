/** Random numbers for layers and initializers, drawn in the program from (seed, site) at (step, row, element). */
import type { Ops, Shape, Tensor } from '@chainrule/program'
import type { RandomSource } from './configured.ts'
import { firstRowInput, seedState, stepState } from './state-names.ts'

/** What all draws of one entry share. */
export interface RandomState {
  readonly seed: Tensor
  /** i32[2]: low and high word. */
  readonly step: Tensor
  /** The place of this batch's first row in the whole batch, where machines share one. */
  readonly firstRow: Tensor
}

/** What a program's own states and inputs say of it. */
export function randomState(ops: Ops): RandomState {
  return {
    seed: ops.trace.source('state', seedState, { dtype: 'i32', shape: [] }),
    step: ops.trace.source('state', stepState, { dtype: 'i32', shape: [2] }),
    firstRow: ops.trace.source('input', firstRowInput, { dtype: 'i32', shape: [] }),
  }
}

const unit = 1 / 0x100_0000

/** A source at a site of its own; each call of `integers` takes the next site from `nextSite`. */
export function randomSource(ops: Ops, state: RandomState, nextSite: () => number): RandomSource {
  const integers = (shape: Shape): Tensor =>
    ops.random(state.seed, state.step, state.firstRow, { site: nextSite(), shape })
  const uniform = (shape: Shape): Tensor =>
    ops.mul(ops.cast(integers(shape), ops.trace.float), unit)
  return {
    integers,
    uniform,
    normal: (shape) => {
      const radius = ops.sqrt(ops.mul(ops.log(ops.sub(1, uniform(shape))), -2))
      return ops.mul(radius, ops.cos(ops.mul(uniform(shape), 2 * Math.PI)))
    },
    bernoulli: (probability, shape) =>
      ops.less(integers(shape), Math.round(probability * 0x100_0000)),
  }
}
