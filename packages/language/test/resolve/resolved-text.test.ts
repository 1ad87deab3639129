import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type Experiment, format, parse, resolvedText } from '../../src/index.ts'
import { outcome } from '../support/resolving.ts'
import { programs } from '../support/texts.ts'

const folder = new URL('../../../../examples/', import.meta.url)
const examples = readdirSync(folder)
  .filter((name) => name.endsWith('.mlp'))
  .map((name) => [name, readFileSync(new URL(name, folder), 'utf8')] as const)

const resolving = [...programs, ...examples].filter(
  ([, text]) => outcome(text).experiment !== undefined,
)

const meaning = ({ graph, settings, name }: Experiment): string =>
  JSON.stringify({ graph, settings, name })

describe('a text with its settings filled in', () => {
  it.each(resolving)('means the same: %s', (_, text) => {
    const { experiment } = outcome(text)
    if (experiment === undefined) throw new Error('it resolves')
    const whole = resolvedText(text, parse(text).ast, experiment)
    const again = outcome(whole)
    expect(again.experiment, again.shown).toBeDefined()
    if (again.experiment === undefined) return
    expect(meaning(again.experiment)).toBe(meaning(experiment))
    for (const word of ['split', 'scale', 'optimizer', 'train', 'seed', 'stop'])
      expect(whole).toMatch(new RegExp(`^ *${word} `, 'm'))
    expect(format(whole)).toBe(whole)
    expect(resolvedText(whole, parse(whole).ast, again.experiment)).toBe(whole)
  })

  it('quotes a column whose name is a reserved word, which could not be read otherwise', () => {
    const text = 'data csv "a.csv" { target y; split stratify="on" }\ndense 1'
    const { experiment } = outcome(text)
    if (experiment === undefined) throw new Error('it resolves')
    const again = outcome(resolvedText(text, parse(text).ast, experiment))
    expect(again.shown).toBe('')
    expect(again.request?.split.stratify?.value).toBe('on')
  })

  it('is tried on most programs and on examples', () => {
    expect(resolving.length).toBeGreaterThanOrEqual(10)
  })
})
