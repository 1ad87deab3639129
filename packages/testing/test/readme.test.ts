/** The README's layers, as they stand there: what people copy has to work. */

import { readFileSync } from 'node:fs'
import {
  defineInitializer,
  defineLayer,
  initializer,
  isRows,
  number,
  type Shape,
  shapeMismatch,
} from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { describe, expect, it } from 'vitest'
import { describeLayer } from '../src/index.ts'

const engines = [engineJs] as const

/** In place of the package, whose tests need this one. */
const initializers = [
  defineInitializer({
    name: 'normal',
    summary: 'From N(0, 0.05²).',
    sample: (ops, { shape, random }) => ops.mul(random.normal(shape), 0.05),
  }),
  defineInitializer({
    name: 'ones',
    summary: '1 everywhere.',
    sample: (ops, { shape }) => ops.constant(1, { shape }),
  }),
]

const stretch = defineLayer({
  name: 'stretch',
  summary: 'Multiplies by a number.',
  arguments: { by: number({ default: 2 }) },
  shape: (_, [h]) => {
    if (isRows(h.at(-1) ?? 0)) throw shapeMismatch('`stretch` needs features, [B, …, features]')
    return h
  },
  forward: (ops, _, [h], { by }) => ({ h: ops.mul(h, by), saved: {} }),
  backward: (ops, _, _saved, { dh }, { by }) => ({ dh: [ops.mul(dh, by)], gradients: {} }),
})

describeLayer({ describe, it }, stretch, {
  engines,
  cases: [{ inputs: [[4]] }, { arguments: [0.5], inputs: [[3, 4]] }],
  refuses: [{ inputs: [[]], code: 'shape-mismatch', says: 'needs features' }],
})

/** How many features a row has at each place. */
function featuresOf(h: Shape): number {
  const size = h.at(-1) ?? 0
  if (h.length < 2 || isRows(size)) throw shapeMismatch('`gain` needs features, [B, …, features]')
  return size
}

const gain = defineLayer({
  name: 'gain',
  summary: 'Multiplies each feature by a number that is learnt.',
  options: { weights: initializer({ default: 'normal' }) },
  shape: (_, [h]) => {
    featuresOf(h)
    return h
  },
  init: ({ weights }, [h]) => ({
    weight: { shape: [featuresOf(h)], initializer: weights, role: 'scale', fanIn: 1 },
  }),
  forward: (ops, { weight }, [h]) => ({ h: ops.mul(h, weight), saved: { h } }),
  backward: (ops, { weight }, { h }, { dh }) => {
    const leading = h.shape.slice(0, -1).map((_, axis) => axis)
    const dWeight = ops.sum(ops.mul(dh, h), leading)
    return { dh: [ops.mul(dh, weight)], gradients: { weight: dWeight } }
  },
})

describeLayer({ describe, it }, gain, {
  engines,
  plugins: initializers,
  cases: [{ inputs: [[4]] }, { options: { weights: 'ones' }, inputs: [[3, 4]] }],
})

const centre = defineLayer({
  name: 'centre',
  summary: 'Subtracts the mean of the batch; in evaluation the running mean.',
  options: { momentum: number({ above: 0, to: 1, default: 0.1 }) },
  couples: 'batch',
  shape: (_, [h]) => h,
  statistics: () => ({ mean: { shape: [], initial: 0 } }),
  forward: (ops, _, [h], { momentum }, { training, statistics }) => {
    const { mean } = statistics
    if (!training) return { h: ops.sub(h, mean), saved: {} }
    // A batch may have any number of rows, so that its mean is a sum and a count.
    const count = ops.sum(ops.constant(1, { shape: h.shape }))
    const now = ops.div(ops.sum(h), count)
    const moved = ops.add(ops.mul(mean, 1 - momentum), ops.mul(now, momentum))
    return { h: ops.sub(h, now), saved: {}, statistics: { mean: moved } }
  },
  backward: (ops, _, _saved, { dh }, _config, { training }) => {
    // Of a frozen layer the running mean is a constant.
    if (!training) return { dh: [dh], gradients: {} }
    const count = ops.sum(ops.constant(1, { shape: dh.shape }))
    return { dh: [ops.sub(dh, ops.div(ops.sum(dh), count))], gradients: {} }
  },
})

describeLayer({ describe, it }, centre, {
  engines,
  cases: [{ inputs: [[4]] }, { options: { momentum: 1 }, inputs: [[2, 3]] }],
})

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8')
const own = readFileSync(new URL(import.meta.url), 'utf8')

it.each(['const stretch', 'const gain', 'const centre', 'function featuresOf'])(
  'the README has this: %s',
  (start) => {
    const [, written = 'it is not in this test'] =
      new RegExp(`\\n(${start}(?:.|\\n)*?\\n\\}\\)?\\n)`).exec(own) ?? []
    expect(readme.replaceAll('export const', 'const')).toContain(written)
  },
)

it.each(['gain', 'centre', 'stretch'])('the README has the cases of %s', (name) => {
  const casesIn = (text: string) =>
    new RegExp(`describeLayer\\(\\{ describe, it \\}, ${name}, (?:.|\\n)*?\\n\\}\\)`)
      .exec(text)?.[0]
      .match(/\{ (?:arguments|options|inputs)[^\n]*?\] \}(?=[,\]]| )/g)
  expect(casesIn(readme)).toEqual(casesIn(own))
  expect(casesIn(own)).toHaveLength(2)
})
