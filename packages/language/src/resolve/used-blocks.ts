import { directives } from '@chainrule/core'
import type { Block, File, List, Span, Use } from '../ast.ts'
import { diagnostic, type Report } from '../diagnostic.ts'
import { quote } from '../quote.ts'
import { pathText } from './evaluate.ts'
import { declaredTwice } from './name-errors.ts'
import type { KnownBlock, Scope } from './scope.ts'
import { isReserved, type Survey } from './survey.ts'
import { blockTwice, noBlocks, unknownBlock, unusedBlock, unusedFile } from './use-errors.ts'

/** `use "./blocks.mlp"`: how the blocks of another file become known in this one. */

/** What a `use` of a file that could be read takes from it. */
export interface UsedBlocks {
  readonly node: Use
  readonly ast: File
  /** The names under which the file's own braces know its blocks. */
  readonly theirs: Scope
}

interface Wanted {
  readonly name: string
  readonly span: Span
}

const blocksOf = ({ body }: File): Block[] =>
  body.statements.filter((statement) => statement.kind === 'block')

/** The names that a `use` gives, as pipelines write them; for what looks at them before the blocks are known. */
export function namesGiven({ as, only }: Use, ast: File): string[] {
  const names = blocksOf(ast).map(({ name }) => name.text)
  const taken = only === undefined ? names : namesIn(only).map(({ name }) => name)
  return as === undefined ? taken : taken.map((name) => `${as.text}.${name}`)
}

/** The names that `only` lists. */
export function namesIn({ items }: List): Wanted[] {
  return items.flatMap((item) =>
    item.kind === 'word' ? [{ name: pathText(item.path), span: item.span }] : [],
  )
}

/**
 * Makes the blocks of a file known in a scope, and says what is wrong with how they are asked for. False where a name was
 * asked for that the file does not have: what was meant by it may stand in pipelines.
 */
export function useBlocks(
  { node, ast, theirs }: UsedBlocks,
  scope: Scope,
  report: Report,
): boolean {
  const { as, only, source } = node
  const names = blocksOf(ast).map(({ name }) => name.text)
  const isDamaged = ast.body.statements.some(({ damaged }) => damaged)
  if (as !== undefined) declarePrefix(node, scope, report)
  if (names.length === 0) {
    if (!isDamaged) report(noBlocks(source.span, source.value))
    return false
  }
  const wanted =
    only === undefined
      ? [...new Set(names)].map((name) => ({ name, span: source.span }))
      : listedOnce(only, report)
  let isWhole = true
  for (const { name, span } of wanted) {
    const block = theirs.ownBlock(name)
    if (block === undefined) {
      isWhole = false
      // One that is declared and not known is wrong itself, which was said.
      if (!isDamaged && !names.includes(name)) report(unknownBlock(span, name, source.value, names))
      continue
    }
    const called = as === undefined ? name : `${as.text}.${name}`
    const first = scope.block(called)
    if (first === undefined) scope.declareBlock(called, { ...block, given: span })
    // That a prefix is declared twice is said of it.
    else if (as === undefined || scope.prefix(as.text)?.start === as.span.start)
      report(blockTwice(span, first.given, called))
  }
  return isWhole
}

function declarePrefix({ as, source }: Use, scope: Scope, report: Report): void {
  if (as === undefined) return
  const first = scope.prefix(as.text)
  if (first === undefined) scope.declarePrefix(as)
  else if (first.start !== source.span.start)
    report(declaredTwice(as.span, first, `the prefix ${quote(as.text)}`, 'choose another'))
}

/** The items of `only`, each once. */
function listedOnce(only: List, report: Report): Wanted[] {
  if (only.items.length === 0) {
    const [message, help] = ['`only` lists no block', 'name some, or leave it out for all']
    report(diagnostic('argument-missing', only.span, { message, help }))
  }
  for (const { kind, span } of only.items) {
    if (kind === 'word' || kind === 'missing') continue
    const message = '`only` lists the names of blocks'
    report(diagnostic('argument-type', span, { message, label: 'no name' }))
  }
  const found = new Map<string, Wanted>()
  for (const item of namesIn(only)) {
    const first = found.get(item.name)
    if (first === undefined) found.set(item.name, item)
    else report(declaredTwice(item.span, first.span, `the name ${quote(item.name)}`))
  }
  return [...found.values()]
}

/** Whether it was said that a block cannot be called so. */
const isReservedBlock = ({ name }: Block): boolean =>
  isReserved(name) || directives.includes(name.text)

/** Says which blocks of a text no pipeline names: its own, those that `only` lists, all that a `use` brings. */
export function reportUnusedBlocks(
  own: readonly KnownBlock[],
  used: readonly UsedBlocks[],
  { layers }: Survey,
  report: Report,
): void {
  for (const { node } of own)
    if (!layers.has(node.name.text) && !isReservedBlock(node)) report(unusedBlock(node.name))
  for (const { node, ast } of used) {
    const prefix = node.as === undefined ? '' : `${node.as.text}.`
    const given = namesGiven(node, ast)
    if (given.length > 0 && !given.some((name) => layers.has(name)))
      report(unusedFile(node.source.span, node.source.value))
    else if (node.only !== undefined)
      for (const { name, span } of namesIn(node.only))
        if (!layers.has(`${prefix}${name}`)) report(unusedBlock({ span, text: name }))
  }
}
