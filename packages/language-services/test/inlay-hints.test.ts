import { describe, expect, test } from 'vitest'
import { analyse, inlayHints } from '../src/index.ts'
import { context, hinted } from './support/seen.ts'
import { examples, textOf } from './support/texts.ts'

describe('shapes are shown where tensors flow', () => {
  test.each<[text: string, shown: string]>([
    ['dense 16 relu -> dense 3', '⟨[B, 4]⟩dense 16 relu ->⟨[B, 16]⟩ dense 3⟨[B, 3]⟩'],
    [
      'input image 28x28x1\n@image -> conv 8 3x3 -> flatten -> dense 10',
      'input image 28x28x1\n@image ->⟨[B, 28, 28, 1]⟩ conv 8 3x3 ->⟨[B, 26, 26, 8]⟩ flatten ->⟨[B, 5408]⟩ dense 10⟨[B, 10]⟩',
    ],
    // While the next layer is still to be written.
    ['dense 16 relu -> ', '⟨[B, 4]⟩dense 16 relu ->⟨[B, 16]⟩ '],
    ['dense 16 relu ->\nloss mse', '⟨[B, 4]⟩dense 16 relu ->⟨[B, 16]⟩\nloss mse'],
    ['dense 16 -> dnese 3 -> dense 1', '⟨[B, 4]⟩dense 16 ->⟨[B, 16]⟩ dnese 3 -> dense 1'],
    ['dense 16 relu 7 -> dense 3', '⟨[B, 4]⟩dense 16 relu 7 -> dense 3'],
    // What is wrong elsewhere does not matter.
    [
      'dense 8 -> dense 3\nloss unheard of',
      '⟨[B, 4]⟩dense 8 ->⟨[B, 8]⟩ dense 3⟨[B, 3]⟩\nloss unheard of',
    ],
    [
      'branch { dense 3; dense 5 } -> concat',
      '⟨[B, 4]⟩branch { dense 3⟨[B, 3]⟩; dense 5⟨[B, 5]⟩ } ->⟨[B, 3], [B, 5]⟩ concat⟨[B, 8]⟩',
    ],
    [
      'repeat 2 { dense 4 -> relu }',
      '⟨[B, 4]⟩repeat 2 { dense 4 ->⟨[B, 4]⟩ relu⟨[B, 4]⟩ }⟨[B, 4]⟩',
    ],
    // Read with several shapes: the first, and a mark.
    [
      'block cell(w) { dense w -> relu }\ncell 8 -> cell 2',
      'block cell(w) { dense w ->⟨[B, 8] …⟩ relu⟨[B, 8] …⟩ }\n⟨[B, 4]⟩cell 8 ->⟨[B, 8]⟩ cell 2⟨[B, 2]⟩',
    ],
    [
      'dense 3 /* -> */ -> dense 1 // -> no',
      '⟨[B, 4]⟩dense 3 /* -> */ ->⟨[B, 3]⟩ dense 1⟨[B, 1]⟩ // -> no',
    ],
    ['dense 4 as a\n@a -> dense 2', '⟨[B, 4]⟩dense 4 as a⟨[B, 4]⟩\n@a ->⟨[B, 4]⟩ dense 2⟨[B, 2]⟩'],
    ['lstm 3 -> dense 1', '⟨[B, 4]⟩lstm 3 -> dense 1'],
  ])('%s', (text, shown) => {
    expect(hinted(text)).toBe(shown)
  })

  test('without facts and without `input` nothing is known', () => {
    expect(hinted('dense 16 -> dense 1', { facts: undefined })).toBe('dense 16 -> dense 1')
  })

  test('all shapes of a piece that is used several times are in the tooltip', () => {
    const hints = inlayHints(
      analyse('block cell(w) { dense w -> relu }\ncell 8 -> cell 2', context),
    )
    expect(hints[0]).toEqual({
      offset: 26,
      label: '[B, 8] …',
      at: 'arrow',
      tooltip: '[B, 8]\n[B, 2]',
    })
  })

  test('of several models all have shapes, or the one that is asked for', () => {
    const text = 'model a { dense 3 -> dense 2 }\nmodel b { dense 5 -> dense 2 }'
    expect(hinted(text)).toContain('->⟨[B, 3]⟩')
    expect(hinted(text)).toContain('->⟨[B, 5]⟩')
    expect(hinted(text, { model: 'b' })).toContain('->⟨[B, 5]⟩')
    expect(hinted(text, { model: 'b' })).not.toContain('->⟨[B, 3]⟩')
  })
})

describe('while a text is written, the shapes before the cursor stay', () => {
  test.each(examples)('%s', (_, text) => {
    const known = { ...context, textOf }
    const whole = analyse(text, known)
    // Of a block nothing is known until something calls it, and what ends a pipeline may go on.
    const blocks = whole.ast.body.statements.filter(({ kind }) => kind === 'block')
    const lasting = inlayHints(whole).filter(
      ({ at, offset }) =>
        at !== 'output' && !blocks.some(({ span }) => span.start <= offset && offset <= span.end),
    )
    for (const { span } of whole.lexemes)
      for (const end of [span.start + 1, span.end]) {
        const hints = inlayHints(analyse(text.slice(0, end), known))
        const expected = lasting.filter(({ offset }) => offset < end)
        expect(hints).toEqual(expect.arrayContaining(expected))
      }
  })
})
