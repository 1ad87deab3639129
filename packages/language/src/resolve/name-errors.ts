import type { PluginKind } from '@chainrule/core'
import type { Name, Span } from '../ast.ts'
import { type Diagnostic, diagnostic, type RelatedSpan } from '../diagnostic.ts'
import { listed, quote } from '../quote.ts'
import { type Suggestion, suggestion } from '../suggest.ts'

/** What can be wrong with names; one builder a code. */

export function unknownPlugin(
  kind: Exclude<PluginKind, 'reader'>,
  span: Span,
  written: string,
  names: readonly string[],
): Diagnostic {
  const { help, edits } = suggestion(span, written, names)
  const article = /^[aeio]/.test(kind) ? 'an' : 'a'
  return diagnostic(`unknown-${kind}`, span, {
    message: `unknown ${kind} ${quote(written)}`,
    label: kind === 'layer' ? 'not a built-in layer' : `not ${article} ${kind}`,
    help: help.length > 0 || kind === 'layer' ? help : `there is ${listed(names)}`,
    edits,
  })
}

/** `a -> dense 1`, where a stage or an input is called `a`. */
export function referenceMeant({ span, text }: Name): Diagnostic {
  return diagnostic('missing-at-sign', span, {
    message: `${quote(text)} is referred to without \`@\``,
    label: `write ${quote(`@${text}`)}`,
    edits: [{ span: { start: span.start, end: span.start }, text: '@' }],
  })
}

/** `dense16` */
export function joinedNumber(span: Span, written: string, right: string): Diagnostic {
  return diagnostic('unknown-layer', span, {
    message: `unknown layer ${quote(written)}`,
    label: 'a space is missing before the number',
    help: `write ${quote(right)}`,
    edits: [{ span, text: right }],
  })
}

/** `prefix.name` where nothing is called `prefix`. */
export function unknownQualifier(span: Span, prefix: string, layer: string): Diagnostic {
  return diagnostic('unknown-layer', span, {
    message: `unknown layer ${quote(`${prefix}.${layer}`)}`,
    label: `no plugin is called ${quote(prefix)} here`,
    help: `a plugin is named by \`use "…" as ${prefix}\``,
  })
}

/** `yes` and `no` in other words. */
const truths: Readonly<Record<string, boolean>> = {
  ...{ yes: true, on: true, y: true, no: false, off: false, n: false },
}

function truthOf(written: string): boolean | undefined {
  const word = written.toLowerCase()
  if (word === 'true' || word === 'false') return word === 'true'
  return Object.hasOwn(truths, word) ? truths[word] : undefined
}

const mendTruth = (span: Span, truth: boolean): Suggestion => ({
  help: [`write ${quote(String(truth))}`],
  edits: [{ span, text: String(truth) }],
})

/** What stands where a constant is read. */
export interface Wanted {
  /** "`units` of `dense` must be a whole number from 1" */
  readonly text: string
  readonly type: 'number' | 'boolean' | 'other'
}

/** Where nothing is said of what is wanted, it is a number. */
export function unknownConstant(
  span: Span,
  written: string,
  candidates: readonly string[],
  wanted?: Wanted,
): Diagnostic {
  const near = suggestion(span, written, candidates)
  const { type = 'number', text } = wanted ?? {}
  const truth = type === 'boolean' ? truthOf(written) : undefined
  const declare = type === 'number' ? [`declare it: \`let ${written.slice(0, 40)} = …\``] : []
  const meant = truth === undefined ? { help: declare, edits: [] } : mendTruth(span, truth)
  return diagnostic('unknown-constant', span, {
    message: `unknown constant ${quote(written)}`,
    label: text ?? 'declared nowhere',
    ...(near.help.length > 0 ? near : meant),
  })
}

/** Other places that one message shows. */
export const maxRelated = 2

export function unknownReference(
  span: Span,
  written: string,
  candidates: readonly string[],
  label = 'neither an input nor named by `as`',
  related: readonly RelatedSpan[] = [],
): Diagnostic {
  const { help, edits } = suggestion(
    span,
    written,
    candidates.map((name) => `@${name}`),
  )
  const there =
    candidates.length === 0 ? [] : [`there is ${listed(candidates.map((name) => `@${name}`))}`]
  return diagnostic('unknown-reference', span, {
    message: `nothing is called ${quote(written)}`,
    label,
    related,
    help: help.length > 0 ? help : there,
    edits,
  })
}

/** `what` is the thing's kind in the reader's words: "the constant `width`". */
export function declaredTwice(
  again: Span,
  first: Span,
  what: string,
  help = 'leave one of them out',
): Diagnostic {
  return diagnostic('declared-twice', again, {
    message: `${what} is declared twice`,
    label: 'declared again',
    related: [{ span: first, label: 'first declared here' }],
    help,
  })
}

export function declaredBelow(use: Span, declared: Span, what: string): Diagnostic {
  return diagnostic('declared-below', use, {
    message: `${what} is used above its declaration`,
    label: 'not known yet',
    related: [{ span: declared, label: 'declared here' }],
    help: 'move the declaration up',
  })
}

export function unusedConstant({ span, text }: Name, kind: 'let' | 'parameter'): Diagnostic {
  return diagnostic('unused-constant', span, {
    message: `the ${kind === 'let' ? 'constant' : 'parameter'} ${quote(text)} is not used`,
    label: 'read nowhere',
  })
}

/** `remove` is the text that gives the name, where it can be left out. */
export function unusedName({ span, text }: Name, what: string, remove?: Span): Diagnostic {
  return diagnostic('unused-name', span, {
    message: `${what} ${quote(text)} is not used`,
    label: `nothing refers to ${quote(`@${text}`)}`,
    edits: remove === undefined ? [] : [{ span: remove, text: '' }],
  })
}

/** A reference where a number, a word or the like belongs. */
export function referenceAsValue(span: Span): Diagnostic {
  return diagnostic('argument-type', span, {
    message: 'a reference is no value',
    label: 'a number, a word or a constant belongs here',
    help: 'a reference begins a pipeline, or ties a layer: `dense 8 weights=@embed.weight`',
  })
}

/** A block that is called like a built-in layer. */
export function blockIsLayer({ span, text }: Name): Diagnostic {
  return diagnostic('declared-twice', span, {
    message: `${quote(text)} is a built-in layer`,
    label: 'a block needs a name of its own',
    help: 'choose another',
  })
}

/** A parameter of a block that is called like an option of every layer. */
export function parameterIsGeneric({ span, text }: Name): Diagnostic {
  return diagnostic('declared-twice', span, {
    message: `${quote(text)} is an option of every layer`,
    label: 'a parameter needs a name of its own',
    help: 'choose another',
  })
}

/** A block whose braces name it again, directly or by way of another. */
export function blockInItself(span: Span, block: Name): Diagnostic {
  return diagnostic('block-recursion', span, {
    message: `the block ${quote(block.text)} stands inside itself`,
    label: 'this would never end',
    related: [{ span: block.span, label: 'the block' }],
    help: 'a block may name other blocks only; for copies in a row write `repeat`',
  })
}

/** `what` completes "this version has no … yet", `help` says what to write until then. */
export function notYet(
  span: Span,
  what: string,
  help: string,
  related: readonly RelatedSpan[] = [],
): Diagnostic {
  return diagnostic('not-yet', span, {
    message: `this version has no ${what} yet`,
    label: 'part of the language; a later version brings it',
    related,
    help,
  })
}
