/** Against PyTorch 1.13's own numbers, by the masks that our counters draw; see the README of `testing-vectors`. */
import {
  inferShapes,
  inputName,
  type LayerGraph,
  traceBackward,
  traceForward,
} from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { B, createOps, inPrecision, type Program, Trace } from '@chainrule/program'
import { differences, type NoiseCase, tolerances, vectors } from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { dropoutLayers } from '../src/index.ts'

/** The layer as it stands in a network that is trained: what it draws from, forward and backward. */
function programOf({ layer: name, argument, seed, step, firstRow, input }: NoiseCase): Program {
  const layer = dropoutLayers.find((each) => each.name === name)
  if (layer === undefined) throw new Error(`no layer ${name}`)
  const config = name === 'gaussian-noise' ? { deviation: argument } : { rate: argument }
  const [rows = 0, ...sizes] = input.shape
  const graph: LayerGraph = {
    inputs: [{ name: 'x', shape: sizes, dtype: 'f32' }],
    instances: [{ name: 'made', layer, config }],
    nodes: [{ name: 'made', instance: 'made', inputs: [{ input: 'x' }] }],
    heads: [{ name: 'y', from: { node: 'made' } }],
  }
  const ops = createOps(new Trace('f32'))
  const random = {
    seed: ops.constant(seed, { dtype: 'i32', shape: [] }),
    step: ops.constant(step, { dtype: 'i32' }),
    firstRow: ops.constant(firstRow, { dtype: 'i32', shape: [] }),
  }
  const traced = traceForward(ops, inferShapes(graph), random, true)
  const output = traced.value({ node: 'made' })
  const gradient = ops.trace.source('input', 'cotangent', output.type)
  const back = traceBackward(ops, traced, [{ ref: { node: 'made' }, gradient }])
  const inputGradient = back.nodes.get('made')?.gradients.dh[0] ?? ops.constant([])
  const x = { dtype: 'f32', shape: [B, ...sizes] } as const
  return {
    version: 1,
    maxBatch: rows,
    inputs: { [inputName('x')]: x, cotangent: output.type },
    state: {},
    entries: { main: ops.trace.entry({ output, inputGradient }) },
  }
}

describe.each([engineJs, engineWasm])('noise agrees with PyTorch on $name', (engine) => {
  it.each(vectors('noises').cases)(
    '$layer $argument $dtype $input.shape, seed $seed',
    async (recorded) => {
      const { dtype, input, cotangent } = recorded
      const executable = await engine.compile(inPrecision(programOf(recorded), dtype))
      executable.input(inputName('x')).set(input.data)
      executable.input('cotangent').set(cotangent.data)
      executable.run('main', input.shape[0] ?? 0)
      for (const quantity of ['output', 'inputGradient'] as const) {
        const found = executable.output('main', quantity)
        const expected = recorded[quantity].data
        expect(differences(found, expected, tolerances[dtype]), quantity).toEqual([])
      }
      executable.dispose()
    },
  )

  it('has a recording of every layer', () => {
    const recorded = vectors('noises').cases.map(({ layer }) => layer)
    expect(new Set(recorded)).toEqual(new Set(dropoutLayers.map(({ name }) => name)))
  })
})
