import { describe, expect, test } from 'vitest'
import { analyse, definition, references, rename } from '../src/index.ts'
import { context, hinted, hovered, labels, split } from './support/seen.ts'

const blocks =
  '/// Widen, narrow.\nblock cell(w, rate = 10%) { dense w relu -> dropout rate -> dense 4 }\nblock other { relu }'
const textOf = (path: string): string | undefined =>
  ({
    'blocks.mlp': blocks,
    'parts/more.mlp': 'use "../blocks.mlp" as b\nblock twice { b.cell 3 -> b.cell 5 }',
  })[path]
const files = { textOf }

describe('blocks of other files are known like those of the text', () => {
  test('they are offered, under their prefix and as far as `only` takes them', () => {
    expect(labels('use "./blocks.mlp"\n‸', files).slice(0, 8)).toEqual(
      expect.arrayContaining(['cell', 'other']),
    )
    expect(labels('use "./blocks.mlp" as b\ndense 1 -> ‸', files).slice(0, 2)).toEqual([
      'b.cell',
      'b.other',
    ])
    expect(labels('use "./blocks.mlp" only [cell]\ndense 1 -> ‸', files)).not.toContain('other')
    expect(labels('use "./blocks.mlp" only [other, ‸]', files)).toEqual(['cell'])
    expect(labels('use "./blocks.mlp" as b\nb.cell 8 ‸', files)[0]).toBe('rate')
  })

  test('a box says where they come from and what they are here', () => {
    const box = hovered('use "./blocks.mlp" as b\nb.ce‸ll 8', files)
    expect(box).toContain('b.cell w rate=10%')
    expect(box).toContain('A block of `./blocks.mlp`.\n\nWiden, narrow.')
    expect(box).toContain('parameters: `76`')
  })

  test('shapes flow through them, also where they use others', () => {
    expect(hinted('use "./blocks.mlp"\ncell 8 -> dense 2', files)).toBe(
      'use "./blocks.mlp"\n⟨[B, 4]⟩cell 8 ->⟨[B, 4]⟩ dense 2⟨[B, 2]⟩',
    )
    expect(hinted('use "./parts/more.mlp"\ntwice -> dense 2', files)).toContain('->⟨[B, 4]⟩')
    expect(hinted('use "./missing.mlp" as m\ndense 3 -> m.cell 8 -> dense 2', files)).toBe(
      'use "./missing.mlp" as m\n⟨[B, 4]⟩dense 3 ->⟨[B, 3]⟩ m.cell 8 -> dense 2',
    )
  })

  test('their definition is a place in their file, and they keep their names', () => {
    const { text, offset } = split('use "./blocks.mlp" only [cell]\nce‸ll 8 -> cell 2')
    const analysis = analyse(text, { ...context, ...files })
    const found = definition(analysis, offset)
    expect(found?.from).toBe('./blocks.mlp')
    expect(blocks.slice(found?.span.start, found?.span.end)).toBe('cell')
    expect(references(analysis, offset).map(({ start }) => start)).toEqual([25, 31, 41])
    expect(rename(analysis, offset, 'x')).toEqual({
      refused: '`cell` is declared in `./blocks.mlp`',
    })
  })
})

test('without files, names from `use` are not known, and nothing else is worse', () => {
  expect(hinted('use "./blocks.mlp"\ndense 3 -> cell 8')).toBe(
    'use "./blocks.mlp"\n⟨[B, 4]⟩dense 3 ->⟨[B, 3]⟩ cell 8',
  )
  expect(hovered('use "./blocks.mlp"\nce‸ll 8')).toBe('')
})

describe('what may be used is offered between the quotes of a `use`', () => {
  const sources = () => [
    { name: './blocks.mlp', about: 'a file of blocks' },
    { name: 'chainrule-plugin-x', about: 'a package of plugins' },
  ]
  const all = ['./blocks.mlp', 'chainrule-plugin-x']

  test.each<[cursor: string, offered: string[]]>([
    ['use "‸"', all],
    ['use "./b‸" as b\ndense 1', all],
    ['use "‸\ndense 1', all],
    ['use "chainrule-plugin-x" version="‸"', []],
    ['data csv "‸"', []],
  ])('%j', (cursor, offered) => {
    expect(labels(cursor, { sources })).toEqual(offered)
  })

  test('where the host knows of none there are none', () => {
    expect(labels('use "‸"')).toEqual([])
  })
})
