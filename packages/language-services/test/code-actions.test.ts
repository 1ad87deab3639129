import { applyEdits, type Diagnostic, dataRequest, parse, resolve } from '@chainrule/language'
import { describe, expect, test } from 'vitest'
import { codeActions } from '../src/index.ts'
import { registry } from './support/registry.ts'
import { split } from './support/seen.ts'

function diagnosed(text: string): Diagnostic[] {
  const { ast, diagnostics } = parse(text)
  return [
    ...diagnostics,
    ...dataRequest(ast, { registry }).diagnostics,
    ...resolve(ast, { registry }).diagnostics,
  ]
}

/** What a menu at the cursor offers, and the text after each. */
function offered(marked: string): string[] {
  const { text, offset } = split(marked)
  const actions = codeActions(text, diagnosed(text), { start: offset, end: offset })
  return actions.map(({ title, edits }) => `${title}: ${applyEdits(text, edits)}`)
}

describe('a menu says what would be written', () => {
  test.each<[cursor: string, menu: readonly string[]]>([
    ['dne‸se 16', ['Write `dense` for `dnese`: dense 16']],
    ['dense(‸16, relu)', ['Write `16 relu` for `(16, relu)`: dense 16 relu']],
    ['dense 16 dro‸pout 20%', ['Insert `->`: dense 16 -> dropout 20%']],
    ['-‸> dense 16', ['Remove `->`: dense 16']],
    ['dropout 20 ‸%', ['Remove the blank: dropout 20%']],
    ['dense 16 ‸→ dense 1', ['Write `->` for `→`: dense 16 -> dense 1']],
    ['dense 16 \u200B‸relu', ['Remove `�`: dense 16 relu']],
    [
      'dne‸se 16 → dense 1',
      ['Write `dense` for `dnese`: dense 16 → dense 1', 'Mend all 2: dense 16 -> dense 1'],
    ],
    ['dnese 16 -> dense ‸1', []],
    ['dense ‸16', []],
  ])('%s', (cursor, menu) => {
    expect(offered(cursor)).toEqual(menu)
  })
})

test('an edit in another file is not offered', () => {
  const edits = [{ span: { start: 50, end: 51 }, text: 'x' }]
  const found = { code: 'x', message: 'x', span: { start: 0, end: 1 }, edits }
  expect(codeActions('dense 1', [found], { start: 0, end: 1 })).toEqual([])
})
