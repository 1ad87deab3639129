import { expect, test } from 'vitest'
import { boolean, positiveInteger } from '../src/fields.ts'
import { defineLayer } from '../src/layer.ts'
import { defineReader } from '../src/reader.ts'

const zeros = {
  name: 'zeros',
  config: {},
  sample: () => {
    throw new Error('internal: not sampled here')
  },
}

test('types flow through a literal', () => {
  const layer = defineLayer({
    name: 'demo',
    summary: 'x',
    arguments: { units: positiveInteger() },
    options: { bias: boolean({ default: true }) },
    shape: ({ units }, [h]) => [...h.slice(0, -1), units],
    init: ({ units, bias }) => ({
      weight: { shape: [units, 3], initializer: zeros, role: 'weight' as const },
      bias: bias ? { shape: [units], initializer: zeros, role: 'bias' as const } : undefined,
    }),
    joined: { W: ['weight', 'bias'] },
    forward: (ops, { W }, [h]) => {
      const g = ops.affine(W, h)
      return { h: g, g, saved: { h } }
    },
    backward: (ops, { W }, { h }, { dh }) => ({
      dg: dh,
      dh: [ops.affineInputGradient(dh, W)],
      gradients: { W: ops.affineWeightGradient(dh, h, W) },
    }),
  })
  expect(layer.name).toBe('demo')

  defineLayer({
    name: 'bad',
    summary: 'x',
    arguments: { units: positiveInteger() },
    // @ts-expect-error an argument that was never declared
    shape: ({ unit }, [h]) => [...h.slice(0, -1), unit],
    init: ({ units }) => ({
      weight: { shape: [units, 3], initializer: zeros, role: 'weight' as const },
    }),
    forward: (ops, { weight }, [h]) => ({ h: ops.add(weight, h), saved: { h } }),
    // @ts-expect-error the gradient of `weight` is missing
    backward: (_ops, _parameters, _saved, { dh }) => ({ dh: [dh], gradients: {} }),
  })
  defineLayer({
    name: 'unsaved',
    summary: 'x',
    shape: (_, [h]) => h,
    forward: (_ops, _parameters, [h]) => ({ h, saved: { h } }),
    // @ts-expect-error `g` was never saved
    backward: (ops, _parameters, { g }, { dh }) => ({ dh: [ops.mul(dh, g)], gradients: {} }),
  })
  defineLayer({
    name: 'two',
    summary: 'x',
    inputs: [
      { name: 'a' },
      { name: 'ids', dtype: 'integer' },
      { name: 'mask', dtype: 'boolean', optional: true },
    ],
    shape: (_, [a]) => a,
    randomSlots: ['noise'],
    outputs: ['state'],
    statistics: () => ({ mean: { shape: [1], initial: 0 } }),
    forward: (ops, _p, [a, _ids, mask], _config, { random, statistics, training }) => {
      const m = mask === undefined ? a : ops.select(mask, a, 0)
      const n = ops.add(m, random.noise.uniform(a.shape))
      return {
        h: training ? n : ops.add(m, statistics.mean),
        outputs: { state: n },
        saved: {},
        statistics: { mean: statistics.mean },
      }
    },
    // @ts-expect-error three inputs, one gradient
    backward: (_ops, _p, _saved, { dh }) => ({ dh: [dh], gradients: {} }),
  })
})

test('a reader gives columns, and knows its options', () => {
  defineReader({
    name: 'odd',
    summary: 'x',
    options: { rows: positiveInteger() },
    // @ts-expect-error an option that was never declared
    read: (_file, { row }) => ({ x: new Float64Array(row) }),
  })
  defineReader({
    name: 'odd',
    summary: 'x',
    // @ts-expect-error a promise of columns, which nobody waits for
    read: async () => ({ x: [1] }),
  })
  expect(defineReader({ name: 'odd', summary: 'x', read: () => ({ x: [1] }) }).kind).toBe('reader')
})
