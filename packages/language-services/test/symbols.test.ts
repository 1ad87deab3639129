import { expect, test } from 'vitest'
import { analyse, type DocumentSymbol, symbols } from '../src/index.ts'
import { context } from './support/seen.ts'

/** `kind name`, with what is inside behind it in braces. */
function outline(text: string): string[] {
  const shown = ({ kind, name, children }: DocumentSymbol): string =>
    `${kind} ${name}${children.length === 0 ? '' : ` { ${children.map(shown).join(', ')} }`}`
  return symbols(analyse(text, context)).map(shown)
}

test.each<[text: string, outline: string[]]>([
  ['', []],
  ['let w = 3\ninput x 4\n@x -> dense w as enc', ['constant w', 'input x', 'stage enc']],
  [
    'block cell(w, n=1) { dense w as y\n@y -> relu }',
    ['block cell { parameter w, parameter n, stage y }'],
  ],
  ['model a { dense 1 as y }\nmodel b { dense 2 }', ['model a { stage y }', 'model b']],
  ['dense 1 as p\noutput price=@p other=@p', ['stage p', 'output price', 'output other']],
  ['use "./blocks.mlp" as b', ['prefix b']],
  ['residual { dense 3 as y } as r', ['stage r { stage y }']],
  // What is broken is shown as far as it is read.
  ['block cell( { dense', ['block cell']],
])('the outline of %j', (text, expected) => {
  expect(outline(text)).toEqual(expected)
})

test('a name lies in what declares it', () => {
  const text = 'model a {\n  dense 1 as y\n}\n'
  const [model] = symbols(analyse(text, context))
  expect(model && text.slice(model.nameSpan.start, model.nameSpan.end)).toBe('a')
  expect(model && text.slice(model.span.start, model.span.end)).toBe(text.trim())
})
