import type { Directive, Reference, Span } from '../ast.ts'
import { type Diagnostic, diagnostic, type Edit, type Report } from '../diagnostic.ts'
import { listed, quote } from '../quote.ts'
import { maxRelated } from './name-errors.ts'
import type { Outputs } from './outputs.ts'
import type { Statements } from './statements.ts'

/** `on @k`, where `k` is the name of a stage that `output` does not list, or lists under another name. */

/** Says of each such name once what is wrong, however many directives have it. */
export function reportInnerNames(
  statements: Statements,
  { list, names, inner, incomplete }: Outputs,
  report: Report,
): void {
  if (incomplete) return
  const uses = new Map<string, Reference[]>()
  for (const directive of ['target', 'loss', 'metrics'])
    for (const { node } of statements.directives(directive)) collect(node, uses)
  const outputs = list.map(({ name }) => name)
  const [output] = statements.directives('output')
  for (const [name, places] of uses) {
    const found = names.has(name) ? undefined : inner(name)
    if (found === undefined) continue
    report(
      found.output === undefined
        ? notListed(name, places, outputs, output?.node)
        : listedOtherwise(name, places, found.output),
    )
  }
}

function collect({ on }: Directive, uses: Map<string, Reference[]>): void {
  if (on === undefined) return
  const places = uses.get(on.name.text) ?? []
  uses.set(on.name.text, [...places, on])
}

/** The first place, and some of the others. */
function placed(places: readonly Reference[]): {
  readonly span: Span
  readonly related: Diagnostic['related']
} {
  const [first, ...others] = places.map(({ span }) => span)
  return {
    span: first ?? { start: 0, end: 0 },
    related: others.slice(0, maxRelated).map((span) => ({ span, label: 'here too' })),
  }
}

function notListed(
  name: string,
  places: readonly Reference[],
  outputs: readonly string[],
  output: Directive | undefined,
): Diagnostic {
  const { span, related } = placed(places)
  const end = output?.arguments.at(-1)?.span.end
  const text = `${name}=@${name}`
  const edits: Edit[] = end === undefined ? [] : [{ span: { start: end, end }, text: ` ${text}` }]
  return diagnostic('unknown-reference', span, {
    message: `${quote(`@${name}`)} is no output of the model`,
    label: `${outputs.length === 1 ? 'its output is' : 'its outputs are'} ${listed(outputs.map((each) => `@${each}`))}`,
    related,
    help: `list it: ${quote(`output ${text}`)}`,
    edits,
  })
}

function listedOtherwise(name: string, places: readonly Reference[], output: string): Diagnostic {
  const { span, related } = placed(places)
  return diagnostic('unknown-reference', span, {
    message: `${quote(`@${name}`)} is no output of the model`,
    label: `${quote('output')} calls it ${quote(output)}`,
    related,
    help: `write ${quote(`@${output}`)}`,
    edits: places.map((place) => ({ span: place.span, text: `@${output}` })),
  })
}
