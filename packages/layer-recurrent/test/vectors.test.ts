/** Against PyTorch 1.13's own numbers; see the README of `testing-vectors`. */
import { activations } from '@chainrule/activations'
import { type Layer, layerOps, Registry } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import {
  differences,
  evaluator,
  given,
  type RecurrentCase,
  type Tensor,
  tolerances,
  vectors,
} from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { recurrentLayers } from '../src/index.ts'

const evaluate = evaluator(engineJs)
const none: Tensor = { shape: [], data: [0] }
const registry = new Registry(activations)

function layerOf({ layer: name }: RecurrentCase): Layer {
  const layer = recurrentLayers.find((each) => each.name === name)
  if (layer === undefined) throw new Error(`no layer ${name}`)
  return layer
}

/** True up to a row's length; a packed sequence is what a mask says here. */
const maskOf = ({ lengths, input }: RecurrentCase): number[] =>
  (lengths ?? []).flatMap((length) =>
    Array.from({ length: input.shape[1] ?? 0 }, (_, t) => Number(t < length)),
  )

/** The states behind a row's length, which PyTorch gives as 0 and which here stay. */
const upToLength = (recorded: RecurrentCase, states: readonly number[]): number[] => {
  const mask = maskOf(recorded)
  const units = recorded.output.shape[2] ?? 1
  return states.map((x, i) => (mask[Math.floor(i / units)] === 0 ? 0 : x))
}

async function compute(recorded: RecurrentCase) {
  const { dtype, input, lengths, parameters, activation } = recorded
  const layer = layerOf(recorded)
  const { bias_ih, bias_hh, weight_ih, weight_hh } = parameters
  const config = {
    units: recorded.state.shape[1],
    sequences: true,
    activation: activation ?? undefined,
  }
  const parsed = layer.arguments['activation']?.parse(activation ?? 'tanh', registry)
  const filled = parsed?.ok ? { ...config, activation: parsed.value } : config
  // Behind a row's length nothing arrives at PyTorch's states; here what arrives there would reach the state that stays.
  const cotangent = { ...recorded.cotangent, data: upToLength(recorded, recorded.cotangent.data) }
  return evaluate(
    {
      x: given(input),
      mask:
        lengths === null
          ? { shape: [], values: [1], dtype: 'bool' }
          : { shape: input.shape.slice(0, 2), values: maskOf(recorded), dtype: 'bool' },
      weight_ih: given(weight_ih),
      weight_hh: given(weight_hh),
      bias_ih: given(bias_ih ?? none),
      bias_hh: given(bias_hh ?? none),
      dh: given(cotangent),
      dState: given(recorded.stateCotangent),
      dCell: given(recorded.cellCotangent ?? none),
    },
    (ops, { x, mask, dh, dState, dCell, ...given }) => {
      const paper = layerOps(ops)
      const columns = bias_ih === null ? [undefined, undefined] : [given.bias_ih, given.bias_hh]
      const seen = {
        W: { matrix: given.weight_ih, column: columns[0] },
        U: { matrix: given.weight_hh, column: columns[1] },
      }
      const context = { training: true, statistics: {}, random: {} }
      const inputs = [x, lengths === null ? undefined : mask]
      const result = layer.forward(paper, seen, inputs, filled, context)
      const outputs = { state: dState, ...(recorded.cell === null ? {} : { cell: dCell }) }
      const arriving = { dh, outputs }
      const back = layer.backward?.(paper, seen, result.saved, arriving, filled, context)
      const nothing = ops.constant([])
      const { W, U } = (back?.gradients ?? {}) as Record<string, Partial<typeof seen.W>>
      return {
        output: result.h,
        state: result.outputs?.['state'] ?? nothing,
        cell: result.outputs?.['cell'] ?? nothing,
        inputGradient: back?.dh[0] ?? nothing,
        weight_ih: W?.matrix ?? nothing,
        weight_hh: U?.matrix ?? nothing,
        bias_ih: W?.column ?? nothing,
        bias_hh: U?.column ?? nothing,
      }
    },
    { float: dtype },
  )
}

describe('states and gradients agree with PyTorch', () => {
  const { cases } = vectors('recurrent')
  it.each(cases)('$layer $activation $dtype $input.shape, lengths $lengths', async (recorded) => {
    const found = await compute(recorded)
    const allowed = tolerances[recorded.dtype]
    const agree = (name: keyof typeof found, expected: Tensor | null, values = found[name]) =>
      expect(differences(values, expected?.data ?? [], allowed), name).toEqual([])
    agree('output', recorded.output, upToLength(recorded, found.output))
    agree('state', recorded.state)
    agree('cell', recorded.cell)
    agree('inputGradient', recorded.inputGradient)
    for (const name of ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'] as const) {
      agree(name, recorded.gradients[name])
    }
  })
})
