import { describe, expect, it } from 'vitest'
import { parse } from '../../src/parse.ts'
import { renderDiagnostics } from '../../src/render.ts'
import { growth } from '../support/growth.ts'

const megabyte = (part: string): string => part.repeat(Math.ceil(1_000_000 / part.length))

// A text eight times as long: quadratic time would be 64 times as much.
const limit = 32

// Generous, for machines that do much else at the same time: a hang is what these are to find.
const patience = { timeout: 60_000 }

describe('a long text', patience, () => {
  it('of 10,000 layers in one chain is a flat list', () => {
    const { ast, diagnostics } = parse(Array<string>(10_000).fill('dense 16 relu').join(' -> '))
    const [statement] = ast.body.statements
    expect(diagnostics).toEqual([])
    expect(statement?.kind === 'pipeline' && statement.stages.length).toBe(10_000)
  })

  it.each<[what: string, part: string]>([
    ['a chain', 'dense 16 relu -> '],
    ['many statements', 'dense 16 relu\n'],
    ['statements with documentation', '/// why\nloss mse\n'],
    ['constants', 'let x = 1 + 2 * 3\n'],
    ['items', '[1, 2], '],
    ['mistakes', 'dense = 3 -> , )\n'],
    ['unclosed brackets', 'metrics [a, f(\n'],
    ['unclosed bodies', 'data csv {\nloss (\n'],
    ['mistyped statements with braces', 'dta csv {\n'],
    ['mistyped statements', 'los f(1, 2) '],
    ['unclosed comments', '/* '],
    ['commas', '1, '],
    ['noise', '$ → “ '],
  ])('of %s takes time in proportion to its length', (_, part) => {
    const [short, long] = [part.repeat(800), part.repeat(6400)]
    const ratio = growth(
      8,
      limit / 2,
      () => void parse(short),
      () => void parse(long),
    )
    expect(ratio).toBeLessThan(limit)
  })
})

describe('a megabyte', patience, () => {
  // A call takes no more than some hundred thousand arguments.
  it.each([
    [
      'arguments in parentheses',
      (part: string) => `dense(${part}1)`,
      '1,',
      'parenthesised-arguments',
    ],
    [
      'line breaks in an unclosed bracket',
      (part: string) => `dense [2${part}`,
      '\n;',
      'unclosed-bracket',
    ],
  ])('of %s is read', (_, around, part, code) => {
    const { diagnostics } = parse(around(megabyte(part)))
    expect(diagnostics.map((each) => each.code)).toContain(code)
  })

  it.each([
    ['->', ['leading-arrow']],
    ['(', ['unexpected-token', 'unclosed-bracket', 'nested-too-deeply']],
    ['dense (', ['unclosed-bracket', 'nested-too-deeply']],
    ['residual {\n', ['unclosed-bracket', 'nested-too-deeply']],
    ['"', ['unexpected-token']],
    ['a', []],
    ['1', ['unexpected-token']],
  ])('of %s is read and shown', (part, codes) => {
    const text = megabyte(part)
    const { diagnostics } = parse(text)
    expect(diagnostics.map(({ code }) => code)).toEqual(codes)
    expect(renderDiagnostics(diagnostics, { text, file: 'a.mlp' }).length).toBeLessThan(10_000)
  })

  it('of unknown signs is read, and the hundred that are shown are short', () => {
    const text = megabyte('$ ')
    const { diagnostics } = parse(text)
    expect(diagnostics).toHaveLength(101)
    expect(diagnostics.at(-1)?.message).toBe('and 499900 more problems')
    expect(renderDiagnostics(diagnostics, { text, file: 'a.mlp' }).length).toBeLessThan(40_000)
  })
})

describe('nested brackets', patience, () => {
  it.each(['(', '[', 'f(', 'branch {', '([{', '{['])('of 10,000 %s are one mistake', (part) => {
    const { diagnostics } = parse(`dense ${part.repeat(10_000)}`)
    expect(diagnostics.map(({ code }) => code)).toContain('nested-too-deeply')
    expect(diagnostics.length).toBeLessThan(101)
  })

  it.each([
    ['(', ')'],
    ['[', ']'],
    ['f(', ')'],
    ['-(', ')'],
  ])('of 10,000 %s that are closed are one mistake', (open, close) => {
    const { diagnostics } = parse(`dense ${open.repeat(10_000)}1${close.repeat(10_000)}`)
    expect(diagnostics.map(({ code }) => code)).toEqual(['nested-too-deeply'])
  })
})
