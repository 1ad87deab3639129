import type { Directive } from '../ast.ts'
import { type Diagnostic, diagnostic } from '../diagnostic.ts'
import { listed, quote } from '../quote.ts'
import type { Context } from './context.ts'
import type { DeclaredInput } from './inputs.ts'
import { unknownReference } from './name-errors.ts'
import type { Placed, Statements } from './statements.ts'

/** Whether columns and inputs find each other: with several inputs, each has columns of its own. */
export function checkFeatures(
  statements: Statements,
  declared: readonly DeclaredInput[],
  contextOf: (placed: Placed<Directive>) => Context,
): void {
  const names = new Set(declared.map(({ name }) => name.text))
  const given = new Set<string>()
  for (const placed of statements.directives('features')) {
    const { report, damaged, crowded } = contextOf(placed)
    const reference = placed.node.arguments[0]?.value
    if (reference?.kind !== 'reference') {
      given.add('')
      if (names.size > 1) report(withoutInput(placed.node, [...names]))
      continue
    }
    const name = reference.name.text
    given.add(name)
    if (names.has(name) || damaged) continue
    const known = crowded() ? [] : [...names]
    report(unknownReference(reference.span, `@${name}`, known, 'no input of the model'))
  }
  const [data] = statements.directives('data')
  if (data === undefined || names.size < 2 || given.has('')) return
  const { report } = contextOf(data)
  for (const { name } of declared) if (!given.has(name.text)) report(withoutFeatures(name))
}

function withoutInput({ name }: Directive, inputs: readonly string[]): Diagnostic {
  return diagnostic('features-unclear', name.span, {
    message: 'for which input are these features?',
    label: 'the model has several',
    help: `write ${listed(
      inputs.map((input) => `features @${input} […]`),
      'or',
    )}`,
  })
}

function withoutFeatures({ span, text }: DeclaredInput['name']): Diagnostic {
  return diagnostic('features-unclear', span, {
    message: `which columns go into ${quote(`@${text}`)}?`,
    label: 'nothing says so',
    help: `write \`features @${text.slice(0, 40)} [first, second]\` for each input`,
  })
}
