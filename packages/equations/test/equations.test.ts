/** The equations of layers: those of the paper, and of every other layer those that its instructions say. */
import { defineLayer, type Layer } from '@chainrule/core'
import { shapeAt } from '@chainrule/program'
import katex from 'katex'
import { describe, expect, it } from 'vitest'
import { ElementReader, type Equation, type LayerEquations } from '../src/index.ts'
import { cases, gated, graphOf, type LayerCase, optimizerOf, registry } from './support/cases.ts'
import { equationsOf, expectEquationsToHold, numbered, plain, rows } from './support/hold.ts'

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

  it('corrects moments as Adam was published: by 1 − βᵗ', () => {
    const { equations } = equationsOf({
      ...{ call: 'dense', positional: [2], inputs: [[3]], optimizer: 'adam' },
    })
    const updates = equations.map(({ latex }) => plain(latex)).join(' ')
    expect(updates).toContain('1-{0.9}^{t+1}')
    expect(updates).toContain('1-{0.999}^{t+1}')
    expect(updates).not.toContain('exp')
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

/** The shape that a symbol has in an equation: without the part that is left out, and with the 1 that is appended. */
function shapeIn(
  layer: LayerEquations,
  { extents }: Pick<Equation, 'extents'>,
  place: number,
): number[] {
  const shape = shapeAt(layer.symbols[place]?.shape ?? [], rows)
  const extent = extents?.[place]
  if (extent === undefined || extent === 'column') return extent ? shape.slice(0, -1) : shape
  return shape.with(-1, (shape.at(-1) ?? 0) + (extent === 'appended' ? 1 : -1))
}

const shapesIn = (layer: LayerEquations, equation: Equation | undefined): string =>
  (equation === undefined ? [] : [equation.left, ...equation.reads])
    .map((place) => shapeIn(layer, equation ?? { extents: {} }, place).join('×'))
    .join(' ')

describe('the shapes of an equation multiply', () => {
  const layerCase = { call: 'dense', positional: [2, 'tanh'], inputs: [[3]] }
  const layer = equationsOf(layerCase, undefined, optimizerOf('adam'))
  const bare = equationsOf({ ...layerCase, named: { bias: false } })

  // Of 3 rows, 3 inputs and 2 units: the left side, then what it is made of, in the order in which it is read.
  it.each<[number: Equation['number'], withBias: string, without: string]>([
    [41, '3×2 2×4 3×4', '3×2 2×3 3×3'],
    [75, '2×4 3×2 3×4', '2×3 3×2 3×3'],
    [77, '3×3 3×2 2×3', '3×3 3×2 2×3'],
  ])('of eq. %i, with a bias and without', (number, withBias, without) => {
    const of = (each: LayerEquations): Equation | undefined =>
      each.equations.find((equation) => equation.number === number)
    expect(shapesIn(layer, of(layer))).toBe(withBias)
    expect(of(layer)?.note).toMatch(/the last column of the weights/)
    expect(shapesIn(bare, of(bare))).toBe(without)
    expect(of(bare)?.note ?? '').not.toMatch(/column/)
  })

  it('of an update, whose slots are those of the whole W', () => {
    const updates = layer.equations.filter(({ part }) => part === 'update')
    expect(updates).toHaveLength(4)
    const sizes = updates.flatMap((update) => shapesIn(layer, update).split(' '))
    expect(new Set(sizes)).toEqual(new Set(['2×4', '']))
  })

  it('of an update of the weights alone, and of the bias alone', () => {
    const apart = equationsOf(layerCase, undefined, optimizerOf('sgd', { decay: 0.1 }))
    const updates = apart.equations.filter(({ part }) => part === 'update')
    const sizes = updates.map((update) => shapesIn(apart, update))
    expect(sizes).toEqual(['2×3 2×3  2×3', '2 2  2'])
    expect(updates.map(({ note }) => note)).toEqual([
      expect.stringMatching('Of the weights alone'),
      expect.stringMatching('Of the bias alone'),
    ])
  })

  it('of every layer that has a whole W', () => {
    const joined = cases.filter(
      ({ call }) => Object.keys(registry.find('layer', call)?.joined ?? {}).length > 0,
    )
    expect(joined.length).toBeGreaterThan(3)
    for (const each of joined) {
      const of = equationsOf(each)
      const products = of.equations.filter(
        ({ number, latex }) => number === 41 && latex.includes('W'),
      )
      for (const product of products) {
        const [g, w, h] = shapesIn(of, product).split(' ')
        expect(w, product.latex).toBe(`${g?.split('×').at(-1)}×${h?.split('×').at(-1)}`)
      }
    }
  })
})

it('follows an element of the new W to the old one and its gradient, and g to the 1 of its row', async () => {
  const layer = equationsOf({ call: 'dense', positional: [2, 'tanh'], inputs: [[3]] })
  const values = Object.fromEntries(
    layer.symbols.map(({ name, shape }) => {
      const size = shapeAt(shape, rows).reduce((product, each) => product * each, 1)
      return [name, { values: Float32Array.from({ length: size }, (_, i) => i / 8) }]
    }),
  )
  const reader = new ElementReader(layer, values, rows)
  const readsOf = (find: (equation: Equation) => boolean, index: readonly number[]): string[] => {
    const equation = layer.equations.find(find)
    return equation === undefined
      ? []
      : reader
          .trace(equation, index)
          .reads.map((read) => `${layer.symbols[read.symbol]?.name}[${read.index}]`)
  }
  const isUpdate = ({ number }: Equation): boolean => number === 78
  expect(readsOf(isUpdate, [1, 2])).toEqual(['layer/W[1,2]', 'layer/dW[1,2]', 'layer/rate[]'])
  expect(readsOf(isUpdate, [1, 3])).toEqual(['layer/W[1,3]', 'layer/dW[1,3]', 'layer/rate[]'])
  const isProduct = ({ number }: Equation): boolean => number === 41
  expect(readsOf(isProduct, [2, 1]).slice(-2)).toEqual(['layer/W[1,3]', 'input/x0[2,3]'])
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
  const names = registry.names('layer')
  expect(names.length).toBeGreaterThan(20)
  expect(names.filter((name) => !cases.some(({ call }) => call === name))).toEqual([])
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
