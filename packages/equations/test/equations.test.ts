/** The equations of layers: those of the paper, and of every other layer those that its instructions say. */
import {
  defineLayer,
  type ElementwiseOptimizer,
  inferShapes,
  type Layer,
  type LayerInstance,
  type RawValue,
  Session,
  type ShapedGraph,
} from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { dense } from '@chainrule/layer-dense'
import { losses } from '@chainrule/losses'
import { shapeAt } from '@chainrule/program'
import katex from 'katex'
import { describe, expect, it } from 'vitest'
import {
  ElementReader,
  type Equation,
  type LayerEquations,
  layerEquations,
  SymbolValues,
  traceForEquations,
} from '../src/index.ts'
import { builtIn, cases, gated, graphOf, type LayerCase, optimizerOf } from './support/cases.ts'

const rows = 3

function equationsOf(
  layerCase: LayerCase,
  layer?: Layer,
  optimizer: ElementwiseOptimizer = optimizerOf(layerCase.optimizer ?? 'sgd'),
): LayerEquations {
  return layerEquations(traceForEquations(graphOf(layerCase, layer), optimizer), 'layer', rows)
}

/** As the paper's source is written, apart from spaces, braces about one sign, and the sizes of brackets. */
const plain = (latex: string): string =>
  latex
    .replaceAll(/\\left|\\right|\\[,!;]/g, '')
    .replaceAll(/\s+/g, '')
    .replaceAll(/([_^])\{(\w)\}/g, '$1$2')

const numbered = ({ equations }: LayerEquations, number: Equation['number']): string[] =>
  equations.filter((each) => each.number === number).map(({ latex }) => plain(latex))

describe('a dense layer has the equations of the paper', () => {
  const layer = equationsOf({ call: 'dense', positional: [2, 'tanh'], inputs: [[3]] })

  it.each<[number: Equation['number'], expected: string[]]>([
    [
      41,
      [
        String.raw`\mathbf{g}^n = W^n \mathbf{h}^{n-1}`,
        String.raw`\mathbf{h}^n = \sigma_n(\mathbf{g}^n) = \tanh(\mathbf{g}^n)`,
      ],
    ],
    [
      75,
      [
        String.raw`\frac{\partial L}{\partial W^n} = \left( \frac{\partial L}{\partial \mathbf{g}^n} \right)^T (\mathbf{h}^{n-1})^T`,
      ],
    ],
    [
      76,
      [
        String.raw`\frac{\partial L}{\partial \mathbf{g}^n} = \frac{\partial L}{\partial \mathbf{h}^n} \odot \sigma^{n'}(\mathbf{g}^n)`,
      ],
    ],
    [
      77,
      [
        String.raw`\frac{\partial L}{\partial \mathbf{h}^{n-1}} = \frac{\partial L}{\partial \mathbf{g}^n} W^n`,
      ],
    ],
    [78, [String.raw`W_{t+1}^n = W_t^n - \eta \frac{\partial L}{\partial W_t^n}`]],
  ])('eq. %i', (number, expected) => {
    expect(numbered(layer, number)).toEqual(expected.map(plain))
  })

  it('tells σ′ of its activation by itself', () => {
    const slope = layer.equations.find(({ left }) => layer.symbols[left]?.name === 'layer/slope')
    expect(plain(slope?.latex ?? '')).toBe(
      plain(String.raw`\sigma^{n'}(\mathbf{g}^n) = 1 - (\mathbf{h}^n)^2`),
    )
  })

  it('has them without a bias and without an activation too', () => {
    const bare = equationsOf({
      call: 'dense',
      positional: [2],
      named: { bias: false },
      inputs: [[3]],
    })
    const numbers = bare.equations.map(({ number }) => number)
    expect(numbers).toEqual([41, 41, 76, 75, 77, 78])
    expect(numbered(bare, 75)).toEqual(numbered(layer, 75))
    expect(numbered(bare, 76)).toEqual([
      plain(
        String.raw`\frac{\partial L}{\partial \mathbf{g}^n} = \frac{\partial L}{\partial \mathbf{h}^n}`,
      ),
    ])
  })

  it('shows weights and bias apart where the optimizer treats them otherwise', () => {
    const decaying = optimizerOf('sgd', { decay: 0.1 })
    const { equations } = equationsOf(
      { call: 'dense', positional: [2], inputs: [[3]] },
      undefined,
      decaying,
    )
    const updates = equations
      .filter(({ part }) => part === 'update')
      .map(({ latex }) => plain(latex))
    expect(updates).toHaveLength(2)
    expect(updates[0]).toContain('0.1W_t^n')
    expect(updates[1]).not.toContain('0.1')
  })
})

/** Another layer's author gives the same mathematics other names. */
const renamed = defineLayer({
  name: 'renamed',
  summary: 'g = V h.',
  shape: (_, [h]) => h,
  init: (_, [h]) => {
    const gamma = gated.init({}, [h])['weight']
    if (gamma === undefined) throw new Error('no parameter')
    return { V: gamma }
  },
  forward: (ops, { V }, [input]) => {
    const g = ops.dot(input, V, { contract: [[1], [1]] })
    return { g, h: ops.tanh(g), saved: { g } }
  },
})

it('numbers the paper’s equations in a layer of another author, whose backward is derived', () => {
  const layer = equationsOf({ call: 'renamed', inputs: [[3]] }, renamed)
  expect(numbered(layer, 41)[0]).toBe(plain(String.raw`\mathbf{g}^n = V^n \mathbf{h}^{n-1}`))
  expect(numbered(layer, 75)).toEqual([
    plain(
      String.raw`\frac{\partial L}{\partial V^n} = (\frac{\partial L}{\partial \mathbf{g}^n})^T (\mathbf{h}^{n-1})^T`,
    ),
  ])
  expect(numbered(layer, 77)).toHaveLength(1)
})

it('has a case for every built-in layer', () => {
  const missing = builtIn.filter(({ name }) => !cases.some(({ call }) => call === name))
  expect(missing.map(({ name }) => name)).toEqual([])
})

it.each(['rnn', 'gru', 'lstm'])(
  'tells each step of a long %s once, and marks the others with the equation that they repeat',
  (call) => {
    const of = (times: number): LayerEquations =>
      equationsOf({ call, positional: [2], inputs: [[times, 2], undefined] })
    const told = ({ equations }: LayerEquations): number =>
      equations.filter(({ repeats }) => repeats === undefined).length
    const [short, long] = [of(8), of(20)]
    expect(long.equations.length).toBeGreaterThan(2 * told(long))
    expect(told(long)).toBe(told(short))
    const unindexed = (latex: string): string => latex.replaceAll(/\d+/g, '#')
    for (const { latex, repeats } of long.equations) {
      if (repeats === undefined) continue
      const first = long.equations[repeats]
      expect(first?.repeats).toBeUndefined()
      expect(unindexed(latex)).toBe(unindexed(first?.latex ?? ''))
    }
  },
)

const own: { readonly layerCase: LayerCase; readonly layer: Layer | undefined }[] = [
  ...cases.map((layerCase) => ({ layerCase, layer: undefined })),
  { layerCase: { call: 'gated', inputs: [[3]] }, layer: gated },
  { layerCase: { call: 'renamed', inputs: [[3]] }, layer: renamed },
]
const title = ({ layerCase }: (typeof own)[number]): string =>
  `${layerCase.call} ${JSON.stringify([layerCase.positional, layerCase.named, layerCase.inputs])}`

describe.each(own.map((each) => [title(each), each] as const))('%s', (_, { layerCase, layer }) => {
  it('has equations that KaTeX sets', () => {
    const { equations } = equationsOf(layerCase, layer)
    expect(equations.length).toBeGreaterThan(0)
    for (const { latex, linked } of equations) {
      katex.renderToString(latex, { throwOnError: true, strict: 'error' })
      const html = katex.renderToString(linked, {
        throwOnError: true,
        trust: true,
        strict: (code: string) => (code === 'htmlExtension' ? 'ignore' : 'error'),
      })
      expect(html).toContain('data-symbol')
    }
  })

  it('computes, equation by equation, what the engine computes', async () => {
    const optimizer = optimizerOf(layerCase.optimizer ?? 'sgd')
    await expectEquationsToHold(graphOf(layerCase, layer), 'layer', optimizer)
  })
})

/** Every equation of a node, computed again, gives what the engine gave; the new weights are those of a step of training. */
async function expectEquationsToHold(
  graph: ShapedGraph,
  node: string,
  optimizer: ElementwiseOptimizer,
): Promise<LayerEquations> {
  const session = await Session.create(graph, { maxBatch: rows, optimizer }, engineJs)
  const layer = layerEquations(traceForEquations(graph, optimizer), node, rows)
  const read = await SymbolValues.compile(layer, engineJs)
  session.initialise(3)
  session.bind(dataOf(session))
  const values = read.read(session, session.allRows())
  const inspected = session.inspect(session.allRows())
  for (const [name, { values: expected }] of Object.entries(inspected)) {
    const found = values[name]
    if (found !== undefined) expect([name, ...found.values]).toEqual([name, ...expected])
  }
  const reader = new ElementReader(layer, values, rows)
  for (const equation of layer.equations) {
    const shape = shapeAt(layer.instructions[equation.value]?.type.shape ?? [], rows)
    const size = shape.reduce((product, each) => product * each, 1)
    for (let flat = 0; flat < size; flat += Math.max(1, Math.floor(size / 7))) {
      const index = indexOf(flat, shape)
      const { value, linked, reads } = reader.trace(equation, index)
      // Not from its own value: that would be true of anything.
      expect(reads.map(({ symbol }) => symbol)).not.toContain(equation.left)
      const symbol = reader.symbolOf(equation.value, index)
      const measured = symbol && reader.measured(symbol)
      expect(measured, equation.latex).toBeDefined()
      expect(value, `${equation.latex} at ${index}`).toBeCloseTo(measured ?? Number.NaN, 5)
      katex.renderToString(linked, { throwOnError: true, trust: true, strict: false })
    }
  }
  const instance = graph.nodes.find((each) => each.node.name === node)?.node.instance
  const prefix = `${node}/next/`
  session.executable.run('step', rows)
  for (const [name, { values: found }] of Object.entries(values)) {
    const state = `${instance}.${name.slice(prefix.length)}`
    if (name.startsWith(prefix) && session.hasState(state))
      expect([name, ...found]).toEqual([name, ...session.executable.state(state)])
  }
  return layer
}

/** x -> shared -> shared -> narrow -> wide, of which the last has the weights of the one before it transposed. */
function sharedAndTied(optional: Partial<LayerInstance> = {}): ShapedGraph {
  const of = (positional: RawValue[]) =>
    graphOf({ call: 'dense', positional, inputs: [[3]] }).nodes[0]?.instance.config ?? {}
  const squared = losses.find(({ name }) => name === 'squared')?.with({})
  const node = (name: string, instance: string, from: string) => ({
    ...{ name, instance },
    inputs: [from === 'x' ? { input: 'x' } : { node: from }],
  })
  return inferShapes({
    inputs: [{ name: 'x', shape: [3], dtype: 'f32' }],
    instances: [
      { name: 'shared', layer: dense, config: of([3, 'tanh']), ...optional },
      { name: 'narrow', layer: dense, config: of([2, 'sigmoid']) },
      {
        name: 'wide',
        layer: dense,
        config: of([3]),
        ties: { weight: { instance: 'narrow', parameter: 'weight' } },
      },
    ],
    nodes: [
      node('a', 'shared', 'x'),
      node('b', 'shared', 'a'),
      node('c', 'narrow', 'b'),
      node('d', 'wide', 'c'),
    ],
    heads: [{ name: 'y', from: { node: 'd' }, ...(squared && { loss: squared }) }],
    penalties: [{ kind: 'l2', factor: 0.1 }],
  })
}

describe('weights in several places', () => {
  it.each(['a', 'b', 'c', 'd'])('hold in %s, clipped and penalised', async (node) => {
    const optimizer = optimizerOf('sgd', { momentum: 0.9, clip: 0.05 })
    const layer = await expectEquationsToHold(sharedAndTied(), node, optimizer)
    const numbers = layer.equations.map(({ number }) => number)
    expect(numbers).toEqual(expect.arrayContaining([41, 76, 75, 77]))
  })

  it('say where ∂L/∂W in an update is not that of the layer alone', async () => {
    const clipped = await expectEquationsToHold(
      sharedAndTied(),
      'a',
      optimizerOf('sgd', { clip: 1 }),
    )
    const [update] = clipped.equations.filter(({ number }) => number === 78)
    expect(update?.note).toContain('after clipping')
    const plainly = equationsOf({ call: 'dense', positional: [2], inputs: [[3]] })
    expect(plainly.equations.find(({ number }) => number === 78)?.note).toBeUndefined()
  })

  it('have no update where they belong to another layer, or are frozen', async () => {
    const updatesOf = async (graph: ShapedGraph, node: string) => {
      const layer = await expectEquationsToHold(graph, node, optimizerOf('sgd'))
      return layer.equations.filter(({ part }) => part === 'update').map(({ latex }) => latex)
    }
    // The bias of `wide` is its own.
    expect(await updatesOf(sharedAndTied(), 'd')).toHaveLength(1)
    expect(await updatesOf(sharedAndTied({ freeze: true }), 'a')).toEqual([])
  })
})

it('gives the values of a training on another engine, for any of its rows', async () => {
  const layerCase = { call: 'dense', positional: [2, 'tanh'], inputs: [[3]] }
  const graph = graphOf(layerCase)
  const optimizer = optimizerOf('adam')
  const session = await Session.create(graph, { maxBatch: rows, optimizer }, engineWasm)
  session.initialise(3)
  session.bind(dataOf(session))
  for (let step = 0; step < 3; step++) session.executable.run('step', rows, session.allRows())
  const layer = layerEquations(traceForEquations(graph, optimizer), 'layer', rows)
  const read = await SymbolValues.compile(layer, engineJs)
  const batch = Int32Array.of(2, 0)
  const values = read.read(session, batch)
  const inspected = session.inspect(batch)
  for (const name of ['layer/h', 'layer/dg', 'layer/W', 'layer/dW']) {
    expect(values[name]?.shape).toEqual(inspected[name]?.shape)
    values[name]?.values.forEach((value, i) => {
      expect(value, name).toBeCloseTo(inspected[name]?.values[i] ?? Number.NaN, 5)
    })
  }
  expect(values['input/x0']?.values.slice(3)).toEqual(dataOf(session).inputs['x0']?.slice(0, 3))
})

it('follows an element of ∂L/∂W to the column of ∂L/∂g and the column of h that made it', async () => {
  const graph = graphOf({ call: 'dense', positional: [2, 'tanh'], inputs: [[3]] })
  const session = await Session.create(graph, { maxBatch: rows }, engineJs)
  session.initialise(3)
  session.bind(dataOf(session))
  const layer = layerEquations(traceForEquations(graph), 'layer', rows)
  const values = (await SymbolValues.compile(layer, engineJs)).read(session, session.allRows())
  const reader = new ElementReader(layer, values, rows)
  const equation = layer.equations.find(({ number }) => number === 75)
  if (equation === undefined) throw new Error('no eq. 75')
  const named = (index: readonly number[]): string[] =>
    reader
      .trace(equation, index)
      .reads.map(({ symbol, index: read }) => `${layer.symbols[symbol]?.name}[${read}]`)
  const batch = [0, 1, 2]
  expect(named([1, 2])).toEqual(batch.flatMap((b) => [`layer/dg[${b},1]`, `input/x0[${b},2]`]))
  // The last column is the bias, against the appended 1.
  expect(named([1, 3])).toEqual(batch.map((b) => `layer/dg[${b},1]`))
  const sum = batch.reduce((total, b) => {
    const dg = values['layer/dg']?.values[2 * b + 1] ?? Number.NaN
    return total + dg * (values['input/x0']?.values[3 * b + 2] ?? Number.NaN)
  }, 0)
  const { value, terms } = reader.trace(equation, [1, 2])
  expect([value, terms]).toEqual([expect.closeTo(sum, 10), rows])
  expect(session.inspect(session.allRows())['layer/dW']?.values[4 + 2]).toBeCloseTo(sum, 6)
})

function indexOf(flat: number, shape: readonly number[]): number[] {
  let rest = flat
  return shape
    .toReversed()
    .map((size) => {
      const i = rest % size
      rest = Math.floor(rest / size)
      return i
    })
    .toReversed()
}

/** Numbers for every input and target of a graph. */
function dataOf({ program }: Session) {
  const numbers = (name: string, seed: number): Float32Array | Int32Array | Uint8Array => {
    const type = program.inputs[name]
    const size = shapeAt(type?.shape ?? [], rows).reduce((product, each) => product * each, 1)
    const wave = Float32Array.from({ length: size }, (_, i) => Math.sin(seed + 1.7 * i))
    if (type?.dtype === 'i32') return Int32Array.from(wave, (x) => Math.floor(2 + 2 * x))
    if (type?.dtype === 'bool') return Uint8Array.from(wave, (x) => Number(x > -0.5))
    return wave
  }
  const named = Object.keys(program.inputs)
  const of = (prefix: string) =>
    Object.fromEntries(
      named
        .filter((name) => name.startsWith(prefix))
        .map((name, i) => [name.slice(prefix.length), numbers(name, i + prefix.length)]),
    )
  return { rows, inputs: of('input/'), targets: of('target/') }
}
