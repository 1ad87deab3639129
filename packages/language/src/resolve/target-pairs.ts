import type { Directive } from '../ast.ts'
import type { Edit, Report } from '../diagnostic.ts'
import type { DataFacts, DataRequest } from '../experiment.ts'
import { readTarget } from './columns.ts'
import type { Context } from './context.ts'
import { checkHead } from './losses.ts'
import { maxRelated } from './name-errors.ts'
import type { Outputs } from './outputs.ts'
import type { Placed, Statements } from './statements.ts'
import { headWithoutTarget, stratifyByNumber, targetWithoutHead } from './target-errors.ts'

interface PairOptions {
  readonly request: DataRequest | undefined
  readonly facts: DataFacts | undefined
  readonly contextOf: (placed: Placed<Directive>) => Context
}

/** Whether targets and outputs find each other: with several outputs, each target names one and each output has one. */
export function checkPairs(
  statements: Statements,
  outputs: Outputs,
  { request, facts, contextOf }: PairOptions,
): void {
  const targets = statements.directives('target')
  const named = new Set(targets.map(({ node }) => node.on?.name.text ?? ''))
  const several = !outputs.incomplete && outputs.list.length > 1
  const left = several && !named.has('') ? outputs.list.filter(({ name }) => !named.has(name)) : []
  const untrained = left.slice(0, maxRelated).map(({ span }) => ({ span, label: 'has no target' }))
  let known = true
  for (const placed of targets) {
    const { node } = placed
    const context = contextOf(placed)
    if (!checkHead(node, outputs, context, untrained)) known = false
    if (several && node.on === undefined) reportUnclear(node, outputs, context)
  }
  const data = statements.directives('data')[0] ?? targets[0]
  if (data === undefined) return
  const { report } = contextOf(data)
  checkStratify(request, facts, report)
  // An output that is left may be the one that was meant.
  if (known) for (const { name, span } of left) report(headWithoutTarget(span, name))
}

function reportUnclear(node: Directive, { list }: Outputs, context: Context): void {
  const { report } = context
  const [target] = readTarget(node, { ...context, report: () => {} })
  const last = node.arguments.at(-1)
  if (target?.name.span === undefined || last === undefined) return
  const heads = list.map(({ name }) => name)
  const { end } = last.span
  const isPlain = heads.includes(target.name.value) && node.arguments.length === 1
  const edits: Edit[] = isPlain
    ? [{ span: { start: end, end }, text: ` on @${target.name.value}` }]
    : []
  report(targetWithoutHead(target.name.span, target.name.value, heads, edits))
}

function checkStratify(
  request: DataRequest | undefined,
  facts: DataFacts | undefined,
  report: Report,
): void {
  const { span, value } = request?.split.stratify ?? {}
  if (span === undefined || value === undefined) return
  const target = facts?.targets.find(({ name }) => name === value)
  if (target?.kind === 'number') report(stratifyByNumber(span, value))
}
