import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { describeLayer } from '@chainrule/testing'
import { describe, expect, it } from 'vitest'
import { batchNorm, groupNorm, norm, rmsNorm } from '../src/index.ts'

const engines = [engineJs, engineWasm] as const

for (const layer of [norm, rmsNorm]) {
  describeLayer({ describe, it }, layer, {
    engines,
    cases: [{ inputs: [[6]] }, { inputs: [[3, 5]] }, { options: { epsilon: 0.01 }, inputs: [[4]] }],
  })
}
describeLayer({ describe, it }, groupNorm, {
  engines,
  cases: [
    { arguments: [2], inputs: [[6]] },
    { arguments: [3], inputs: [[2, 2, 6]] },
    { arguments: [1], inputs: [[3, 4]] },
    { arguments: [4], inputs: [[5, 4]] },
  ],
})
describeLayer({ describe, it }, batchNorm, {
  engines,
  cases: [
    { inputs: [[4]], rows: 5 },
    { inputs: [[3, 2]], rows: 4 },
    { options: { momentum: 0.5, epsilon: 0.001 }, inputs: [[3]], rows: 6 },
  ],
})

describe('shapes that do not fit', () => {
  it('channels that the groups do not share equally', () => {
    const epsilon = 1e-5
    expect(() => groupNorm.shape({ groups: 4, epsilon }, [[{ rows: 1 }, 6]])).toThrow(
      expect.objectContaining({
        code: 'shape-mismatch',
        message: expect.stringMatching(/4 groups.*\[B, 6\]/),
      }),
    )
  })

  it.each([norm, rmsNorm, batchNorm])('$name needs features', (layer) => {
    expect(() => layer.shape({}, [[{ rows: 1 }]])).toThrow(
      expect.objectContaining({
        code: 'shape-mismatch',
        message: expect.stringMatching(/\[B\]/),
      }),
    )
  })
})
