/** What a network and its training do not have in common, in the words that a person sees. */
import { describe, expect, it } from 'vitest'
import { applyFixes, type CodeEntry } from '../../src/index.ts'
import { trainingCodes } from '../../src/resolve/training-codes.ts'
import { factsOf, outcome } from '../support/resolving.ts'

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

describe('a metric of classes', () => {
  const csv = 'data csv "a.csv" { target y }\n'
  const lines = (shown: string) => shown.split('\n').filter((line) => /error|help|\^/.test(line))

  it.each([
    ['top-k', 'is 1 for every row where there are 3 classes, so that it says nothing', 'top-k(2)'],
    ['top-k(3)', 'is 1 for every row where there are 3 classes', 'top-k(2)'],
    ['f1(average=binary)', 'with `binary` is of the second of two', 'f1(average=macro)'],
  ])('says nothing: %s of three', (metric, problem, instead) => {
    const text = `${csv}dense 3\nmetrics [accuracy, ${metric}]`
    const found = outcome(text, { facts: factsOf('three') })
    expect(found.codes).toEqual(['metric-classes'])
    const [what = '', place = '', help] = lines(found.shown)
    expect(what).toContain(`\`${metric.replace(/\(.*/, '')}\` ${problem}`)
    expect(place).toContain(`${'^'.repeat(metric.length)} says nothing here`)
    expect(help).toContain(`use \`${instead}\``)
    const mended = applyFixes(text, found.diagnostics)
    expect(mended).toContain(`metrics [accuracy, ${instead}]`)
    expect(outcome(mended, { facts: factsOf('three') }).shown).toBe('')
  })

  it('is the accuracy where only one guess of two would say something', () => {
    const text = `${csv}dense 2\nmetrics [top-k(2)]`
    const { diagnostics } = outcome(text, { facts: factsOf('two') })
    expect(applyFixes(text, diagnostics)).toContain('metrics [accuracy]')
  })

  it('is taken where it says something, or the classes are not known', () => {
    expect(outcome(`${csv}dense 3\nmetrics top-k(2)`, { facts: factsOf('three') }).shown).toBe('')
    expect(outcome('dense 3\nloss cross-entropy\nmetrics top-k').shown).toBe('')
    expect(
      outcome(`${csv}dense 2\nmetrics f1(average=binary)`, { facts: factsOf('two') }).shown,
    ).toBe('')
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
