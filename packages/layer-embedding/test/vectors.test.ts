/** Against PyTorch 1.13's own numbers; see the README of `testing-vectors`. */
import { layerOps } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { differences, evaluator, given, tolerances, vectors } from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { embed } from '../src/index.ts'

describe.each([engineJs, engineWasm])('embed agrees with PyTorch on $name', (engine) => {
  const evaluate = evaluator(engine)

  it.each(vectors('embeddings').cases)(
    '$dtype, $indices.shape of $size × $dim, padding $padding',
    async (recorded) => {
      const { size, dim, padding, dtype, indices, weight, cotangent } = recorded
      const config = { size, dim, ...(padding === null ? {} : { padding }) }
      const context = { training: true, statistics: {}, random: {} }
      const found = await evaluate(
        {
          indices: { ...given(indices), dtype: 'i32' },
          weight: given(weight),
          dh: given(cotangent),
        },
        (ops, { indices: read, weight: table, dh }) => {
          const paper = layerOps(ops)
          const { h, outputs, saved } = embed.forward(
            paper,
            { weight: table },
            [read],
            config,
            context,
          )
          const mask = outputs?.['mask']
          if (mask === undefined) throw new Error('no mask')
          const arriving = { dh, outputs: { mask } }
          const back = embed.backward?.(paper, { weight: table }, saved, arriving, config, context)
          const gradient = (back?.gradients as { weight: typeof h } | undefined)?.weight
          return { output: h, gradient: gradient ?? h, mask: ops.cast(mask, h.dtype) }
        },
        { float: dtype },
      )
      for (const quantity of ['output', 'gradient'] as const)
        expect(differences(found[quantity], recorded[quantity].data, tolerances[dtype])).toEqual([])
      expect(Array.from(found.mask)).toEqual(indices.data.map((i) => Number(i !== padding)))
    },
  )
})
