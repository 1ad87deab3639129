/** Plugins with their arguments filled in, as the layers and the trainer use them. */
import type { Ops, Shape, Tensor } from '@chainrule/program'

/** What a plugin is configured with: the value of each of its arguments and options. */
export type Config = Readonly<Record<string, unknown>>

/** σ with its arguments. */
export interface Activation {
  readonly name: string
  readonly config: Config
  /** Between which numbers h lies; left out, it may be any. */
  readonly range?: readonly [low: number, high: number]
  /** h = σ(g). */
  forward(ops: Ops, g: Tensor): Tensor
  /** ∂L/∂g from ∂L/∂h; for an elementwise σ it is ∂L/∂h ⊙ σ'(g) (eq. 76). */
  backward(ops: Ops, saved: { readonly g: Tensor; readonly h: Tensor }, dh: Tensor): Tensor
}

/** Random numbers of one place in the program: the same for the same seed, step, row and element. */
export interface RandomSource {
  /** Integers in [0, 2^24), i32. */
  integers(shape: Shape): Tensor
  /** Floats in [0, 1), multiples of 2^-24. */
  uniform(shape: Shape): Tensor
  /** Standard normal, by Box and Muller's transform. */
  normal(shape: Shape): Tensor
  /** True with the given probability (to 2^-24). */
  bernoulli(probability: number, shape: Shape): Tensor
}

/** What an initializer may know of the parameter that it draws. */
export interface SampleContext {
  readonly shape: readonly number[]
  /** Numbers that one output is a sum of. */
  readonly fanIn: number
  /** Outputs that one input reaches. */
  readonly fanOut: number
  readonly random: RandomSource
}

/** An initializer with its arguments filled in. */
export interface Initializer {
  readonly name: string
  readonly config: Config
  sample(ops: Ops, context: SampleContext): Tensor
}

/** Where training stands, as scalars of the program. */
export interface ScheduleContext {
  /** The learning rate that the optimizer was given. */
  readonly base: Tensor
  /** Updates done before this one. */
  readonly step: Tensor
  /** Updates of the whole training. */
  readonly total: Tensor
  /** Whole passes over the data done before this update. */
  readonly epoch: Tensor
}

/** A learning-rate schedule with its arguments filled in. */
export interface Schedule {
  readonly name: string
  readonly config: Config
  /** The learning rate of this update. */
  rate(ops: Ops, context: ScheduleContext): Tensor
}
