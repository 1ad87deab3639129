/** Against PyTorch 1.13's own numbers; see the README of `testing-vectors`. */
import { layerOps } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import {
  differences,
  evaluator,
  given,
  type Tensor,
  tolerances,
  vectors,
} from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { positional } from '../src/index.ts'

const none: Tensor = { shape: [], data: [0] }

describe.each([engineJs, engineWasm])('positional agrees with PyTorch on $name', (engine) => {
  const evaluate = evaluator(engine)

  it.each(vectors('positions').cases)('$kind $dtype $input.shape', async (recorded) => {
    const { kind, dtype, input, weight, cotangent } = recorded
    const context = { training: true, statistics: {}, random: {} }
    const found = await evaluate(
      {
        h: given(input),
        dh: given(cotangent),
        weight: given(weight ?? none),
      },
      (ops, { h, dh, weight: table }) => {
        const parameters = weight === null ? {} : { weight: table }
        const paper = layerOps(ops)
        const { h: output, saved } = positional.forward(paper, parameters, [h], { kind }, context)
        const arriving = { dh, outputs: {} }
        const back = positional.backward?.(paper, parameters, saved, arriving, { kind }, context)
        const gradients = back?.gradients as { weight?: typeof h } | undefined
        const nothing = ops.constant([])
        return {
          output,
          inputGradient: back?.dh[0] ?? nothing,
          weightGradient: gradients?.weight ?? nothing,
        }
      },
      { float: dtype },
    )
    for (const quantity of ['output', 'inputGradient', 'weightGradient'] as const) {
      const expected = recorded[quantity]?.data ?? []
      expect(differences(found[quantity], expected, tolerances[dtype]), quantity).toEqual([])
    }
  })
})
