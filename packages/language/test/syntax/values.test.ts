import { describe, expect, it } from 'vitest'
import { parse } from '../../src/parse.ts'
import { outline, value } from './outline.ts'
import { argumentsOf, statementsOf } from './reading.ts'

const shown = (text: string): string[] =>
  argumentsOf(text).map(({ name, value: given }) => `${name ? `${name.text}=` : ''}${value(given)}`)

const constant = (text: string): string => {
  const [statement] = statementsOf(`let x = ${text}`)
  return statement?.kind === 'let' ? value(statement.value) : 'no constant'
}

describe('an argument', () => {
  it.each<[text: string, ...read: string[]]>([
    ['dense 16 0.5 1e-3 2.5E+2', '16', '0.5', '0.001', '250'],
    ['dense 20% 2.5%', '20%', '2.5%'],
    ['conv 3x3 28x28x1', '3x3', '28x28x1'],
    ['data "a b" "\\"\\\\\\/\\n\\u00e9"', '"a b"', '"\\"\\\\/\\né"'],
    ['dense true false', 'true', 'false'],
    ['dense relu max-pool val.loss seed', 'relu', 'max-pool', 'val.loss', 'seed'],
    ['conv pad=same', 'pad=same'],
    ['conv @a @cell.0 @embed.weight', '@a', '@cell.0', '@embed.weight'],
    ['dense f() f(1, a=2)', 'f()', 'f(1 a=2)'],
    ['dense a (1)', 'a', '(1)'],
    ['dense [] [1, [2, b]]', '[]', '[1 [2 b]]'],
    ['dense x=-1 -2 [-1, -k]', 'x=-1', '-2', '[-1 -k]'],
    ['features *', '*'],
    ['features @image * except=[a]', '@image', '*', 'except=[a]'],
    ['dense 5 -1', '5', '-1'],
    ['dense lr = 1', 'lr=1'],
    ['dense (a - 1) (a -1) (-a)', '(‹a - 1›)', '(‹a - 1›)', '(-a)'],
    ['dense f(a * 2, n=b - 1)', 'f(‹a * 2› n=‹b - 1›)'],
    ['dense (\n1\n+ 2\n)', '(‹1 + 2›)'],
    ['dense [1,\n 2\n]', '[1 2]'],
  ])('of %j is read', (text, ...read) => {
    expect(shown(text)).toEqual(read)
  })
})

describe('a calculation', () => {
  it.each([
    ['1 + 2 - 3', '‹1 + 2 - 3›'],
    ['1 + 2 * 3', '‹1 + ‹2 * 3››'],
    ['1 * 2 + 3 / 4', '‹‹1 * 2› + ‹3 / 4››'],
    ['1 - (2 - 3)', '‹1 - (‹2 - 3›)›'],
    ['-a * -2', '‹-a * -2›'],
    ['a-1 - b', '‹a-1 - b›'],
    ['2-1', '‹2 - 1›'],
    ['2 -1', '‹2 - 1›'],
    ['"a"', '"a"'],
    ['[1, 2]', '[1 2]'],
  ])('%s groups as %s', (text, grouped) => {
    expect(constant(text)).toBe(grouped)
  })

  it('is a flat list, however long', () => {
    const [statement] = statementsOf(`let x = 1${' + 1'.repeat(5000)}`)
    const sum = statement?.kind === 'let' ? statement.value : undefined
    expect(sum?.kind === 'arithmetic' && sum.rest.length).toBe(5000)
  })
})

describe('a line break', () => {
  it.each([
    ['dense 1\ndense 2', '<dense 1>\n<dense 2>'],
    ['dense 1; dense 2;', '<dense 1>\n<dense 2>'],
    ['\n\ndense 1\r\n\r\ndense 2\r', '<dense 1>\n<dense 2>'],
    ['dense 1 ->\ndense 2', '<dense 1> -> <dense 2>'],
    ['dense 1\n\n-> dense 2', '<dense 1> -> <dense 2>'],
    ['dense 1 // a\n// b\n-> dense 2', '<dense 1> -> <dense 2>'],
    ['dense 1 /* a\n b */ relu', '<dense 1 relu>'],
    ['model a {\n\ndense 1\n\n}', 'model a {\n  <dense 1>\n}'],
    ['model a { dense 1; dense 2 }', 'model a {\n  <dense 1>\n  <dense 2>\n}'],
    ['data csv {}\nloss mse', 'data: csv {}\nloss: mse'],
    ['f(\n  1,\n  2\n)'.replace('f', 'dense f'), '<dense f(1 2)>'],
  ])('in %j ends what it should', (text, expected) => {
    const { ast, diagnostics } = parse(text)
    expect(diagnostics).toEqual([])
    expect(outline(ast.body)).toBe(expected)
  })
})

describe('a statement', () => {
  it.each([
    ['same @enc as b', 'same @enc as b'],
    ['repeat n { f }', 'repeat n {\n  <f>\n}'],
    ['residual scale=0.5 { f }', 'residual scale=0.5 {\n  <f>\n}'],
    ['use "x" version="1" as y only [a, b]', 'use "x" version="1" as y only [a b]'],
    ['block f { relu }', 'block f() {\n  <relu>\n}'],
    ['model { relu }', 'model without a name {\n  <relu>\n}'],
    ['output label=@label', 'output: label=@label'],
    ['@a', '@a'],
    ['dense 1 as loss', '<dense 1> as loss'],
  ])('%s is read', (text, expected) => {
    const { ast, diagnostics } = parse(text)
    expect(diagnostics).toEqual([])
    expect(outline(ast.body)).toBe(expected)
  })

  it('keeps the documentation in the lines before it, inside braces too', () => {
    const [, model] = statementsOf('relu /// a\n///b\n\n///  c\nmodel x { /// d\n relu }')
    expect(model?.doc?.text).toBe('b\n c')
    expect(model?.kind === 'model' && model.body.statements[0]?.doc?.text).toBe('d')
  })

  it('has no documentation from inside another', () => {
    const [, second] = statementsOf('dense [ /// a\n1]\nrelu')
    expect(second?.doc).toBe(undefined)
  })
})
