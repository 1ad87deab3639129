/** Against PyTorch 1.13's own numbers; see the README of `testing-vectors`. */
import { layerOps, type Ops, type Tensor } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import {
  type AttentionCase,
  differences,
  evaluator,
  given,
  type Tensor as Recorded,
  tolerances,
  vectors,
} from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { attention } from '../src/index.ts'

const evaluate = evaluator(engineJs)
const none: Recorded = { shape: [], data: [0] }
const parts = ['query', 'key', 'value', 'output'] as const
const letters = { query: 'Q', key: 'K', value: 'V', output: 'O' } as const

/** True for the keys that count. */
function maskOf({ lengths, query, key }: AttentionCase) {
  const keys = (key ?? query).shape[1] ?? 0
  const counts = lengths ?? [keys]
  const values = counts.flatMap((n) => Array.from({ length: keys }, (_, s) => Number(s < n)))
  return { shape: [counts.length, keys], values, dtype: 'bool' as const }
}

async function compute(recorded: AttentionCase) {
  const { query, key, value, parameters, cotangent, heads, causal, lengths, dtype } = recorded
  const matrices = Object.entries(parameters).map(([name, x]) => [name, given(x)] as const)
  const config = { heads, causal, dropout: 0, bias: true }
  return evaluate(
    {
      ...Object.fromEntries(matrices),
      query: given(query),
      key: given(key ?? none),
      value: given(value ?? none),
      mask: maskOf(recorded),
      dh: given(cotangent),
    },
    (ops, given: Readonly<Record<string, Tensor>>) => {
      const tensor = (name: string): Tensor => given[name] ?? ops.constant(0)
      const paper = layerOps(ops)
      const seen = Object.fromEntries(
        parts.map((part) => [
          letters[part],
          { matrix: tensor(`${part}_weight`), column: tensor(`${part}_bias`) },
        ]),
      )
      const inputs = [
        tensor('query'),
        key === null ? undefined : tensor('key'),
        value === null ? undefined : tensor('value'),
        lengths === null ? undefined : tensor('mask'),
      ]
      const context = { training: true, statistics: {}, random: {} }
      const result = attention.forward(paper, seen, inputs, config, context)
      const arriving = { dh: tensor('dh'), outputs: {} }
      const back = attention.backward?.(paper, seen, result.saved, arriving, config, context)
      return {
        output: result.h,
        ...gradientsOf(ops, back?.dh ?? []),
        ...Object.fromEntries(
          parts.flatMap((part) => {
            const joined = back?.gradients[letters[part]] as Partial<(typeof seen)[string]>
            const nothing = ops.constant([])
            return [
              [`${part}_weight`, joined.matrix ?? nothing],
              [`${part}_bias`, joined.column ?? nothing],
            ]
          }),
        ),
      }
    },
    { float: dtype },
  )
}

const gradientsOf = (ops: Ops, [query, key, value]: readonly (Tensor | undefined)[]) => ({
  query: query ?? ops.constant([]),
  key: key ?? ops.constant([]),
  value: value ?? ops.constant([]),
})

describe('output and gradients agree with PyTorch', () => {
  const { cases } = vectors('attention')
  it.each(cases)(
    '$heads heads of $query.shape to $key.shape, causal $causal, lengths $lengths, $dtype',
    async (recorded) => {
      const found: Readonly<Record<string, number[]>> = await compute(recorded)
      const expected = {
        output: recorded.output,
        ...recorded.inputGradients,
        ...recorded.gradients,
      }
      for (const [name, tensor] of Object.entries(expected)) {
        const allowed = tolerances[recorded.dtype]
        expect(differences(found[name] ?? [], tensor?.data ?? [], allowed), name).toEqual([])
      }
    },
  )
})

it('a place that may see nothing gets the bias of the output alone', async () => {
  const [first] = vectors('attention').cases.filter(({ lengths }) => lengths !== null)
  if (first === undefined) throw new Error('no case with lengths')
  const found: Readonly<Record<string, number[]>> = await compute({ ...first, lengths: [4, 0, 1] })
  const [, places = 0, channels = 0] = first.output.shape
  const row = found['output']?.slice(places * channels, 2 * places * channels)
  const bias = first.parameters.output_bias.data
  expect(row).toEqual(Array.from({ length: places }, () => bias).flat())
  expect(Object.values(found).flat().every(Number.isFinite)).toBe(true)
})
