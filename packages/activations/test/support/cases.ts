/** What each activation is checked with. */
import type { ActivationPlugin } from '@chainrule/core'
import type { ActivationCase } from '@chainrule/testing'
import { activations } from '../../src/index.ts'

/** Those with arguments, by name. */
const own: Readonly<Record<string, readonly ActivationCase[]>> = {
  'leaky-relu': [{}, { arguments: [0.2] }],
  elu: [{}, { arguments: [0.5] }],
  gelu: [{}, { options: { approximate: 'tanh' } }],
}

export const activationCases: readonly (readonly [ActivationPlugin, readonly ActivationCase[]])[] =
  activations.map((activation) => [activation, own[activation.name] ?? [{}]])
