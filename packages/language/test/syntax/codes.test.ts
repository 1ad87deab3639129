import { describe, expect, it } from 'vitest'
import { type Code, type CodeEntry, codes } from '../../src/codes.ts'
import { parse } from '../../src/parse.ts'
import { modelCodes } from '../../src/resolve/model-codes.ts'
import { nameCodes } from '../../src/resolve/name-codes.ts'
import { trainingCodes } from '../../src/resolve/training-codes.ts'
import { useCodes } from '../../src/resolve/use-codes.ts'
import { severityOf } from '../../src/severities.ts'
import { syntaxCodes } from '../../src/syntax-codes.ts'

const entries: [string, CodeEntry][] = Object.entries(syntaxCodes)
const tried = entries.flatMap(([code, { wrong, right }]) =>
  wrong === undefined || right === undefined ? [] : [{ code, wrong, right }],
)

describe('the table of codes', () => {
  it('holds each code once', () => {
    const tables = [syntaxCodes, nameCodes, useCodes, modelCodes, trainingCodes].map(
      (table) => Object.keys(table).length,
    )
    expect(Object.keys(codes)).toHaveLength(tables.reduce((a, b) => a + b))
  })

  it.each(Object.entries(codes))('%s is in kebab case and explained', (code, entry) => {
    expect(code).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
    expect(entry.title).toMatch(/[^.]$/)
    expect(entry.explanation).toMatch(/\.$/)
  })

  // Diagnostics take it from a table apart from this one, which is what a page does not load.
  it.each(Object.entries(codes))('%s has the severity that its diagnostics have', (code, entry) => {
    expect(severityOf(code as Code)).toBe(entry.severity)
  })

  it.each(tried)('$code is what its wrong example gives, and nothing else', ({ code, wrong }) => {
    expect(parse(wrong).diagnostics.map((found) => found.code)).toEqual([code])
  })

  it.each(tried)('$code is not given for its right example', ({ right }) => {
    expect(parse(right).diagnostics).toEqual([])
  })

  it('leaves few syntax codes without an example', () => {
    const untried = entries.filter(([code]) => !tried.some((each) => each.code === code))
    expect(untried.map(([code]) => code)).toEqual([
      'not-utf-8',
      'nested-too-deeply',
      'missing-arrow',
      'hyphen-read-as-name',
      'more-problems',
    ])
  })
})
