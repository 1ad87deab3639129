import { engineJs } from '@chainrule/engine-js'
import { describeMetric } from '@chainrule/testing'
import { describe, it } from 'vitest'
import { metricCases } from './support/cases.ts'

for (const [metric, cases] of metricCases) {
  describeMetric({ describe, it }, metric, { engines: [engineJs], cases })
}
