/** Against PyTorch 1.13's own numbers; see the README of `testing-vectors`. */
import { activations } from '@chainrule/activations'
import { type Joined, layerOps, Registry } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { initializers } from '@chainrule/initializers'
import { differences, evaluator, given, tolerances, vectors } from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { dense } from '../src/index.ts'

const registry = new Registry([dense, ...activations, ...initializers])
const evaluate = evaluator(engineJs)
const context = { training: true, statistics: {}, random: {} }

const names = [
  'preActivation',
  'output',
  'preActivationGradient',
  'inputGradient',
  'weightGradient',
  'biasGradient',
] as const

describe('outputs and gradients agree with PyTorch', () => {
  it.each(vectors('dense').cases)('$activation $dtype $input.shape', async (recorded) => {
    const { activation, dtype, input, weight, bias, cotangent } = recorded
    const units = weight.shape[0] ?? 0
    const call = { call: 'dense', positional: [units, activation], named: { bias: bias !== null } }
    const config = registry.configured('layer', call)?.configuration.config ?? {}
    const found = await evaluate(
      {
        h: given(input),
        weight: given(weight),
        bias: given(bias ?? { shape: [units], data: Array(units).fill(Number.NaN) }),
        dh: given(cotangent),
      },
      (ops, tensors) => {
        const W = { matrix: tensors.weight, column: bias === null ? undefined : tensors.bias }
        const paper = layerOps(ops)
        const { g, h, saved } = dense.forward(paper, { W }, [tensors.h], config, context)
        const arriving = { dh: tensors.dh, outputs: {} }
        const back = dense.backward?.(paper, { W }, saved, arriving, config, context)
        const dW = back?.gradients['W'] as Joined | undefined
        const [dInput] = back?.dh ?? []
        if (g === undefined || back?.dg === undefined || dInput === undefined || dW === undefined) {
          throw new Error('`dense` leaves a gradient out')
        }
        return {
          preActivation: g,
          output: h,
          preActivationGradient: back.dg,
          inputGradient: dInput,
          weightGradient: dW.matrix,
          biasGradient: dW.column ?? ops.constant([]),
        }
      },
      { float: dtype },
    )
    for (const name of names) {
      // Where there is no bias, its gradient is recorded as null and given as no numbers.
      expect(differences(found[name], recorded[name]?.data ?? [], tolerances[dtype])).toEqual([])
    }
  })
})
