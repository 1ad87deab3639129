import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { describeMetric } from '@chainrule/testing'
import { describe, expect, it } from 'vitest'
import { __identifier__ } from '../src/index.js'

// A case for each of its arguments, and one over rows and times.
describeMetric({ describe, it }, __identifier__, {
  engines: [engineJs, engineWasm],
  cases: [{ shape: [3] }, { shape: [4, 3] }, { shape: [3], arguments: [0.5] }],
})

it('is the share of all sums', () => {
  const metric = __identifier__.with({ within: 0.1 })
  if (metric.style !== 'accumulating') throw new Error('it collects')
  expect(metric.finish({ near: [3], weight: [4] })).toBe(0.75)
})
