/** Against PyTorch 1.13's own numbers; see the README of `testing-vectors`. */
import { layerOps } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import {
  differences,
  evaluator,
  given,
  type Tensor,
  tolerances,
  vectors,
} from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { normLayers } from '../src/index.ts'

const evaluate = evaluator(engineJs)
const none: Tensor = { shape: [], data: [0] }
const names = ['output', 'inputGradient', 'weightGradient', 'biasGradient'] as const

describe('outputs, gradients and running values agree with PyTorch', () => {
  it.each(vectors('norms').cases)('$name $dtype $input.shape $options', async (recorded) => {
    const { name, options, dtype, input, weight, bias, cotangent, before, after } = recorded
    const layer = normLayers.find((each) => each.name === name)
    if (layer === undefined) throw new Error(`no layer ${name}`)
    const found = await evaluate(
      {
        h: given(input),
        weight: given(weight),
        bias: given(bias ?? none),
        dh: given(cotangent),
        mean: given(before?.mean ?? none),
        variance: given(before?.variance ?? none),
      },
      (ops, { h, weight, bias: shift, dh, mean, variance }) => {
        const paper = layerOps(ops)
        const parameters = { weight, ...(bias === null ? {} : { bias: shift }) }
        const training = options['training'] !== false
        const context = { training, statistics: { mean, variance }, random: {} }
        const result = layer.forward(paper, parameters, [h], options, context)
        const arriving = { dh, outputs: {} }
        const back = layer.backward?.(paper, parameters, result.saved, arriving, options, context)
        const gradients = back?.gradients as Record<string, typeof h> | undefined
        const nothing = ops.constant([])
        const running = result.statistics as Record<string, typeof h> | undefined
        return {
          output: result.h,
          inputGradient: back?.dh[0] ?? nothing,
          weightGradient: gradients?.['weight'] ?? nothing,
          biasGradient: gradients?.['bias'] ?? nothing,
          mean: running?.['mean'] ?? mean,
          variance: running?.['variance'] ?? variance,
        }
      },
      { float: dtype },
    )
    for (const quantity of names) {
      const expected = recorded[quantity]?.data ?? []
      expect(differences(found[quantity], expected, tolerances[dtype]), quantity).toEqual([])
    }
    if (after === null) return
    expect(differences(found.mean, after.mean.data, tolerances[dtype])).toEqual([])
    expect(differences(found.variance, after.variance.data, tolerances[dtype])).toEqual([])
  })
})
