import { directives, formatShape } from '@chainrule/core'
import { describe, expect, test } from 'vitest'
import { directiveArguments, lexemes, observe, parse } from '../../src/index.ts'
import { registry } from '../support/registry.ts'

/** What flows out of each stage, in the order in which they are read. */
function flows(text: string): string {
  const { stages } = observe(parse(text).ast, { registry })
  return stages
    .map(({ stage, outputs, parameters }) => {
      const shapes = outputs?.map(({ shape }) => (shape === undefined ? '?' : formatShape(shape)))
      const written = text.slice(stage.span.start, stage.span.end)
      const sizes = parameters?.map(({ shape }) => shape.reduce((all, size) => all * size, 1))
      const count = sizes?.reduce((sum, size) => sum + size, 0)
      return `${written}: ${shapes?.join(' ') ?? 'nothing'} ${count ?? '?'}`
    })
    .join('; ')
}

describe('what flows where is told up to a mistake, and whatever else is wrong', () => {
  test.each<[text: string, seen: string]>([
    ['input x 4\n@x -> dense 3 -> dense 2', '@x: [B, 4] 0; dense 3: [B, 3] 15; dense 2: [B, 2] 8'],
    ['input x 4\n@x -> dense 3 -> dnese 2', '@x: [B, 4] 0; dense 3: [B, 3] 15; dnese 2: nothing 0'],
    ['input x 4\n@x -> dense 3 ->', '@x: [B, 4] 0; dense 3: [B, 3] 15'],
    [
      'input x 4\n@x -> dense 3 -> dense 2 ,\nloss unheard',
      '@x: [B, 4] 0; dense 3: [B, 3] 15; dense 2 ,: [B, 2] 8',
    ],
    [
      'input x 4\n@x -> repeat 2 { dense 4 -> }',
      '@x: [B, 4] 0; dense 4: [B, 4] 20; dense 4: [B, 4] 20; repeat 2 { dense 4 -> }: [B, 4] 40',
    ],
    [
      'input t 8 integer\n@t -> embed 9 dim=2 as e\n@e -> dense 9 weights=@e.weight',
      '@t: [B, 8] 0; embed 9 dim=2 as e: [B, 8, 2] 18; @e: [B, 8, 2] 0; dense 9 weights=@e.weight: [B, 8, 9] 9',
    ],
    ['dense 3', 'dense 3: ? ?'],
    ['block c(w) { dense w }', 'dense w: nothing 0'],
  ])('%s', (text, seen) => {
    expect(flows(text)).toBe(seen)
  })

  test('constants have their values, and a stage knows those that it sees', () => {
    const { ast } = parse('let w = 2 * 8\nblock c(k) { dense k }\ninput x 4\n@x -> c w')
    const { constants, stages } = observe(ast, { registry })
    expect([...constants].map(([{ text }, value]) => [text, value])).toEqual([['w', 16]])
    const dense = stages.find(({ stage }) => stage.kind === 'layer' && stage.name.text === 'dense')
    expect([dense?.constant('k'), dense?.constant('w'), dense?.constant('z')]).toEqual([
      16,
      16,
      undefined,
    ])
  })
})

test('editors know what every directive takes, but for one that this version does not bring', () => {
  const unknown = directives.filter((name) => directiveArguments(name) === undefined)
  expect(unknown).toEqual(['export'])
  const csv = directiveArguments('data', 'csv')
  expect(Object.keys({ ...csv?.arguments, ...csv?.options })).toEqual([
    'kind',
    'path',
    'header',
    'delimiter',
    'time',
    'group',
  ])
})

test('lexemes are tokens and comments in the order of the text', () => {
  const text = '// a\ndense 16 relu /* b */ -> dense 20%; @x.y # c'
  const seen = lexemes(text).map(({ kind, span }) => `${kind} ${text.slice(span.start, span.end)}`)
  expect(seen).toEqual([
    ...['comment // a', 'name dense', 'number 16', 'name relu', 'comment /* b */', 'arrow ->'],
    ...['name dense', 'percent 20%', 'separator ;', 'reference @x.y', 'comment # c'],
  ])
})
