import { type Loss, type lossOptions, number, optional } from '@chainrule/core'
import type { Directive, Span } from '../ast.ts'
import { diagnostic, type RelatedSpan } from '../diagnostic.ts'
import { quote } from '../quote.ts'
import { maxSuggested } from '../suggest.ts'
import { type ClassWeights, classWeightsField, type WrittenClassWeights } from './class-weights.ts'
import type { Context } from './context.ts'
import { declaredTwice, unknownReference } from './name-errors.ts'
import type { Outputs } from './outputs.ts'
import { readPlugin } from './plugins.ts'
import type { Placed, Statements } from './statements.ts'

/** A loss as it is written. */
export interface WrittenLoss {
  readonly loss: Loss
  /** λ in L = Σ λ_head L_head. */
  readonly weight: number | undefined
  readonly classWeights: WrittenClassWeights | undefined
  /** The name of the loss in the text. */
  readonly span: Span
}

/** The written losses: by output, and the one for all others. */
export interface WrittenLosses {
  of(output: string): WrittenLoss | undefined
  /** Something in them is wrong, which was said. */
  readonly incomplete: boolean
}

/** `loss huber delta=1.5 weight=0.3 on @price`, `loss cross-entropy class-weights=balanced` */
export function readLosses(
  statements: Statements,
  outputs: Outputs,
  contextOf: (placed: Placed<Directive>) => Context,
): WrittenLosses {
  const nodes = new Map<string, Directive>()
  const losses = new Map<string, WrittenLoss>()
  let incomplete = false
  for (const placed of statements.directives('loss')) {
    const { node } = placed
    const context = contextOf(placed)
    const head = node.on?.name.text ?? ''
    const first = nodes.get(head)
    if (first !== undefined) {
      const what = head === '' ? '`loss`' : `the loss of ${quote(`@${head}`)}`
      context.report(declaredTwice(node.name.span, first.name.span, what))
      continue
    }
    nodes.set(head, node)
    checkHead(node, outputs, context)
    const loss = readLoss(node, context)
    if (loss === undefined) incomplete = true
    else losses.set(head, loss)
  }
  return { of: (output) => losses.get(output) ?? losses.get(''), incomplete }
}

/** Says so where no output has the name that `on` gives. */
export function checkHead(
  { on }: Directive,
  { list, names, inner, incomplete }: Outputs,
  { report, crowded }: Context,
  related: readonly RelatedSpan[] = [],
): boolean {
  if (on === undefined || names.has(on.name.text)) return true
  if (incomplete) return false
  // Of a stage that has the name, and is no output, `reportInnerNames` tells once.
  if (inner(on.name.text) !== undefined) return false
  const heads = crowded() ? [] : list.slice(0, maxSuggested).map(({ name }) => name)
  report(unknownReference(on.span, `@${on.name.text}`, heads, 'no output of the model', related))
  return false
}

export const lossFields = {
  weight: optional(number({ from: 0 })),
  'class-weights': classWeightsField,
} satisfies Record<(typeof lossOptions)[number], unknown>

function readLoss(node: Directive, context: Context): WrittenLoss | undefined {
  if (node.damaged) return undefined
  const [first, ...following] = node.arguments
  if (first === undefined || first.name !== undefined) {
    const message = '`loss` needs the name of a loss'
    const help = 'such as `loss mse` or `loss cross-entropy`'
    context.report(diagnostic('argument-missing', first?.span ?? node.name.span, { message, help }))
    return undefined
  }
  const read = readPlugin('loss', first.value, context, { extra: lossFields, following })
  if (read === undefined) return undefined
  const { weight, 'class-weights': value, ...config } = read.config
  const { span, written } = read
  return {
    loss: read.plugin.with(config),
    weight: weight as number | undefined,
    classWeights:
      value === undefined
        ? undefined
        : {
            value: value as ClassWeights,
            span: written.get('class-weights')?.value.span ?? span,
          },
    span,
  }
}
