/**
 * Every built-in engine gives what the reference gives, on the cases of layers, activations, losses, optimizers and metrics.
 * Here, and not beside them, for those that the engines' own tests are built on: a package's tests may not lead back to it.
 */
import { activations } from '@chainrule/activations'
import { activationCases } from '@chainrule/activations/testing/cases'
import { initializers } from '@chainrule/initializers'
import { dense } from '@chainrule/layer-dense'
import { denseCases } from '@chainrule/layer-dense/testing/cases'
import { lossCases } from '@chainrule/losses/testing/cases'
import { metricCases } from '@chainrule/metrics/testing/cases'
import { schedules } from '@chainrule/optimizers'
import { optimizerCases } from '@chainrule/optimizers/testing/cases'
import {
  type CheckName,
  describeActivation,
  describeLayer,
  describeLoss,
  describeMetric,
  describeOptimizer,
} from '@chainrule/testing'
import { describe, it } from 'vitest'
import { engines, referenceEngine } from '../src/engines.ts'

const runner = { describe, it }
const only: readonly CheckName[] = ['engines', 'determinism', 'extremes', 'save-and-load']
const others = engines.filter((engine) => engine !== referenceEngine)
const conformance = { engines: [referenceEngine, ...others], only } as const

describeLayer(runner, dense, {
  ...conformance,
  plugins: [...activations, ...initializers],
  cases: denseCases,
})

for (const [activation, cases] of activationCases) {
  describeActivation(runner, activation, { ...conformance, cases })
}

for (const [loss, cases] of lossCases) {
  describeLoss(runner, loss, { ...conformance, cases })
}

for (const [optimizer, cases] of optimizerCases) {
  describeOptimizer(runner, optimizer, { ...conformance, plugins: schedules, cases })
}

for (const [metric, cases] of metricCases) {
  describeMetric(runner, metric, { ...conformance, cases })
}
