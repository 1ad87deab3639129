import type { Directive, Name, Reference } from '../ast.ts'
import { type Diagnostic, diagnostic } from '../diagnostic.ts'
import { listed, quote } from '../quote.ts'
import type { Context } from './context.ts'
import type { DeclaredInput } from './inputs.ts'
import { maxRelated, unknownReference } from './name-errors.ts'
import type { Placed, Statements } from './statements.ts'

/** Whether columns and inputs find each other: with several inputs, each has columns of its own. */
export function checkFeatures(
  statements: Statements,
  declared: readonly DeclaredInput[],
  contextOf: (placed: Placed<Directive>) => Context,
): void {
  const names = new Set(declared.map(({ name }) => name.text))
  const given = new Set<string>()
  const unknown: { readonly reference: Reference; readonly context: Context }[] = []
  for (const placed of statements.directives('features')) {
    const context = contextOf(placed)
    const reference = placed.node.arguments[0]?.value
    if (reference?.kind !== 'reference') {
      given.add('')
      if (names.size > 1) context.report(withoutInput(placed.node, [...names]))
      continue
    }
    given.add(reference.name.text)
    if (!names.has(reference.name.text)) unknown.push({ reference, context })
  }
  const [data] = statements.directives('data')
  const left =
    data === undefined || names.size < 2 || given.has('')
      ? []
      : declared.map(({ name }) => name).filter(({ text }) => !given.has(text))
  for (const { reference, context } of unknown) reportUnknown(reference, names, left, context)
  // An input that is left may be the one that was meant.
  if (data === undefined || unknown.length > 0) return
  for (const name of left) contextOf(data).report(withoutFeatures(name))
}

/** `left` are the inputs for which nothing names columns. */
function reportUnknown(
  { name, span }: Reference,
  names: ReadonlySet<string>,
  left: readonly Name[],
  { report, damaged, crowded }: Context,
): void {
  if (damaged) return
  const known = crowded() ? [] : [...names]
  const related = left
    .slice(0, maxRelated)
    .map((input) => ({ span: input.span, label: 'this one has no features' }))
  report(unknownReference(span, `@${name.text}`, known, 'no input of the model', related))
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
