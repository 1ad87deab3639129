import { describe, expect, it } from 'vitest'
import { maxDiagnostics } from '../../src/diagnostic.ts'
import { parse } from '../../src/parse.ts'
import { outline } from './outline.ts'

const codesOf = (text: string): string[] => parse(text).diagnostics.map(({ code }) => code)
const treeOf = (text: string): string => outline(parse(text).ast.body)

describe('after a mistake', () => {
  it('all others are reported, in the order of the text', () => {
    const text = `let model = 3
dense(16, relu) → dropout .5 -> dense 3 ->
loss mse on price
data csv 'x.csv' {
  split 80/20
  target y,
}
metrics [accuracy auc]`
    expect(codesOf(text)).toEqual([
      'reserved-word',
      'parenthesised-arguments',
      'foreign-arrow',
      'malformed-number',
      'trailing-arrow',
      'missing-at-sign',
      'foreign-quotes',
      'split-as-ratio',
      'comma-between-arguments',
      'missing-comma',
    ])
  })

  it.each([
    ['dense 16 = 3 -> relu\nloss mse', '! ! <dense 16> -> <relu>\nloss: mse'],
    ['dense (1 +) -> relu', '! ! <dense (?)> -> <relu>'],
    ['let x = * *\nloss mse', '! let x = ?\nloss: mse'],
    ['let = 3\nloss mse', '! unreadable\nloss: mse'],
    ['let x =\nloss mse', '! let x = ?\nloss: mse'],
    ['dense lr= -> relu', '! ! <dense lr=?> -> <relu>'],
    ['dense f(1, = 3, 4)', '! ! <dense f(1 4)>'],
    ['dense ->\nloss mse', '! <dense>\nloss: mse'],
    ['data csv = {\n  target y\n}', '! data: csv=? {\n  target: y\n}'],
    ['loss mse on 3 { a }', '! loss: mse {\n  <a>\n}'],
    ['model 3 { relu }\nloss mse', '! model without a name {}\nloss: mse'],
    ['block f(3) { relu }', '! block f() {\n  <relu>\n}'],
    ['repeat { relu }', '! ! repeat ? {\n  <relu>\n}'],
    ['branch { dense = ; relu }', 'branch {\n  ! let dense = ?\n  <relu>\n}'],
    ['dense 1 -> 3 4 -> relu', '! <dense 1> -> <relu>'],
    ['dense 1 -> same 3 -> relu', '! <dense 1> -> <relu>'],
    ['metrics [a, b\nloss mse', 'metrics: [a b]\nloss: mse'],
    ['dense 16relu', '<dense 16 relu>'],
    ['dense 1.2.3', '! ! <dense ?>'],
    ['conv 3×3', '<conv 3x3>'],
    ['loss mse } 3', 'loss: mse 3'],
  ])('in %j the rest is read', (text, expected) => {
    expect(codesOf(text)).not.toEqual([])
    expect(treeOf(text)).toBe(expected)
  })
})

describe('an unclosed bracket', () => {
  it.each([
    ['ends with its line', 'dense (1 + 2\nrelu', '<dense (‹1 + 2›)>\n<relu>'],
    ['goes on behind a comma', 'metrics [a,\nb\nloss mse', 'metrics: [a b]\nloss: mse'],
    ['goes on behind an operator', 'dense (1 +\n2\nrelu', '<dense (‹1 + 2›)>\n<relu>'],
    [
      'ends where a line begins with a directive',
      'metrics [a,\nloss mse',
      'metrics: [a]\nloss: mse',
    ],
    [
      'ends where a line begins with a reserved word',
      'dense [a,\nlet x = 1',
      '<dense [a]>\nlet x = 1',
    ],
    ['ends before an arrow', 'dense (1 -> relu', '<dense (1)> -> <relu>'],
    ['ends before a brace', 'data csv f(1 {\n target y\n}', 'data: csv f(1) {\n  target: y\n}'],
    [
      'ends with the brace around it',
      'model a { dense (1 }\nloss mse',
      'model a {\n  <dense (1)>\n}\nloss: mse',
    ],
  ])('%s', (_, text, expected) => {
    expect(codesOf(text)).toEqual(['unclosed-bracket'])
    expect(treeOf(text)).toBe(expected)
  })

  it.each([
    ['ends with the file', 'model a {\n  relu', 'model a {\n  <relu>\n}'],
    [
      'ends where a line as far left begins with a directive',
      'model a {\n  relu\n  input x 3\nloss mse',
      'model a {\n  <relu>\n  input: x 3\n}\nloss: mse',
    ],
    [
      'does not end at what belongs to data',
      'data csv "a" {\ntarget y\nsplit 1\nloss mse',
      'data: csv "a" {\n  target: y\n  split: 1\n}\nloss: mse',
    ],
    [
      'shows the inner one where that is missing',
      'model a {\n  branch {\n    relu\n}\nloss mse',
      'model a {\n  branch {\n    <relu>\n  }\n}\nloss: mse',
    ],
  ])('that is a brace %s', (_, text, expected) => {
    expect(codesOf(text)).toEqual(['unclosed-bracket'])
    expect(treeOf(text)).toBe(expected)
  })

  it('is none where a directive is an item of a list', () => {
    expect(codesOf('features [load,\n  target,\n  seed\n]\nloss mse')).toEqual([])
  })
})

describe('a text with very many mistakes', () => {
  it('shows the first hundred and counts the others', () => {
    const { diagnostics } = parse('dense .5\n'.repeat(250))
    expect(diagnostics).toHaveLength(maxDiagnostics + 1)
    expect(diagnostics.at(-1)).toMatchObject({
      severity: 'note',
      code: 'more-problems',
      message: 'and 150 more problems',
    })
  })

  it('shows exactly a hundred without a remark', () => {
    expect(codesOf('dense .5\n'.repeat(100))).toHaveLength(100)
  })

  it('of another edition shows only that', () => {
    expect(codesOf('mlp 2\n-> $ .5 (')).toEqual(['unknown-edition'])
  })
})

describe('brackets', () => {
  it('nest 32 deep', () => {
    const nested = (depth: number) => `dense ${'('.repeat(depth)}1${')'.repeat(depth)}`
    expect(codesOf(nested(32))).toEqual([])
    expect(codesOf(nested(33))).toEqual(['nested-too-deeply'])
  })

  it('of all kinds count', () => {
    const text = `${'residual {'.repeat(20)} dense ${'['.repeat(20)}1${']'.repeat(20)} ${'}'.repeat(20)}`
    const { diagnostics } = parse(text)
    expect(diagnostics.map(({ code }) => code)).toEqual(['nested-too-deeply'])
    expect(diagnostics[0]?.span.start).toBe('residual {'.length * 20 + ' dense '.length + 12)
  })
})
