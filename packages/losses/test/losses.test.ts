import { B, type Loss, Registry, type Tensor } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import {
  differences,
  evaluator,
  type Given,
  numbers,
  tolerances,
  traceGradientCheck,
} from '@chainrule/testing-vectors'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { losses } from '../src/index.ts'

const registry = new Registry(losses)
const evaluate = evaluator(engineJs)
const make = (name: string, named: Record<string, number> = {}): Loss =>
  registry.make('loss', name, named)

const [rows, outputs] = [4, 3]
const shape = [rows, outputs]
const given = (seed: number, low?: number, high?: number): Given => ({
  shape,
  values: numbers(seed, rows * outputs, low, high),
})
const classes: Given = { shape: [rows], values: [0, 2, 1, 2], dtype: 'i32' }

/** Losses with a target that suits each. */
const all: readonly [title: string, Loss, Given][] = [
  ['squared', make('squared'), given(2)],
  ['mse', make('mse'), given(2)],
  ['mae', make('mae'), given(2)],
  ['huber', make('huber'), given(2)],
  ['huber(delta=0.3)', make('huber', { delta: 0.3 }), given(2)],
  ['cross-entropy of class numbers', make('cross-entropy'), classes],
  ['cross-entropy, smoothed', make('cross-entropy', { smoothing: 0.1 }), classes],
  ['cross-entropy of weights', make('cross-entropy'), given(2, 0, 1)],
  ['cross-entropy of weights, smoothed', make('cross-entropy', { smoothing: 0.1 }), given(2, 0, 1)],
  ['binary-cross-entropy', make('binary-cross-entropy'), given(2, 0, 1)],
]

/** ℓ and ∂L/∂f where ∂L/∂ℓ is 1 everywhere. */
const run = (loss: Loss, f: Given, y: Given, float: 'f32' | 'f64' = 'f64') =>
  evaluate(
    { f, y },
    (ops, tensors) => {
      const { values, saved } = loss.forward(ops, tensors)
      const dvalues = ops.constant(1, { shape: values.shape })
      return { values, df: gradientOf(loss)(ops, { ...tensors, saved, dvalues }) }
    },
    { float },
  )

function gradientOf(loss: Loss): NonNullable<Loss['backward']> {
  if (loss.backward === undefined) throw new Error(`${loss.name} has no backward of its own`)
  return loss.backward
}

describe('every loss', () => {
  it.each(all)('%s has the gradient that follows from its forward', async (_, loss, y) => {
    const lead = [rows]
    const result = await evaluate(
      { f: given(1), y, along: given(3), dvalues: { shape: lead, values: numbers(4, rows) } },
      (ops, { f, y, along, dvalues }) => {
        const forward = (f: Tensor) => loss.forward(ops, { f, y }).values
        const { saved } = loss.forward(ops, { f, y })
        const gradient = gradientOf(loss)(ops, { f, y, saved, dvalues })
        return {
          gradient,
          ...traceGradientCheck(ops, { forward, x: f, along, dy: dvalues, gradient }),
        }
      },
    )
    expect(differences(result.gradient, result.derived, tolerances.f64)).toEqual([])
    expect(differences(result.slope, result.difference, tolerances.finiteDifference)).toEqual([])
  })

  it.each(all)('%s stays finite at extreme outputs', async (_, loss, y) => {
    const f = { shape, values: [1e4, -1e4, 0, -1e4, 1e4, 1e4, 0, 0, 0, -1e4, -1e4, -1e4] }
    for (const float of ['f32', 'f64'] as const) {
      const { values, df } = await run(loss, f, y, float)
      expect([...values, ...df].filter((x) => !Number.isFinite(x))).toEqual([])
    }
  })

  it.each(all)('%s gives a value for each row and time', async (_, loss, y) => {
    const lead = [2, 2]
    const split = (x: Given): Given => ({ ...x, shape: [...lead, ...x.shape.slice(1)] })
    const flat = await run(loss, given(1), y)
    const nested = await run(loss, split(given(1)), split(y))
    expect(nested).toEqual(flat)
  })

  it.each(all)('%s takes no rows and one row', async (_, loss, y) => {
    const one = await run(loss, given(1), y)
    for (const rows of [0, 1]) {
      const batch = (x: Given): Given => {
        const [, ...row] = x.shape
        const size = row.length === 0 ? 1 : outputs
        const values = Array.from(x.values).slice(0, rows * size)
        return { ...x, shape: [B, ...row], values }
      }
      const { values } = await evaluate(
        { f: batch(given(1)), y: batch(y) },
        (ops, tensors) => ({ values: loss.forward(ops, tensors).values }),
        { rows },
      )
      expect(values.slice(0, rows)).toEqual(one.values.slice(0, rows))
    }
  })
})

describe('by hand', () => {
  const f = { shape: [1, 2], values: [3, -1] }
  const y = { shape: [1, 2], values: [1, -1.5] }
  it.each([
    ['squared (eq. 42, 44)', make('squared'), [4.25], [4, 1]],
    ['mse', make('mse'), [2.125], [2, 0.5]],
    ['mae', make('mae'), [1.25], [0.5, 0.5]],
    ['huber', make('huber'), [(1.5 + 0.125) / 2], [0.5, 0.25]],
  ] as const)('%s', async (_, loss, values, df) => {
    expect(await run(loss, f, y)).toEqual({ values, df })
  })

  it('mae has no slope where output and target are equal', async () => {
    const same = { shape: [1, 1], values: [0.7] }
    expect(await run(make('mae'), same, same)).toEqual({ values: [0], df: [0] })
  })

  it('cross-entropy of equal logits is log K, and pulls the class up', async () => {
    const logits = { shape: [1, 4], values: [5, 5, 5, 5] }
    const { values, df } = await run(make('cross-entropy'), logits, {
      shape: [1],
      values: [2],
      dtype: 'i32',
    })
    expect(values[0]).toBeCloseTo(Math.log(4), 14)
    expect(df).toEqual([0.25, 0.25, -0.75, 0.25])
  })

  it('a class number is the same target as its one-hot weights', async () => {
    const oneHot = { shape, values: [1, 0, 0, 0, 0, 1, 0, 1, 0, 0, 0, 1] }
    for (const loss of [make('cross-entropy'), make('cross-entropy', { smoothing: 0.2 })]) {
      const numbered = await run(loss, given(1), classes)
      const weighted = await run(loss, given(1), oneHot)
      expect(differences(weighted.values, numbered.values, tolerances.f64)).toEqual([])
      expect(differences(weighted.df, numbered.df, tolerances.f64)).toEqual([])
    }
  })
})

describe('laws', () => {
  const logits = fc.array(fc.double({ min: -500, max: 500, noNaN: true }), {
    minLength: 1,
    maxLength: 6,
  })

  it('cross-entropy does not change when all logits grow alike, and its gradient adds up to 0', async () => {
    await fc.assert(
      fc.asyncProperty(logits, fc.integer({ min: -1000, max: 1000 }), async (f, shift) => {
        const of = (values: number[]): Given => ({ shape: [1, values.length], values })
        const first: Given = { shape: [1], values: [0], dtype: 'i32' }
        const loss = make('cross-entropy', { smoothing: 0.1 })
        const here = await run(loss, of(f), first)
        const there = await run(loss, of(f.map((x) => x + shift)), first)
        expect(here.values[0]).toBeGreaterThanOrEqual(0)
        // Adding the shift has rounded the logits themselves, by 1e-13 of what they are.
        expect(differences(there.values, here.values, { relative: 0, absolute: 1e-12 })).toEqual([])
        expect(here.df.reduce((sum, x) => sum + x, 0)).toBeCloseTo(0, 13)
      }),
      { seed: 2, numRuns: 50 },
    )
  })

  it('binary-cross-entropy of an output is cross-entropy of the logits 0 and f', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.double({ min: -500, max: 500, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        async (f, y) => {
          const one = (...values: number[]): Given => ({ shape: [1, values.length], values })
          const binary = await run(make('binary-cross-entropy'), one(f), one(y))
          const both = await run(make('cross-entropy'), one(0, f), one(1 - y, y))
          const near = { relative: 1e-12, absolute: 1e-12 }
          expect(differences(binary.values, both.values, near)).toEqual([])
          expect(differences(binary.df, both.df.slice(1), near)).toEqual([])
        },
      ),
      { seed: 3, numRuns: 50 },
    )
  })
})

describe('predictions', () => {
  const shown = async (loss: Loss, values: number[]) => {
    const { shown } = await evaluate(
      { f: { shape: [1, values.length], values } },
      (ops, { f }) => ({
        shown: loss.prediction(ops, f),
      }),
    )
    return shown
  }

  it('are the outputs themselves for numbers', async () => {
    for (const name of ['squared', 'mse', 'mae', 'huber']) {
      expect(await shown(make(name), [3, -4])).toEqual([3, -4])
    }
  })

  it('are probabilities for classes', async () => {
    expect(await shown(make('cross-entropy'), [0, 0])).toEqual([0.5, 0.5])
    expect(await shown(make('binary-cross-entropy'), [0, 1e4])).toEqual([0.5, 1])
  })
})

describe('mistakes', () => {
  const floats = (...shape: number[]): Given => ({ shape, values: [] })
  const integers = (...shape: number[]): Given => ({ shape, values: [], dtype: 'i32' })
  it.each([
    // Each would otherwise be repeated to fit, and train on nonsense.
    ['squared', floats(4, 3), floats(4, 1), 'got [4, 1]'],
    ['mse', floats(4, 3), floats(3), 'got [3]'],
    ['mae', floats(4, 3), floats(1, 3), 'got [1, 3]'],
    ['huber', floats(4, 3), floats(4), 'got [4]'],
    ['binary-cross-entropy', floats(4, 3), floats(4, 1), 'got [4, 1]'],
    ['cross-entropy', floats(4, 3), integers(4, 1), 'got i32[4, 1]'],
    ['cross-entropy', floats(4, 3), floats(4, 2), 'got f64[4, 2]'],
    ['mse', floats(4), floats(4), 'got [4]'],
  ])('%s refuses shapes that do not fit: %j, %j', async (name, f, y, came) => {
    const message = expect.stringContaining(came)
    await expect(run(make(name), f, y)).rejects.toMatchObject({ code: 'shape-mismatch', message })
  })

  it.each([
    ['huber', { delta: 0 }, 'argument-range'],
    ['cross-entropy', { smoothing: 1 }, 'argument-range'],
    ['mse', { delta: 1 }, 'argument-unknown'],
  ])('%s refuses %j with %s', (name, named, code) => {
    expect(() => make(name, named)).toThrow(expect.objectContaining({ code }))
  })
})
