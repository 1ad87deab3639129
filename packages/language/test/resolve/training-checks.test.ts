/** What a network and its training do not have in common, in the words that a person sees. */
import { describe, expect, it } from 'vitest'
import { applyFixes, type CodeEntry, parse, resolve } from '../../src/index.ts'
import { trainingCodes } from '../../src/resolve/training-codes.ts'
import { wideRegistry } from '../support/registry.ts'
import { experimentOf, factsOf, factsOfNumbers, outcome } from '../support/resolving.ts'

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

describe('a last activation that a target goes beyond', () => {
  const csv = 'data csv "a.csv" { target y }\n'
  const values = [-4.25, 0, 1, 2, -1, 7]

  it.each([
    [
      'dense 1 relu',
      '`relu` gives no number below 0, but 2 of 6 rows of `y` have one, down to -4.25',
    ],
    [
      'dense 1 sigmoid',
      '`sigmoid` gives no number above 1, but 4 of 6 rows of `y` have one, up to 7',
    ],
    ['dense 1 -> tanh', '`tanh` gives no number above 1, but 3 of 6 rows of `y` have one, up to 7'],
    ['dense 1 elu(alpha=2)', '`elu` gives no number below -2, but 1 of 6 rows of `y` have one'],
  ])('is warned of: %s', (last, message) => {
    const text = `${csv}${last}`
    const found = outcome(text, { facts: factsOfNumbers(values) })
    expect(found.codes).toEqual(['target-unreachable'])
    expect(found.shown).toContain(`warning[target-unreachable]: ${message}`)
    const mended = applyFixes(text, found.diagnostics)
    expect(mended).toBe(`${csv}dense 1`)
    expect(experimentOf(mended, factsOfNumbers(values)).graph.heads[0]?.standardise).toBe(true)
  })

  it('is shown with both places', () => {
    const facts = factsOfNumbers(values)
    expect(outcome(`${csv}dense 8 relu -> dense 1 relu`, { facts }).shown).toMatchInlineSnapshot(`
      "warning[target-unreachable]: \`relu\` gives no number below 0, but 2 of 6 rows of \`y\` have one, down to -4.25
       --> model.mlp:2:25
      1 | data csv "a.csv" { target y }
        |                           - the target
      2 | dense 8 relu -> dense 1 relu
        |                         ^^^^ leave it out of the last layer
        = help: without it the target is scaled, and the output may be any number"
    `)
  })

  it.each([
    ['dense 1 relu', [0, 1, 5]],
    ['dense 1 sigmoid', [0, 1, 0.5]],
    ['dense 1 tanh', [-1, 1]],
    ['dense 1 leaky-relu', values],
    ['dense 1', values],
    ['dense 1 relu\nloss cosine', values],
  ])('is taken where it reaches them: %s', (last, numbers) => {
    const found = outcome(`${csv}${last}`, { facts: factsOfNumbers(numbers) })
    expect(found.codes).not.toContain('target-unreachable')
  })
})

describe('a model that is trained', () => {
  it('has something that learns', () => {
    const text = 'input x 4\n@x -> dense 8 relu freeze=true -> dense 1 freeze=true\nloss mse'
    expect(outcome(text).shown).toMatchInlineSnapshot(`
      "warning[nothing-learns]: all 4 parameters of the model are frozen, so that training changes nothing
       --> model.mlp:2:7
      2 | @x -> dense 8 relu freeze=true -> dense 1 freeze=true
        |       ^^^^^^^^^^^^^^^^^^^^^^^^ is frozen
        |                                   ------------------- is frozen too
        = help: leave \`freeze\` out where something is to be learnt"
    `)
  })

  it('is not judged where its plugins are only described', () => {
    const { ast } = parse('input x 4\n@x -> relu\nloss mse', { file: 'model.mlp' })
    const found = resolve(ast, { registry: wideRegistry, isDescribed: true })
    expect(found.diagnostics).toEqual([])
  })

  it('has a layer with parameters', () => {
    expect(outcome('input x 4\n@x -> relu\nloss mse').shown).toMatchInlineSnapshot(`
      "warning[nothing-learns]: no layer of the model has parameters, so that training changes nothing
       --> model.mlp:2:7
      2 | @x -> relu
        |       ^^^^ the first of its layers
        = help: add one that learns, such as \`dense 1\`"
    `)
  })

  it.each([
    'input x 4\n@x -> repeat 2 freeze=true { dense 4 relu } -> dense 1\nloss mse',
    'input x 4\n@x -> dense 4 relu freeze=true -> norm -> dense 1 freeze=true\nloss mse',
    // Nothing is trained.
    'input x 4\n@x -> dense 1 freeze=true',
  ])('may be frozen but for a part: %s', (text) => {
    expect(outcome(text).shown).toBe('')
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
  for (const [code, { wrong, right }] of entries) {
    if (wrong === undefined || right === undefined) continue
    it(`have a text that gives ${code}, and one that does not`, () => {
      expect(outcome(wrong).codes).toEqual([code])
      expect(outcome(right).shown).toBe('')
    })
  }
})
