import type { GraphHead, TargetKind } from '@chainrule/core'
import type { Directive, Span } from '../ast.ts'
import type { DataFacts, DataRequest, TargetFacts } from '../experiment.ts'
import { classWeightsOf } from './class-weights.ts'
import type { Context } from './context.ts'
import { type Fitted, fitLoss } from './fit-loss.ts'
import { constantOutput, judgeActivation, lastActivation } from './last-layer.ts'
import { readLosses, type WrittenLoss } from './losses.ts'
import type { Output, Outputs } from './outputs.ts'
import type { Placed, Statements } from './statements.ts'
import { unreachableTarget } from './unreachable-target.ts'

/** An output with what it is trained for. */
export interface Head {
  readonly output: Output
  readonly head: GraphHead
  /** What its targets are; missing where neither data nor a loss say. */
  readonly kind: TargetKind | undefined
  readonly facts: TargetFacts | undefined
}

export interface HeadOptions {
  readonly request: DataRequest | undefined
  readonly facts: DataFacts | undefined
  readonly contextOf: (placed: Pick<Placed<Directive>, 'scope'>) => Context
}

/** Gives every output its loss, and checks output, loss and target against each other. */
export function resolveHeads(
  statements: Statements,
  outputs: Outputs,
  { request, facts, contextOf }: HeadOptions,
): Head[] {
  const losses = readLosses(statements, outputs, contextOf)
  const scope = statements.scopes[0]
  if (scope === undefined) return []
  const context = contextOf({ scope })
  const places = placesOf(request)
  const scaled = request?.scale.value !== 'none'
  const weighted = new Set(
    request?.targets.flatMap(({ head, weight }) => (weight === undefined ? [] : [head])),
  )
  return outputs.list.map((output) => {
    const target = targetOf(output, outputs, facts)
    const written = losses.of(output.name)
    const place = target === undefined ? undefined : places.get(target.name)
    const fitted =
      losses.incomplete && written === undefined
        ? undefined
        : fitLoss({ output, facts: target, written, place, context })
    const weighs = weighted.has(output.name) || weighted.has(undefined)
    return headOf(output, { fitted, written, target, place, scaled, weighs, context })
  })
}

function targetOf(
  { name }: Output,
  { list }: Outputs,
  facts: DataFacts | undefined,
): TargetFacts | undefined {
  const own = facts?.targets.find(({ head }) => head === name)
  if (own !== undefined || list.length > 1) return own
  return facts?.targets.find(({ head }) => head === undefined)
}

/** Where the text names its targets. */
function placesOf(request: DataRequest | undefined): Map<string, Span | undefined> {
  return new Map(request?.targets.map(({ name }) => [name.value, name.span]))
}

interface Resolved {
  readonly fitted: Fitted | undefined
  readonly written: WrittenLoss | undefined
  readonly target: TargetFacts | undefined
  /** Where the text names the target. */
  readonly place: Span | undefined
  readonly scaled: boolean
  /** Whether a column says how much each row counts. */
  readonly weighs: boolean
  readonly context: Context
}

function headOf(output: Output, resolved: Resolved): Head {
  const { fitted, written, target, place, scaled, weighs, context } = resolved
  const { name, origin } = output
  const head: GraphHead = { name, from: origin.ref }
  const { registry } = context
  const activation = lastActivation(output, registry)
  if (fitted === undefined) {
    const isUnjudged = written === undefined && target === undefined
    const constant = isUnjudged ? constantOutput(output, activation, undefined) : undefined
    if (constant !== undefined) context.report(constant)
    return { output, head, kind: undefined, facts: target }
  }
  const { loss, kind } = fitted
  const judged =
    judgeActivation(activation, loss) ??
    (kind === 'number'
      ? unreachableTarget({ output, loss, target, place, registry })
      : undefined) ??
    constantOutput(output, activation, kind)
  if (judged !== undefined) context.report(judged)
  // An activation at the end is written with the target's own range in mind.
  const isFree = activation === undefined || activation.name === 'linear'
  const own = loss.standardises === false
  const standardise = kind === 'number' && loss.target === 'number' && isFree && scaled && !own
  return {
    output,
    head: {
      ...head,
      loss,
      ...(written?.weight === undefined ? {} : { lossWeight: written.weight }),
      ...(standardise ? { standardise } : {}),
      ...(weighs ? { weighted: true } : {}),
      ...classWeights(resolved, fitted),
      ...(target === undefined || kind === 'number' ? {} : { classes: target.classes }),
    },
    kind,
    facts: target,
  }
}

function classWeights(
  { written, target, context }: Resolved,
  { loss, kind }: Fitted,
): Pick<GraphHead, 'classWeights'> {
  if (written?.classWeights === undefined) return {}
  const of = { loss: loss.name, isClasses: kind !== 'number' }
  const weights = classWeightsOf(written.classWeights, of, target, context)
  return weights === undefined ? {} : { classWeights: weights }
}
