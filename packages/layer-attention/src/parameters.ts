/** Parameters of attention. */
import { type Initializer, type ParameterSpec, zeros } from '@chainrule/core'
import type { Sizes } from './shapes.ts'

interface Call {
  readonly bias: boolean
  readonly weights: Initializer
}

type Part = 'query' | 'key' | 'value' | 'output'
// A type, not an interface: a record of specs has an index signature.
type AttentionParameters = { readonly [P in Part as `${P}_weight`]: ParameterSpec } & {
  readonly [P in Part as `${P}_bias`]: ParameterSpec | undefined
}

/**
 * A matrix for each of queries, keys and values, and one for the output; biases begin at 0. PyTorch draws the first three
 * as one matrix of three times the outputs, and so it is here.
 */
export function parametersOf(
  { channels, keyChannels, valueChannels }: Sizes,
  { bias, weights }: Call,
): AttentionParameters {
  const matrix = (fanIn: number, fanOut: number): ParameterSpec => ({
    shape: [channels, fanIn],
    initializer: weights,
    role: 'weight',
    fanOut,
  })
  const column = bias
    ? ({ shape: [channels], initializer: zeros.with({}), role: 'bias' } as const)
    : undefined
  return {
    query_weight: matrix(channels, 3 * channels),
    query_bias: column,
    key_weight: matrix(keyChannels, 3 * channels),
    key_bias: column,
    value_weight: matrix(valueChannels, 3 * channels),
    value_bias: column,
    output_weight: matrix(channels, channels),
    output_bias: column,
  }
}
