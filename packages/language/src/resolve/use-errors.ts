import type { Name, Span, Use } from '../ast.ts'
import { type Diagnostic, diagnostic } from '../diagnostic.ts'
import { namesFile } from '../link.ts'
import { listed, quote } from '../quote.ts'
import { suggestion } from '../suggest.ts'
import type { ModelPart } from './models.ts'

/** What can be wrong with the files that a text uses, and with several models; one builder a code. */

export function useWithoutFiles(node: Use): Diagnostic {
  const wanted = namesFile(node) ? 'no other file' : 'no plugin'
  const instead = namesFile(node)
    ? 'or write the blocks into the text itself'
    : 'or hand the plugins over: `load(text, { registry })`'
  return diagnostic('use-without-files', node.source.span, {
    message: `this text stands in no file, so ${wanted} is found from it`,
    label: 'not read',
    help: ["`loadFile('model.mlp')` of `chainrule/node` reads a file with what it uses", instead],
  })
}

/** For what stands behind `use` beside `as` and `only`. */
export function useOptionUnknown(span: Span, node: Use): Diagnostic {
  const message = namesFile(node)
    ? 'a file of blocks takes `as` and `only`, and nothing else'
    : 'a plugin takes `version=`, `as` and `only`, and nothing else'
  return diagnostic('argument-unknown', span, { message, label: 'not known' })
}

/** For a `version` that is no text, as a number is none. */
export function useVersion(span: Span): Diagnostic {
  return diagnostic('argument-type', span, {
    message: '`version` of a plugin must be a text',
    label: 'not a text',
    help: 'write a range of versions as npm does: `version="^2.1"`',
  })
}

/** An item of `only`. */
export function unknownBlock(
  span: Span,
  written: string,
  file: string,
  names: readonly string[],
): Diagnostic {
  const { help, edits } = suggestion(span, written, names)
  return diagnostic('unknown-block', span, {
    message: `${quote(file)} has no block ${quote(written)}`,
    label: 'declared nowhere in that file',
    help: help.length > 0 ? help : `there is ${listed(names)}`,
    edits,
  })
}

export function noBlocks(span: Span, file: string): Diagnostic {
  return diagnostic('unknown-block', span, {
    message: `${quote(file)} has no blocks`,
    label: 'nothing to use',
    help: 'a file is used for its blocks: `block NAME { … }`',
  })
}

/** Two files, or a file and the text itself, give one name. */
export function blockTwice(again: Span, first: Span, name: string): Diagnostic {
  return diagnostic('declared-twice', again, {
    message: `a second block is called ${quote(name)}`,
    label: 'given again',
    related: [{ span: first, label: 'first given here' }],
    help: 'a prefix tells them apart: `use "…" as NAME`, then `NAME.block`; `only [a, b]` takes a few',
  })
}

export function unusedBlock({ span, text }: Pick<Name, 'span' | 'text'>): Diagnostic {
  return diagnostic('unused-block', span, {
    message: `the block ${quote(text)} is not used`,
    label: 'no pipeline names it',
  })
}

export function unusedFile(span: Span, file: string): Diagnostic {
  return diagnostic('unused-block', span, {
    message: `no block of ${quote(file)} is used`,
    label: 'no pipeline names one',
  })
}

export function modelUnclear(parts: readonly ModelPart[]): Diagnostic {
  const [first, second = first, ...rest] = parts
  if (first === undefined || second === undefined) throw new Error('internal: no models')
  const labelOf = ({ name, node }: ModelPart): string =>
    node === undefined
      ? `pipelines outside of braces are the model ${quote(name)}`
      : `the model ${quote(name)}`
  return diagnostic('model-unclear', second.span, {
    message: `this file holds ${parts.length} models: ${listed(parts.map(({ name }) => name))}`,
    label: labelOf(second),
    related: [first, ...rest].map((part) => ({ span: part.span, label: labelOf(part) })),
    help: `choose one by \`--model ${first.name}\`, in the library by \`load(text, { model: '${first.name}' })\``,
  })
}
