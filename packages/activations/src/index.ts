/** The built-in activations. See the README for the first file to open. */
import type { ActivationPlugin } from '@chainrule/core'
import { elu, leakyRelu, linear, relu } from './piecewise.ts'
import { gelu, sigmoid, silu, softplus, tanh } from './smooth.ts'
import { softmax } from './softmax.ts'

export { elu, leakyRelu, linear, relu } from './piecewise.ts'
export { gelu, sigmoid, silu, softplus, tanh } from './smooth.ts'
export { softmax } from './softmax.ts'

/** All of them, for registration. */
export const activations: readonly ActivationPlugin[] = [
  linear,
  relu,
  leakyRelu,
  elu,
  gelu,
  silu,
  sigmoid,
  tanh,
  softplus,
  softmax,
]
