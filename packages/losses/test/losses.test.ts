import type { Loss } from '@chainrule/core'
import type { Given } from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { binary, evaluate, make, run } from './run.ts'

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
    for (const name of ['squared', 'mse', 'mae', 'huber', 'log-cosh', 'cosine']) {
      expect(await shown(make(name), [3, -4])).toEqual([3, -4])
    }
  })

  it('are probabilities for classes', async () => {
    expect(await shown(make('cross-entropy'), [0, 0])).toEqual([0.5, 0.5])
    expect(await shown(make('binary-cross-entropy'), [0, 1e4])).toEqual([0.5, 1])
    for (const name of ['focal', 'hinge']) {
      expect(await shown(make(name), [0, 0])).toEqual([0.5, 0.5])
      expect(await shown(binary(name), [0, 1e4])).toEqual([0.5, 1])
    }
  })

  it('are shares that add up to 1, and expected numbers', async () => {
    expect(await shown(make('kl-divergence'), [3, 3])).toEqual([0.5, 0.5])
    expect(await shown(make('poisson'), [0, 0])).toEqual([1, 1])
  })
})

describe('what a target must be', () => {
  it.each([
    ['poisson', [0, 3], true],
    ['poisson', [2, -1], false],
    ['kl-divergence', [0.25, 0.75], true],
    ['kl-divergence', [0.333, 0.333, 0.333], true],
    ['kl-divergence', [0.5, 0.6], false],
    ['kl-divergence', [1.5, -0.5], false],
  ])('%s takes %j: %j', (name, row, taken) => {
    expect(make(name).targetRule?.holds(row)).toBe(taken)
  })

  it.each(['poisson', 'kl-divergence', 'cosine'])('%s is in the units of the target', (name) => {
    expect(make(name).standardises).toBe(false)
  })

  it('a loss for several kinds of target is one for each, and for no other', () => {
    expect([make('focal').target, binary('focal').target]).toEqual(['class', 'binary'])
    expect(binary('focal', { gamma: 1 }).forTarget('class').config).toEqual({ gamma: 1 })
    expect(() => make('focal').forTarget('number')).toThrow('internal: `focal` is not for number')
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
    ['log-cosh', floats(4, 3), floats(4, 1), 'got [4, 1]'],
    ['poisson', floats(4, 3), floats(4), 'got [4]'],
    ['cosine', floats(4, 3), floats(1, 3), 'got [1, 3]'],
    ['kl-divergence', floats(4, 3), floats(4, 2), 'got [4, 2]'],
    ['hinge', floats(4, 3), integers(4, 1), 'got i32[4, 1]'],
    ['focal', floats(4, 3), floats(4, 2), 'got f64[4, 2]'],
  ])('%s refuses shapes that do not fit: %j, %j', async (name, f, y, came) => {
    const message = expect.stringContaining(came)
    await expect(run(make(name), f, y)).rejects.toMatchObject({ code: 'shape-mismatch', message })
  })

  it.each(['hinge', 'focal'])('%s of yes or no refuses a target of another width', async (name) => {
    const refused = run(binary(name), floats(4, 3), floats(4, 1))
    await expect(refused).rejects.toMatchObject({ code: 'shape-mismatch' })
  })

  it.each([
    ['hinge', { margin: 0 }, 'argument-range'],
    ['hinge', { squared: 2 }, 'argument-type'],
    ['focal', { gamma: -1 }, 'argument-range'],
    ['focal', { alpha: 0.25 }, 'argument-unknown'],
    ['huber', { delta: 0 }, 'argument-range'],
    ['cross-entropy', { smoothing: 1 }, 'argument-range'],
    ['mse', { delta: 1 }, 'argument-unknown'],
  ])('%s refuses %j with %s', (name, named, code) => {
    expect(() => make(name, named)).toThrow(expect.objectContaining({ code }))
  })
})
