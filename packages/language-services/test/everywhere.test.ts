import { parse, SourceText, walk } from '@chainrule/language'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  analyse,
  type Completion,
  completions,
  highlight,
  hover,
  inlayHints,
  signatureHelp,
} from '../src/index.ts'
import { context } from './support/seen.ts'
import { examples } from './support/texts.ts'

/** Asks everything at an offset, and takes one of what is offered. */
function ask(text: string, offset: number, analysis = analyse(text, context)): void {
  hover(analysis, offset)
  signatureHelp(analysis, offset)
  const offered = completions(analysis, offset)
  const one = offered[offset % Math.max(1, offered.length)]
  if (one === undefined) return
  const found = whatIsNamed(text, one)
  if (!found.includes(one.label) && isOddBeside(text, one)) return
  expect(found, shown(text, one)).toContain(one.label)
}

/** Whether something that is wrong stands on the line of what was taken, which may then be read as a part of that. */
function isOddBeside(text: string, { edit }: Completion): boolean {
  const source = new SourceText(text)
  const line = source.lineAt(edit.span.start)
  return [text, closed(text)].some((each) =>
    parse(each).diagnostics.some(
      ({ span, severity }) =>
        severity === 'error' &&
        source.lineAt(span.start) <= line &&
        source.lineAt(span.end) + 1 >= line,
    ),
  )
}

const closing: Readonly<Record<string, string>> = { '{': '}', '[': ']', '(': ')' }

/** With its brackets closed: of an open one the parser tells in the place of what is wrong behind it. */
function closed(text: string): string {
  let whole = text
  for (let rest = 8; rest > 0; rest--) {
    const open = parse(whole).diagnostics.find(({ code }) => code === 'unclosed-bracket')
    if (open === undefined) break
    whole += `\n${closing[whole.charAt(open.span.start)] ?? ''}`
  }
  return whole
}

const shown = (text: string, { kind, label, edit }: Completion): string =>
  `${kind} \`${label}\` at ${edit.span.start} of\n${text}`

/** What the parser reads where a completion was taken: names of what it may be there. */
function whatIsNamed(text: string, { kind, edit }: Completion): string[] {
  const { span } = edit
  const after = text.slice(0, span.start) + edit.text + text.slice(span.end)
  const start = span.start + edit.text.length - edit.text.trimStart().length
  if (kind === 'operator') return [after.slice(start, start + 2)]
  const found: string[] = []
  const lexeme = analyse(after, context).lexemes.find((each) => each.span.start === start)
  if (lexeme !== undefined) {
    if (lexeme.kind === kind || lexeme.kind === 'percent' || lexeme.kind === 'number')
      found.push(after.slice(lexeme.span.start, lexeme.span.end))
  }
  walk(parse(after).ast, (node) => {
    const isHere = node.span.start === start
    if (node.kind === 'text' && (isHere || node.span.start === start - 1)) found.push(node.value)
    if (!isHere) return
    if (node.kind === 'layer') {
      const { qualifier, name } = node
      found.push(qualifier === undefined ? name.text : `${qualifier.text}.${name.text}`)
    }
    if (node.kind === 'argument' && node.name !== undefined) found.push(node.name.text)
    if (node.kind === 'word' || node.kind === 'call')
      found.push(node.path.map(({ text: part }) => part).join('.'))
    if (node.kind === 'reference') found.push(`@${node.name.text}`)
    if (node.kind === 'negation') found.push(after.slice(start, node.span.end))
    if (node.kind === 'truth' || node.kind === 'number') found.push(String(node.value))
  })
  return found
}

describe('at every offset of every example nothing throws, and what is offered is read as what it names', () => {
  test.each(examples)('%s', (_, text) => {
    const analysis = analyse(text, context)
    for (let offset = 0; offset <= text.length; offset++) ask(text, offset, analysis)
  })
})

/** An example that is broken off somewhere, or has lost, doubled or gained a piece. */
const broken = fc
  .record({
    example: fc.constantFrom(...examples.map(([, text]) => text)),
    from: fc.nat(),
    length: fc.integer({ min: 0, max: 12 }),
    put: fc.constantFrom(
      '',
      '',
      '(',
      ')',
      '{',
      '}',
      '[',
      ']',
      '->',
      '"',
      '@',
      '=',
      ',',
      '\n',
      '/*',
      ' x ',
      '->\n',
      '.',
      '%',
    ),
    isCut: fc.boolean(),
    at: fc.nat(),
  })
  .map(({ example, from, length, put, isCut, at }) => {
    const start = from % (example.length + 1)
    const text = example.slice(0, start) + put + (isCut ? '' : example.slice(start + length))
    // The cursor stands near what is wrong.
    return { text, offset: Math.min(text.length, Math.max(0, start + (at % 24) - 12)) }
  })

test('near what is broken nothing throws, and what is offered is read as what it names', () => {
  fc.assert(
    fc.property(broken, ({ text, offset }) => {
      ask(text, offset)
      inlayHints(analyse(text, context))
      highlight(text)
    }),
    { numRuns: 3000 },
  )
})

test('any text at all is taken', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), fc.nat(), (text, at) => {
      ask(text, at % (text.length + 1))
      inlayHints(analyse(text, context))
      highlight(text)
    }),
    { numRuns: 300 },
  )
})
