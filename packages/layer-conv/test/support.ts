/** Layers as the language configures them, run forward and backward on plain numbers. */
import { activations } from '@chainrule/activations'
import {
  backpropagate,
  type Layer,
  layerOps,
  type RawValue,
  Registry,
  type Tensor,
} from '@chainrule/core'
import { initializers } from '@chainrule/initializers'
import type { Evaluate, Given } from '@chainrule/testing-vectors'
import { spatialLayers } from '../src/index.ts'

const registry = new Registry([...spatialLayers, ...activations, ...initializers])

export interface Configured {
  readonly layer: Layer
  readonly config: Readonly<Record<string, unknown>>
}

/** A layer's configuration as the language gives it. */
export function configured(
  call: string,
  positional: readonly RawValue[] = [],
  named: Readonly<Record<string, RawValue>> = {},
): Configured {
  const layer = spatialLayers.find(({ name }) => name === call)
  const { configuration } = registry.configured('layer', { call, positional, named }) ?? {}
  if (layer === undefined || configuration === undefined) throw new Error(`no layer \`${call}\``)
  const [problem] = configuration.problems
  if (problem !== undefined) throw new Error(`${problem.code}: ${problem.message}`)
  return { layer, config: configuration.config }
}

export const context = { training: true, statistics: {}, random: {} }

/** h' and, for a given ∂L/∂h', the gradients by parameter, of `backward` or derived; `input` is ∂L/∂h. */
export async function forwardAndBackward(
  evaluate: Evaluate,
  { layer, config }: Configured,
  given: Readonly<Record<string, Given>>,
  options?: { readonly float?: 'f32' | 'f64'; readonly rows?: number },
): Promise<Record<string, number[]>> {
  return evaluate(
    given,
    (ops, tensors) => {
      const { input, cotangent, ...parameters } = tensors as Record<string, Tensor>
      if (input === undefined || cotangent === undefined) throw new Error('what is the input?')
      const vocabulary = layerOps(ops)
      const { h, saved } = layer.forward(vocabulary, parameters, [input], config, context)
      const outputs: Record<string, Tensor> = { h }
      if (layer.backward === undefined) {
        const [dh = h] = backpropagate(ops, [{ of: h, cotangent }], [input])
        return { h, input: dh }
      }
      const arriving = { dh: cotangent, outputs: {} }
      const found = layer.backward(vocabulary, parameters, saved, arriving, config, context)
      for (const [name, gradient] of Object.entries(found.gradients))
        if (gradient !== undefined && !('matrix' in gradient)) outputs[name] = gradient
      const [dh] = found.dh
      return dh === undefined ? outputs : { ...outputs, input: dh }
    },
    options,
  )
}
