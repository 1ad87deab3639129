import { describe, expect, it } from 'vitest'
import { applyFixes, type CodeEntry } from '../../src/index.ts'
import { modelCodes } from '../../src/resolve/model-codes.ts'
import { nameCodes } from '../../src/resolve/name-codes.ts'
import { useCodes } from '../../src/resolve/use-codes.ts'
import { outcome } from '../support/resolving.ts'
import { cases } from './cases.ts'

const show = (text: string): string => text.replaceAll('\n', ' ⏎ ')
const own = { ...nameCodes, ...useCodes, ...modelCodes }

describe('what the resolver says', () => {
  for (const [codes, text, facts] of cases) {
    it(`says ${codes} of: ${show(text)}`, () => {
      expect(outcome(text, { facts }).codes.join(' ')).toBe(codes)
    })
  }

  it('says it in these words', async () => {
    const shown = cases.map(([, text, facts]) => {
      const { shown } = outcome(text, { facts })
      return `${text}\n\n${shown.replace(/^/gm, '    ').replace(/ +$/gm, '')}\n`
    })
    const rule = `\n${'='.repeat(80)}\n\n`
    await expect(shown.join(rule)).toMatchFileSnapshot('diagnostics.txt')
  })

  it('has a case for every code', () => {
    const tried = new Set(cases.flatMap(([codes]) => codes.split(' ')))
    // These have tests of their own.
    const limits = ['input-unknown', 'too-many-layers', 'value-too-large']
    const elsewhere = [...limits, 'use-cycle', 'unknown-block', 'plugin-failed']
    for (const code of elsewhere) tried.add(code)
    expect(Object.keys(own).filter((code) => !tried.has(code))).toEqual([])
  })
})

describe('what the resolver offers to mend', () => {
  const mendable = cases.filter(([, text, facts]) =>
    outcome(text, { facts }).diagnostics.some(({ edits }) => edits.length > 0),
  )

  it('mends many of the cases', () => {
    expect(mendable.length).toBeGreaterThan(50)
  })

  for (const [codes, text, facts] of mendable) {
    it(`mends ${show(text)}`, () => {
      const before = outcome(text, { facts })
      const after = outcome(applyFixes(text, before.diagnostics), { facts })
      const [mended] = before.diagnostics.filter(({ edits }) => edits.length > 0)
      expect(after.text).not.toBe(text)
      expect(after.codes, after.shown).not.toContain(mended?.code)
      expect(after.codes.length, codes).toBeLessThanOrEqual(before.codes.length)
    })
  }
})

describe('the explanations of the codes', () => {
  const entries: readonly (readonly [string, CodeEntry])[] = Object.entries(own)
  for (const [code, { wrong, right }] of entries) {
    if (wrong !== undefined)
      it(`have a text that gives ${code}`, () => {
        expect(outcome(wrong).codes).toContain(code)
      })
    if (right !== undefined)
      it(`have a text without ${code}`, () => {
        expect(outcome(right).shown).toBe('')
      })
  }
})
