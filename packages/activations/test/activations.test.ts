import { type Activation, B, Registry } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { differences, evaluator } from '@chainrule/testing-vectors'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { activations } from '../src/index.ts'

const registry = new Registry(activations)
const evaluate = evaluator(engineJs)
const make = (name: string, named: Record<string, number | string> = {}): Activation =>
  registry.make('activation', name, named)

/** h, and ∂L/∂g by the activation's own rule. */
const run = (
  activation: Activation,
  g: readonly number[],
  dh: readonly number[],
  float: 'f32' | 'f64' = 'f64',
) =>
  evaluate(
    { g: { shape: [g.length], values: g }, dh: { shape: [g.length], values: dh } },
    (ops, { g, dh }) => {
      const h = activation.forward(ops, g)
      return { h, dg: activation.backward(ops, { g, h }, dh) }
    },
    { float },
  )

/** σ' at one place. */
const slope = async (activation: Activation, g: number): Promise<number | undefined> =>
  (await run(activation, [g], [1])).dg[0]

describe('every activation', () => {
  it('is a layer of the same name and keeps the shape', () => {
    for (const { name } of activations) {
      const layer = registry.find('layer', name)
      expect(layer?.shape({}, [[B, 4]])).toEqual({ h: [B, 4] })
    }
  })
})

describe('at 0', () => {
  it.each([
    ['relu', make('relu'), 0],
    ['leaky-relu', make('leaky-relu'), 0.01],
    ['elu(alpha=0.5)', make('elu', { alpha: 0.5 }), 0.5],
    ['gelu', make('gelu'), 0.5],
    ['silu', make('silu'), 0.5],
    ['sigmoid', make('sigmoid'), 0.25],
    ['tanh', make('tanh'), 1],
    ['softplus', make('softplus'), 0.5],
  ] as const)('%s has the slope that PyTorch takes', async (_, activation, expected) => {
    expect(await slope(activation, 0)).toBeCloseTo(expected, 15)
  })
})

describe('far from 0', () => {
  it('softplus keeps what the plain formula would lose', async () => {
    const { h } = await run(make('softplus'), [-40, 40, 1e4], [1, 1, 1])
    expect(h).toEqual([expect.closeTo(4.248354255291589e-18, 30), 40, 1e4])
  })

  it('softmax is not disturbed by numbers whose exponentials overflow', async () => {
    const { h } = await run(make('softmax'), [1e4, 1e4, -1e4], [1, 0, 0], 'f32')
    expect(h).toEqual([0.5, 0.5, 0])
  })
})

describe('laws', () => {
  const logits = fc.array(fc.double({ min: -500, max: 500, noNaN: true }), {
    minLength: 1,
    maxLength: 6,
  })

  it('softmax gives shares that add up to 1 and do not change when all inputs grow alike', async () => {
    await fc.assert(
      fc.asyncProperty(logits, fc.integer({ min: -1000, max: 1000 }), async (g, shift) => {
        const none = g.map(() => 0)
        const { h } = await run(make('softmax'), g, none)
        const moved = await run(
          make('softmax'),
          g.map((x) => x + shift),
          none,
        )
        expect(h.reduce((sum, x) => sum + x, 0)).toBeCloseTo(1, 13)
        // Adding the shift has rounded the inputs themselves, by 1e-13 of what they are.
        expect(differences(moved.h, h, { relative: 1e-12, absolute: 1e-12 })).toEqual([])
      }),
      { seed: 2, numRuns: 50 },
    )
  })

  it.each([
    ['sigmoid', (h: number) => 1 - h],
    ['tanh', (h: number) => -h],
    ['silu', (h: number, g: number) => h - g],
    ['gelu', (h: number, g: number) => h - g],
    ['softplus', (h: number, g: number) => h - g],
  ])('%s is symmetric as its equation says', async (name, mirrored) => {
    await fc.assert(
      fc.asyncProperty(logits, async (g) => {
        const none = g.map(() => 0)
        const { h } = await run(make(name), g, none)
        const { h: other } = await run(
          make(name),
          g.map((x) => -x),
          none,
        )
        const expected = h.map((x, i) => mirrored(x, g[i] ?? 0))
        expect(differences(other, expected, { relative: 0, absolute: 1e-12 })).toEqual([])
      }),
      { seed: 3, numRuns: 30 },
    )
  })
})

describe('arguments', () => {
  it.each([
    ['leaky-relu', { slope: -1 }, 'argument-range'],
    ['elu', { alpha: 'x' }, 'argument-type'],
    ['gelu', { approximate: 'erf' }, 'argument-word'],
    ['relu', { slope: 1 }, 'argument-unknown'],
  ])('%s refuses %j with %s', (name, named, code) => {
    expect(() => make(name, named)).toThrow(expect.objectContaining({ code }))
  })
})
