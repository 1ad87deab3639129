import { engineJs } from '@chainrule/engine-js'
import { describeOptimizer } from '@chainrule/testing'
import { describe, it } from 'vitest'
import { schedules } from '../src/index.ts'
import { optimizerCases } from './support/cases.ts'

for (const [optimizer, cases] of optimizerCases) {
  describeOptimizer({ describe, it }, optimizer, {
    engines: [engineJs],
    plugins: schedules,
    cases,
  })
}
