/** Parameters of the recurrent layers, with PyTorch's names, and what their calls have in common. */
import {
  boolean,
  type Initializer,
  initializer,
  type ParameterSpec,
  positiveInteger,
  type Shape,
  zeros,
} from '@chainrule/core'
import type { Sizes } from './sequence.ts'

/** `weights=` speaks of the weights alone. */
const zeroBias = zeros.with({})

export const units = positiveInteger()

export const options = {
  sequences: boolean({ default: false }),
  bias: boolean({ default: true }),
  weights: initializer({ default: 'glorot-uniform' }),
}

/** A mask for the steps that count. */
export const inputs = [{ name: 'h' }, { name: 'mask', dtype: 'boolean', optional: true }] as const

/** [weight | bias] against the input, and against the state. */
export const joined = {
  W: ['weight_ih', 'bias_ih'],
  U: ['weight_hh', 'bias_hh'],
} as const

interface Call {
  readonly units: number
  readonly bias: boolean
  readonly weights: Initializer
}

// A type, not an interface: a record of specs has an index signature.
type RecurrentParameters = {
  readonly [K in 'weight_ih' | 'weight_hh']: ParameterSpec
} & {
  readonly [K in 'bias_ih' | 'bias_hh']: ParameterSpec | undefined
}

/** The matrices of `gates` gates, each drawn as a matrix by itself; biases begin at 0, `first` says otherwise. */
export function parametersOf(
  { features }: Sizes,
  { units, bias, weights }: Call,
  gates: number,
  first: Initializer = zeroBias,
): RecurrentParameters {
  const rows = gates * units
  const shape = [rows]
  return {
    weight_ih: { shape: [rows, features], initializer: weights, role: 'weight', fanOut: units },
    weight_hh: { shape: [rows, units], initializer: weights, role: 'weight', fanOut: units },
    bias_ih: bias ? { shape, initializer: first, role: 'bias' } : undefined,
    bias_hh: bias ? { shape, initializer: zeroBias, role: 'bias' } : undefined,
  }
}

/** [B, T, H] of all states, or [B, H] of the last. */
export function outputShape(
  { rows, times }: Sizes,
  units: number,
  sequences: boolean,
): { readonly h: Shape; readonly state: Shape } {
  const state = [rows, units]
  return { h: sequences ? [rows, times, units] : state, state }
}
