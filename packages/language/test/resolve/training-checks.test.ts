/** What a network and its training do not have in common, in the words that a person sees. */
import { describe, expect, it } from 'vitest'
import type { CodeEntry } from '../../src/index.ts'
import { trainingCodes } from '../../src/resolve/training-codes.ts'
import { outcome } from '../support/resolving.ts'

describe('an optimizer that compares losses', () => {
  it('is not given layers that draw', () => {
    const text = [
      'input x 4',
      '@x -> dense 8 tanh -> dropout 0.2 -> dense 4 tanh -> gaussian-noise -> dense 1',
      'optimizer lbfgs memory=5',
    ].join('\n')
    expect(outcome(text).shown).toMatchInlineSnapshot(`
      "error[driven-random]: \`lbfgs\` compares losses at several places, but \`dropout\` draws random numbers while training
       --> model.mlp:3:11
      2 | @x -> dense 8 tanh -> dropout 0.2 -> dense 4 tanh -> gaussian-noise -> dense 1
        |                       ----------- draws in every pass
        |                                                      -------------- draws in every pass
      3 | optimizer lbfgs memory=5
        |           ^^^^^ needs the same loss for the same weights
        = help: leave \`dropout\` out (\`l2=1e-4\` keeps weights small without it), or train with \`adam\`"
    `)
  })

  it('takes what draws nothing by its arguments, and running values', () => {
    const still =
      'input x 4\n@x -> dense 8 tanh -> dropout 0 -> batch-norm -> dense 1\noptimizer lbfgs'
    expect(outcome(still).shown).toBe('')
  })

  it('leaves the layers to other optimizers', () => {
    expect(outcome('input x 4\n@x -> dropout 0.5 -> dense 1\noptimizer adam').shown).toBe('')
  })
})

describe('the explanations of the codes', () => {
  const entries: readonly (readonly [string, CodeEntry])[] = Object.entries(trainingCodes)
  for (const [code, { wrong = '', right = '' }] of entries) {
    it(`have a text that gives ${code}, and one that does not`, () => {
      expect(outcome(wrong).codes).toEqual([code])
      expect(outcome(right).shown).toBe('')
    })
  }
})
