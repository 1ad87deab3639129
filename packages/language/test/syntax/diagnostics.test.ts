import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { hyphenReadAsName, missingArrow } from '../../src/name-errors.ts'
import { parse, parseBytes } from '../../src/parse.ts'
import { syntaxCodes } from '../../src/syntax-codes.ts'
import { brief } from './brief.ts'
import { argumentsOf } from './reading.ts'

/** `diagnostics.txt`: a text in a line, `⏎` for its line breaks, and indented below it what a person is told. */
const cases = readFileSync(new URL('diagnostics.txt', import.meta.url), 'utf8')
  .replaceAll('<U+200B>', '\u200B')
  .split(/\n(?! )/)
  .filter((block) => block !== '' && !block.startsWith('# '))
  .map((block) => {
    const [text = '', ...told] = block.trimEnd().split('\n    ')
    return { text: text.replaceAll('⏎', '\n'), told }
  })

describe('a syntax diagnostic', () => {
  it.each(cases)('says of $text what is wrong', ({ text, told }) => {
    const found = parse(text).diagnostics.map((each) => brief(each, text))
    expect(found.map((line) => line.replaceAll('\n', '⏎'))).toEqual(told)
    expect(told).not.toEqual([])
  })

  it('is tried for every code of the parser', () => {
    const seen = new Set(cases.flatMap(({ told }) => told.map((line) => line.split(' ')[1])))
    const missing = Object.keys(syntaxCodes).filter((code) => !seen.has(code))
    // These need bytes, names or a text too long for the table, and are tried elsewhere.
    const elsewhere = ['not-utf-8', 'nested-too-deeply', 'missing-arrow', 'hyphen-read-as-name']
    expect(missing).toEqual([...elsewhere, 'more-problems'])
  })
})

describe('bytes that are not UTF-8', () => {
  const bytes = (...values: number[]) => Uint8Array.from(values)

  it('are refused with the place of the first', () => {
    const { diagnostics, text, ast } = parseBytes(bytes(0x61, 0x0a, 0xff, 0x62))
    expect(diagnostics.map((found) => brief(found, text))).toEqual([
      '2:1 not-utf-8 [] the file is not text in UTF-8: byte 2 cannot be read = save it in the encoding UTF-8',
    ])
    expect(ast.body.statements).toEqual([])
  })

  it('are told apart from the replacement character itself', () => {
    const text = '// \uFFFD and \uFFFD\ndense 1'
    expect(parseBytes(new TextEncoder().encode(text)).diagnostics).toEqual([])
    const broken = bytes(...new TextEncoder().encode('// \uFFFD '), 0x80)
    expect(parseBytes(broken).diagnostics[0]?.label).toBe('byte 7 cannot be read')
  })

  it('are named where they look like UTF-16', () => {
    const [found] = parseBytes(bytes(0xff, 0xfe, 0x61, 0x00)).diagnostics
    expect(found?.message).toBe('the file is not text in UTF-8, but perhaps in UTF-16')
  })

  it('do not include a byte order mark', () => {
    const { diagnostics, ast } = parseBytes(bytes(0xef, 0xbb, 0xbf, 0x61))
    expect(diagnostics).toEqual([])
    expect(ast.body.statements[0]?.span).toEqual({ start: 1, end: 2 })
  })
})

describe('what the resolver reports with the parser’s help', () => {
  const word = (text: string) => {
    const found = argumentsOf(text).at(-1)?.value
    if (found?.kind !== 'word') throw new Error(`no word at the end of ${text}`)
    return found
  }

  it('is an arrow that is missing before a layer', () => {
    const text = 'dense 16 dropout'
    const found = missingArrow(word(text), 'dense')
    expect(brief(found, text)).toBe(
      '1:10 missing-arrow [dropout] the layer `dropout` stands among the arguments of `dense`: `->` is missing before it',
    )
    expect(found.edits).toEqual([{ span: { start: 9, end: 9 }, text: '-> ' }])
  })

  it.each([
    ['width-1', '(width - 1)'],
    ['width-height', '(width - height)'],
    ['layer-size-2', '(layer-size - 2)'],
    ['2d-1', undefined],
    ['max-pool', undefined],
    ['width', undefined],
  ])('is %s read as a name', (name, right) => {
    const isConstant = (text: string) => ['width', 'height', 'layer-size'].includes(text)
    const span = { start: 0, end: name.length }
    const read = { kind: 'word', span, path: [{ kind: 'name', span, text: name }] } as const
    const found = hyphenReadAsName(read, isConstant, false)
    expect(found?.edits[0]?.text).toBe(right)
  })
})
