import { describe, expect, it } from 'vitest'
import { diagnostic } from '../../src/diagnostic.ts'
import { toJson } from '../../src/json.ts'
import { parse } from '../../src/parse.ts'
import { type RenderOptions, renderDiagnostics } from '../../src/render.ts'

const spanOf = (text: string, part: string) => {
  const start = text.indexOf(part)
  return { start, end: start + part.length }
}

const render = (text: string, part: string, more: Partial<RenderOptions> = {}) => {
  const details = { message: 'a message', label: 'a label' }
  const found = diagnostic('unexpected-token', spanOf(text, part), details)
  return renderDiagnostics([found], { text, file: 'a.mlp', ...more }).split('\n')
}

const ansi = new RegExp(`${String.fromCharCode(27)}\\[[\\d;]*m`, 'g')

describe('a diagnostic in the terminal', () => {
  it('looks as the description of the language shows it', () => {
    const text = `${'\n'.repeat(8)}dense 16 relu -> dnese 3\n`
    const found = diagnostic('unexpected-token', spanOf(text, 'dnese'), {
      message: 'unknown layer `dnese`',
      label: 'not a built-in layer, nor from "@acme/chainrule-plugin-attention"',
      help: 'did you mean `dense`?',
    })
    expect(renderDiagnostics([found], { text, file: 'iris.mlp' })).toBe(
      `error[unexpected-token]: unknown layer \`dnese\`
 --> iris.mlp:9:18
9 | dense 16 relu -> dnese 3
  |                  ^^^^^ not a built-in layer, nor from "@acme/chainrule-plugin-attention"
  = help: did you mean \`dense\`?`,
    )
  })

  it('shows places that belong to it, with dots between lines that are apart', () => {
    const text = 'a\nb\n\n\n\n\n\n\n\nc d'
    const found = diagnostic('unexpected-token', spanOf(text, 'd'), {
      message: 'a message',
      label: 'here',
      related: [
        { span: spanOf(text, 'c'), label: 'beside' },
        { span: spanOf(text, 'a'), label: 'first' },
        { span: spanOf(text, 'b'), label: 'second' },
      ],
    })
    expect(renderDiagnostics([found], { text, file: 'a.mlp' })).toBe(
      `error[unexpected-token]: a message
  --> a.mlp:10:3
 1 | a
   | - first
 2 | b
   | - second
...
10 | c d
   | - beside
   |   ^ here`,
    )
  })

  it('marks the first and the last line of a place that runs over lines', () => {
    const text = 'x f(1,\n  2,\n  3) y'
    expect(render(text, 'f(1,\n  2,\n  3)').slice(1)).toEqual([
      ' --> a.mlp:1:3',
      '1 | x f(1,',
      '  |   ^^^^',
      '...',
      '3 |   3) y',
      '  |   ^^ a label',
    ])
  })

  it.each([
    ['a tab', 'a\tb', 'b', ['1 | a   b', '  |     ^ a label']],
    ['wide characters', '"漢字" b', 'b', ['1 | "漢字" b', '  |        ^ a label']],
    ['a wide character', 'a 漢 b', '漢', ['1 | a 漢 b', '  |   ^^ a label']],
    ['combining marks', '"e\u0301" b', 'b', ['1 | "e\u0301" b', '  |     ^ a label']],
    ['an emoji', '"🙂" b', 'b', ['1 | "🙂" b', '  |      ^ a label']],
    ['control characters', 'a \u001b[31m b', 'b', ['1 | a ␛[31m b', '  |         ^ a label']],
    ['an empty place', 'a', '', ['1 | a', '  | ^ a label']],
    ['a Windows line break', 'a b\r\n', 'b', ['1 | a b', '  |   ^ a label']],
  ])('stands right under %s', (_, text, part, expected) => {
    expect(render(text, part).slice(2)).toEqual(expected)
  })

  it('shows of a long line the part round the place', () => {
    const text = `${'a '.repeat(50_000)}b ${'c '.repeat(50_000)}`
    const [, place, line = '', marks = ''] = render(text, 'b')
    expect(place).toBe(' --> a.mlp:1:100001')
    expect(line.length).toBeLessThan(180)
    expect(line.charAt(marks.indexOf('^'))).toBe('b')
  })

  it('shows no control character of the file’s name or of a message', () => {
    const text = 'dense "\u001b[2J" ='
    const { diagnostics } = parse(text)
    const shown = renderDiagnostics(diagnostics, { text, file: '\u001b]0;x\u0007.mlp' })
    expect(shown.replaceAll('\n', '')).toMatch(/^\P{Cc}+$/u)
  })

  it('is coloured only where that is asked for', () => {
    const [head = ''] = render('a', 'a', { color: true })
    expect(head.startsWith('\u001b[31;1merror[unexpected-token]\u001b[0m')).toBe(true)
    const plain = render('a b', 'b')
    const coloured = render('a b', 'b', { color: true })
    expect(coloured.join('\n').replaceAll(ansi, '')).toBe(plain.join('\n'))
  })
})

describe('a diagnostic as JSON', () => {
  it('has lines, columns and offsets, and its edits', () => {
    const text = 'relu\n"🙂" → dense .5'
    const { diagnostics } = parse(text)
    expect(toJson(diagnostics, { text, file: 'a.mlp' })[1]).toEqual({
      severity: 'error',
      code: 'foreign-arrow',
      message: '`→` is not the arrow of the language',
      file: 'a.mlp',
      start: { line: 2, column: 5, offset: 10 },
      end: { line: 2, column: 6, offset: 11 },
      label: 'layers are joined by `->`',
      related: [],
      help: ['write `->`'],
      edits: [
        {
          file: 'a.mlp',
          start: { line: 2, column: 5, offset: 10 },
          end: { line: 2, column: 6, offset: 11 },
          text: '->',
        },
      ],
    })
  })
})
