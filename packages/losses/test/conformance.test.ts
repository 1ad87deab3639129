import { engineJs } from '@chainrule/engine-js'
import { describeLoss } from '@chainrule/testing'
import { describe, it } from 'vitest'
import { lossCases } from './support/cases.ts'

for (const [loss, cases] of lossCases) {
  describeLoss({ describe, it }, loss, { engines: [engineJs], cases })
}
