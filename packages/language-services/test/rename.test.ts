import { applyEdits, meaningOf, parse, resolve } from '@chainrule/language'
import { describe, expect, test } from 'vitest'
import { analyse, definition, references, renamable, rename } from '../src/index.ts'
import { context, split } from './support/seen.ts'
import { examples } from './support/texts.ts'

const analysed = (text: string) => analyse(text, context)

function renamed(marked: string, name: string): string {
  const { text, offset } = split(marked)
  const result = rename(analysed(text), offset, name)
  return 'refused' in result ? result.refused : applyEdits(text, result.edits)
}

describe('a name is changed wherever it means the same', () => {
  test.each<[cursor: string, after: string]>([
    ['dense 3 as e‸nc\n@enc -> dense 1', 'dense 3 as new\n@new -> dense 1'],
    ['dense 3 as enc\n[@enc, @e‸nc] -> add', 'dense 3 as new\n[@new, @new] -> add'],
    ['let w‸ = 3\ndense w -> dense (w * 2)', 'let new = 3\ndense new -> dense (new * 2)'],
    ['block cell(w) { dense w }\ncel‸l 3', 'block new(w) { dense w }\nnew 3'],
    [
      'let w = 1\nblock cell(w‸) { dense w }\ncell w',
      'let w = 1\nblock cell(new) { dense new }\ncell w',
    ],
    [
      'let w‸ = 1\nblock cell(w) { dense w }\ncell w',
      'let new = 1\nblock cell(w) { dense w }\ncell new',
    ],
    ['input x‸ 4\n@x -> dense 1', 'input new 4\n@new -> dense 1'],
    ['dense 1 as y\nloss mse on @y‸', 'dense 1 as new\nloss mse on @new'],
    ['dense 1 as y\noutput z‸=@y\nloss mse on @z', 'dense 1 as y\noutput new=@y\nloss mse on @new'],
    ['model m { dense 1 as y }\nloss mse on @‸y', 'model m { dense 1 as new }\nloss mse on @new'],
    [
      'embed 9 dim=2 as e\n@e -> dense 9 weights=@e‸.weight',
      'embed 9 dim=2 as new\n@new -> dense 9 weights=@new.weight',
    ],
    [
      'dense 3 as y\ndata csv "a" { target y }\n@y‸ -> relu',
      'dense 3 as new\ndata csv "a" { target y }\n@new -> relu',
    ],
    ['use "p" as at‸t\natt.heads 3', 'use "p" as new\nnew.heads 3'],
    [
      'block cell(w, rate=1) { dropout rate }\ncell 3 rate‸=2',
      'block cell(w, new=1) { dropout new }\ncell 3 new=2',
    ],
  ])('%s', (cursor, after) => {
    expect(renamed(cursor, 'new')).toBe(after)
  })

  test.each<[name: string, refused: string]>([
    ['3x', '`3x` is no name: letters, digits, `_`, and `-` between them'],
    ['repeat', '`repeat` is a word of the language'],
    ['loss', '`loss` is a word of the language'],
    ['dense', '`dense` is a layer'],
    ['w', '`w` stands in the text already'],
  ])('not to `%s`', (name, refused) => {
    expect(renamed('block cel‸l(w) { dense w }\ncell 3', name)).toBe(refused)
  })

  test('what the text does not declare keeps its name', () => {
    expect(renamed('den‸se 3', 'x')).toBe('nothing that the text declares is named here')
    expect(renamable(analysed('dense 3'), 2)).toBeUndefined()
  })
})

test('a definition is where a name is declared, references are all that name it', () => {
  const { text, offset } = split('dense 3 as enc\n@enc -> dense 1\n[@e‸nc] -> relu')
  const analysis = analysed(text)
  expect(definition(analysis, offset)).toEqual({ span: { start: 11, end: 14 } })
  expect(references(analysis, offset).map(({ start }) => start)).toEqual([11, 16, 33])
  expect(renamable(analysis, offset)).toEqual({ span: { start: 33, end: 36 }, name: 'enc' })
})

describe('a text means the same when all that it declares has other names', () => {
  test.each(examples)('%s', (_, text) => {
    let after = text
    const names = new Map<string, string>()
    for (let i = 0; ; i++) {
      const next = analysed(after).declarations.all.find(({ name }) => !/^r\d+x$/.test(name))
      if (next === undefined) break
      const name = `r${i}x`
      const result = rename(analysed(after), next.span.start, name)
      if ('refused' in result) throw new Error(result.refused)
      names.set(name, next.name)
      after = applyEdits(after, result.edits)
    }
    const meaning = (of: string): string | undefined => {
      const { experiment } = resolve(parse(of).ast, { registry: context.registry })
      return experiment && meaningOf(experiment)
    }
    const back = meaning(after)?.replaceAll(/r\d+x/g, (name) => names.get(name) ?? name)
    expect(back).toBe(meaning(text))
    const codes = (of: string) =>
      resolve(parse(of).ast, { registry: context.registry }).diagnostics.map(({ code }) => code)
    expect(codes(after)).toEqual(codes(text))
  })
})
