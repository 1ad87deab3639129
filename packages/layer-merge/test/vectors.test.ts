/** Against PyTorch 1.13's own numbers; see the README of `testing-vectors`. */
import { layerOps } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { differences, evaluator, given, tolerances, vectors } from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { mergeLayers } from '../src/index.ts'

describe.each([engineJs, engineWasm])(
  'layers of several inputs agree with PyTorch on $name',
  (engine) => {
    const evaluate = evaluator(engine)

    it.each(vectors('merges').cases)('$layer $dtype of $inputs.length', async (recorded) => {
      const { dtype, inputs, output, cotangent, gradients } = recorded
      const layer = mergeLayers.find(({ name }) => name === recorded.layer)
      if (layer === undefined) throw new Error(`no layer ${recorded.layer}`)
      const config = { axis: -1 }
      const context = { training: true, statistics: {}, random: {} }
      const names = inputs.map((_, i) => `input${i}`)
      const found = await evaluate(
        {
          dh: given(cotangent),
          ...Object.fromEntries(inputs.map((input, i) => [`input${i}`, given(input)])),
        },
        (ops, { dh, ...rest }) => {
          const paper = layerOps(ops)
          const given = names.flatMap((name) => (rest as Record<string, typeof dh>)[name] ?? [])
          const { h, saved } = layer.forward(paper, {}, given, config, context)
          const back = layer.backward?.(paper, {}, saved, { dh, outputs: {} }, config, context)
          const own = names.map((name, i) => [name, back?.dh[i] ?? h] as const)
          return { output: h, ...Object.fromEntries(own) }
        },
        { float: dtype },
      )
      expect(differences(found.output, output.data, tolerances[dtype])).toEqual([])
      for (const [i, gradient] of gradients.entries()) {
        const own = (found as Record<string, typeof found.output>)[`input${i}`] ?? []
        expect(differences(own, gradient.data, tolerances[dtype]), `input ${i + 1}`).toEqual([])
      }
    })
  },
)
