import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import type { Directive, Pipeline, Stage } from '../../src/ast.ts'
import { parse } from '../../src/parse.ts'
import { outline } from './outline.ts'

const folder = new URL('programs/', import.meta.url)
const names = readdirSync(folder).filter((name) => name.endsWith('.mlp'))
const read = (name: string) => parse(readFileSync(new URL(name, folder), 'utf8'))

const stagesOf = (name: string): readonly Stage[] =>
  read(name).ast.body.statements.filter((each): each is Pipeline => each.kind === 'pipeline')[0]
    ?.stages ?? []

describe('the ten programs of the language', () => {
  it('are ten', () => expect(names).toHaveLength(10))

  it.each(names)('%s has no diagnostics', (name) => {
    expect(read(name).diagnostics).toEqual([])
  })

  it.each(names)('%s gives its tree', async (name) => {
    const golden = name.replace('.mlp', '.txt')
    await expect(`${outline(read(name).ast.body)}\n`).toMatchFileSnapshot(`programs/${golden}`)
  })

  it('keep the documentation of a statement', () => {
    const [input] = read('04-convolution.mlp').ast.body.statements
    expect(input?.doc?.text).toBe('LeNet-like digits model')
  })

  it('keep comments with their places', () => {
    const { ast, text } = read('06-branch.mlp')
    expect(
      ast.comments.map(({ span, style }) => [text.slice(span.start, span.end), style]),
    ).toEqual([['// second arm', 'line']])
  })

  it('go on with a pipeline in the lines that begin with an arrow', () => {
    expect(stagesOf('04-convolution.mlp').map(({ kind }) => kind)).toEqual([
      'source',
      ...Array<string>(6).fill('layer'),
    ])
  })

  it('point at the words that were written', () => {
    const { ast, text } = read('02-classifier.mlp')
    const data = ast.body.statements.find(
      (each): each is Directive => each.kind === 'directive' && each.name.text === 'data',
    )
    const header = data?.arguments[2]
    expect(header && text.slice(header.span.start, header.span.end)).toBe('header=true')
    expect(data && text.slice(data.span.start, data.span.end)).toMatch(/^data csv [\s\S]*\n}$/)
  })
})
