import { engineJs } from '@chainrule/engine-js'
import { describeActivation } from '@chainrule/testing'
import { describe, it } from 'vitest'
import { activationCases } from './support/cases.ts'

for (const [activation, cases] of activationCases) {
  describeActivation({ describe, it }, activation, { engines: [engineJs], cases })
}
