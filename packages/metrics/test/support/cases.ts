/** What each metric that adds up is checked on. */
import type { MetricPlugin } from '@chainrule/core'
import type { TargetCase } from '@chainrule/testing'
import { metrics } from '../../src/index.ts'

/** Probabilities, for what is measured of classes. */
const output = { from: 0, to: 1 }
const classes: readonly TargetCase[] = [
  { shape: [3], output },
  { shape: [4, 3], output },
  { shape: [3], output, weights: true },
]
const each: readonly TargetCase[] = [{ shape: [1], output, kind: 'binary' }]

/** By what a metric is for. */
export const metricCases: readonly (readonly [MetricPlugin, readonly TargetCase[]])[] =
  metrics.flatMap((metric) => {
    const ends = (kind: string, cases: readonly TargetCase[]): readonly TargetCase[] =>
      metric.targets.some((target) => target === kind) ? cases : []
    const numbers = ends('number', [{ shape: [3] }, { shape: [4, 3] }])
    return metric.name === 'auc'
      ? []
      : [[metric, [...numbers, ...ends('class', classes), ...ends('binary', each)]] as const]
  })
