/** Layers whose gradients are wrong, each found by the checks that should find it. */
import { defineLayer, type Layer, number } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { describe, expect, it } from 'vitest'
import { checkLayer, type Finding, formatFinding, type LayerCase } from '../src/index.ts'
import {
  affine,
  changed,
  crossing,
  joinedOf,
  scaled,
  withBackward,
} from './support/right-layers.ts'

const affineCase: LayerCase = { arguments: [2], inputs: [[3]] }
const crossingCase: LayerCase = { inputs: [[3], [3]] }

const check = (layer: Layer, tested: LayerCase): Promise<Finding[]> =>
  checkLayer(layer, { engines: [engineJs], cases: [tested] })

/** All axes but the last. */
const rowAxes = ({ shape }: { readonly shape: readonly unknown[] }): number[] =>
  shape.slice(1).map((_, axis) => axis)

const threeChecks = ['derived', 'finite-differences', 'inner-product']

/** h³ / 3, whose slope is wrong beyond ±1; and h · factor, whose backward leaves the factor out. */
const cubed = defineLayer({
  name: 'cubed',
  summary: 'A third of the third power.',
  shape: (_, [h]) => h,
  forward: (ops, _, [h]) => ({ h: ops.div(ops.mul(h, ops.square(h)), 3), saved: { h } }),
  backward: (ops, _, { h }, { dh }) => ({
    dh: [ops.mul(dh, ops.minimum(ops.square(h), 1))],
    gradients: {},
  }),
})
const times = defineLayer({
  name: 'times',
  summary: 'Times a factor.',
  options: { factor: number({ from: 0.5, to: 3, default: 1 }) },
  shape: (_, [h]) => h,
  forward: (ops, _, [h], { factor }) => ({ h: ops.mul(h, factor), saved: {} }),
  backward: (_, __, ___, { dh }) => ({ dh: [dh], gradients: {} }),
})

const wrong: readonly [
  title: string,
  layer: Layer,
  tested: LayerCase,
  found: readonly string[],
  report: Partial<Finding>,
][] = [
  [
    '∂L/∂h of the second input has the wrong sign',
    withBackward(crossing, (found, ops) => ({
      ...found,
      dh: found.dh.map((dh, i) => (i === 1 && dh !== undefined ? ops.neg(dh) : dh)),
    })),
    crossingCase,
    threeChecks,
    { quantity: '∂L/∂b (input 2)' },
  ],
  [
    '∂L/∂W is 1 % too large',
    withBackward(affine, (found, ops) => {
      const { matrix, column } = joinedOf(found.gradients)
      return { ...found, gradients: { W: { matrix: ops.mul(matrix, 1.01), column } } }
    }),
    affineCase,
    threeChecks,
    { quantity: '∂L/∂weight' },
  ],
  [
    'one element of ∂L/∂W is wrong',
    withBackward(affine, (found, ops) => {
      const { matrix, column } = joinedOf(found.gradients)
      const { shape } = matrix
      const size = shape.reduce<number>((all, n) => all * Number(n), 1)
      const error = ops.constant(
        Array.from({ length: size }, (_, i) => (i === 4 ? 0.01 : 0)),
        { shape },
      )
      return { ...found, gradients: { W: { matrix: ops.add(matrix, error), column } } }
    }),
    affineCase,
    [...threeChecks, 'rows', 'sizes'],
    { quantity: '∂L/∂weight', element: [1, 1] },
  ],
  [
    '∂L/∂bias forgets σ′',
    withBackward(affine, (found, ops, _, __, { dh }) => {
      const { matrix } = joinedOf(found.gradients)
      return { ...found, gradients: { W: { matrix, column: ops.sum(dh, rowAxes(dh)) } } }
    }),
    affineCase,
    threeChecks,
    { quantity: '∂L/∂bias' },
  ],
  [
    '∂L/∂bias is left out',
    withBackward(affine, (found) => ({
      ...found,
      gradients: { W: { matrix: joinedOf(found.gradients).matrix, column: undefined } },
    })),
    affineCase,
    ['derived'],
    { problem: '`backward` of the layer `affine` gives no gradient for the parameter `bias`' },
  ],
  [
    '∂L/∂g is ∂L/∂h',
    withBackward(affine, (found, _, __, ___, { dh }) => ({ ...found, dg: dh })),
    affineCase,
    ['derived'],
    { quantity: '∂L/∂g' },
  ],
  [
    '∂L/∂g is left out',
    withBackward(affine, ({ dh, gradients }) => ({ dh, gradients })),
    affineCase,
    ['derived'],
    { quantity: '∂L/∂g', problem: expect.stringContaining('and backward no `dg`') },
  ],
  [
    'the gradient of a further output is left out',
    withBackward(crossing, (_, ops, __, saved, { dh }) => {
      const { a, b } = saved as Record<'a' | 'b', typeof dh>
      return { dh: [ops.mul(dh, b), ops.mul(dh, a)], gradients: {} }
    }),
    crossingCase,
    [...threeChecks, ...threeChecks],
    { quantity: '∂L/∂a (input 1)' },
  ],
  [
    'what arrives is clipped, so that only small cotangents are right',
    changed(affine, {
      backward: (ops, parameters, saved, { dh, outputs }, config, context) => {
        const clipped = { dh: ops.clamp(dh, -1, 1), outputs }
        const right = affine.backward?.(ops, parameters, saved, clipped, config, context)
        return right ?? { dh: [], gradients: {} }
      },
    }),
    affineCase,
    ['inner-product', 'inner-product', 'inner-product'],
    { quantity: '⟨∂L/∂h (input 1), v⟩' },
  ],
  [
    'forward has a step, whose derived gradient is 0',
    changed(scaled, {
      forward: (ops, { scale }, [h], _) => {
        if (h === undefined || scale === undefined || 'matrix' in scale) throw new Error('no h')
        // The derivative of x − floor(x) is 1 by rule: the slope between two steps. Here it is asked at one.
        const grid = ops.mul(ops.floor(ops.mul(h, 1e5)), 1e-5)
        return { h: ops.mul(grid, scale), saved: {} }
      },
    }),
    { inputs: [[4]] },
    ['finite-differences'],
    { quantity: '∂L/∂h (input 1)', found: 0, help: expect.stringContaining('a step') },
  ],
  ['the slope is right between −1 and 1 alone', cubed, { inputs: [[40]] }, ['derived'], {}],
  [
    'an option is left out, which no case gives',
    times,
    { inputs: [[4]] },
    ['options', 'options', 'options'],
    { problem: expect.stringMatching(/^`factor=[\d.]+` is taken, and backward gives another/) },
  ],
]

describe('a wrong gradient is found', () => {
  it.each(wrong)('%s', async (_, layer, tested, found, report) => {
    const findings = await check(layer, tested)
    expect(findings.map((finding) => finding.check).sort()).toEqual([...found].sort())
    expect(findings[0]).toMatchObject({ layer: layer.name, seed: 1, ...report })
  })

  it('in words that name layer, case, check, gradient, element, both numbers and the seed', async () => {
    const [, layer, tested] = wrong[2] ?? []
    const [first] = layer && tested ? await check(layer, tested) : []
    expect(first && formatFinding(first)).toMatchInlineSnapshot(`
      "\`affine\` fails \`derived\`: backward gives another gradient than forward has, in 1 of 6 elements
        case      affine 2 on [3]
        quantity  ∂L/∂weight[1, 1]
        found     0.4570745112850125
        expected  0.44707451128501247
        allowed   5.470745112850124e-13 apart
        run       f64, 3 rows, seed 1
        help      \`found\` is what \`backward\` returns for it, \`expected\` follows from \`forward\`: look at the line of \`backward\` that makes it"
    `)
  })
})
