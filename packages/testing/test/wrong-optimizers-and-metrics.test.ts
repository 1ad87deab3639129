/** Optimizers and metrics that are wrong. */
import {
  defineCollectingMetric,
  defineMetric,
  defineOptimizer,
  type MetricPlugin,
  number,
  sameShape,
  shapeMismatch,
} from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { describe, expect, it } from 'vitest'
import {
  checkMetric,
  checkOptimizer,
  describeMetric,
  formatFinding,
  type TargetCase,
} from '../src/index.ts'

type Update = Parameters<typeof defineOptimizer<Empty, Empty, 'velocity'>>[0]['update']
type Empty = Record<never, never>

/** w ← w − η v,  v ← 0.9 v + ∂L/∂w. */
const fall: Update = (ops, { w, dw, slots, learningRate }) => {
  const velocity = ops.add(ops.mul(slots.velocity, 0.9), dw)
  return { w: ops.sub(w, ops.mul(velocity, learningRate)), slots: { velocity } }
}

const optimizer = (update: Update) =>
  defineOptimizer({
    name: 'falling',
    summary: 'Momentum.',
    learningRate: 0.1,
    slots: () => ['velocity'],
    update,
  })

describe('an optimizer', () => {
  const check = async (update: Update) =>
    await checkOptimizer(optimizer(update), { engines: [engineJs] })

  it('that is right has no findings', async () => {
    expect((await check(fall)).map(formatFinding)).toEqual([])
  })

  it.each<[string, string, Update]>([
    [
      'divides by the size of the whole gradient',
      'rows',
      (ops, context, config) => {
        const size = ops.add(ops.sqrt(ops.sum(ops.square(context.dw))), 1)
        return fall(ops, { ...context, dw: ops.div(context.dw, size) }, config)
      },
    ],
    [
      'moves without a gradient',
      'still',
      (ops, context, config) => fall(ops, { ...context, dw: ops.add(context.dw, 0.01) }, config),
    ],
    [
      'divides by a gradient that may be 0',
      'extremes',
      (ops, context, config) =>
        fall(ops, { ...context, dw: ops.div(context.dw, ops.abs(context.dw)) }, config),
    ],
  ])('that %s is found by `%s`', async (_, name, update) => {
    expect((await check(update)).map((finding) => finding.check)).toContain(name)
  })

  it('whose option may be 0 and is divided by is found by `options`', async () => {
    const loose = defineOptimizer({
      name: 'loose',
      summary: 'Divides.',
      learningRate: 0.1,
      options: { scale: number({ default: 1 }) },
      slots: () => [],
      update: (ops, { w, dw, learningRate }, { scale }) => ({
        w: ops.sub(w, ops.mul(ops.div(dw, scale), learningRate)),
        slots: {},
      }),
    })
    expect(await checkOptimizer(loose, { engines: [engineJs] })).toMatchObject([
      { check: 'options', problem: '`scale=0` is taken, and `evaluate` is not finite' },
    ])
  })
})

describe('a metric', () => {
  type Accumulate = Parameters<typeof defineMetric<Empty, 'error' | 'weight'>>[0]['accumulate']
  const right: Accumulate = (ops, { prediction, target, weight }) => {
    if (!sameShape(prediction.shape, target.shape)) throw shapeMismatch('needs one shape')
    const error = ops.sum(ops.abs(ops.sub(prediction, target)), -1)
    return { error: ops.sum(ops.mul(error, weight)), weight: ops.sum(weight) }
  }
  const distance = (accumulate: Accumulate) =>
    defineMetric({
      name: 'distance',
      summary: 'The mean distance.',
      targets: ['number'],
      better: 'lower',
      accumulate,
      finish: ({ error, weight }) => (error[0] ?? 0) / (weight[0] ?? 0),
    })
  const check = async (accumulate: Accumulate) =>
    await checkMetric(distance(accumulate), { engines: [engineJs], cases: [{ shape: [3] }] })

  it('that is right has no findings', async () => {
    expect((await check(right)).map(formatFinding)).toEqual([])
  })

  it.each<[string, string, Accumulate]>([
    [
      'two shards add up to something else than the whole',
      'adds up means',
      (ops, tensors, config) => {
        const { error, weight } = right(ops, tensors, config)
        return { error: ops.div(error, ops.add(weight, 1)), weight }
      },
    ],
    [
      'a row of weight 0 counts',
      'forgets the weights',
      (ops, tensors, config) => {
        const ones = ops.constant(1, { shape: tensors.weight.shape })
        return {
          ...right(ops, { ...tensors, weight: ones }, config),
          weight: ops.sum(tensors.weight),
        }
      },
    ],
    [
      'a batch without rows counts',
      'begins at 1',
      (ops, tensors, config) => {
        const { error, weight } = right(ops, tensors, config)
        return { error: ops.add(error, 1), weight }
      },
    ],
  ])('of which %s is found: it %s', async (problem, _, accumulate) => {
    const found = (await check(accumulate)).map((finding) => finding.problem.split(', in ')[0])
    expect(found).toContain(problem)
  })

  const largest = defineCollectingMetric({
    name: 'largest',
    summary: 'The largest prediction.',
    targets: ['number'],
    better: 'lower',
    collect: ({ predictions }) => Math.max(...predictions),
  })

  it.each<[string, MetricPlugin, TargetCase[], string]>([
    ['without cases', distance(right), [], '`distance` is given no cases, so nothing is checked'],
    [
      'with a case of targets that it is not for',
      distance(right),
      [{ shape: [3] }, { shape: [3], kind: 'binary' }],
      '`distance` is not for targets of kind `binary`: it is for number',
    ],
    [
      'that collects',
      largest,
      [{ shape: [3] }],
      '`largest` collects all rows, so there are no sums to check: test its `collect` as a function',
    ],
  ])('%s is refused, since nothing would be checked', async (_, metric, cases, message) => {
    const runner = { describe: (_: string, define: () => void) => define(), it: () => {} }
    const conformance = { engines: [engineJs], cases } as const
    await expect(checkMetric(metric, conformance)).rejects.toThrow(message)
    expect(() => describeMetric(runner, metric, conformance)).toThrow(message)
  })
})
