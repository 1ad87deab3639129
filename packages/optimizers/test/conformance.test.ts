import { engineJs } from '@chainrule/engine-js'
import { describeOptimizer, describeSchedule, type ScheduleCase } from '@chainrule/testing'
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

const scheduleCases: Readonly<Record<string, readonly ScheduleCase[]>> = {
  step: [{ arguments: [[3, 6]] }, { options: { every: 2, gamma: 0.5 } }],
  exponential: [{ arguments: [0.9] }],
  cosine: [{}, { options: { warmup: 5, total: 20, floor: 0.01 } }],
}

for (const schedule of schedules)
  describeSchedule({ describe, it }, schedule, {
    engines: [engineJs],
    cases: scheduleCases[schedule.name] ?? [{}],
  })
