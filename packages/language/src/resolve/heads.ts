import { formatShape, type GraphHead, isRows, type Loss, type TargetKind } from '@chainrule/core'
import type { Directive, Span } from '../ast.ts'
import type { Report } from '../diagnostic.ts'
import type { DataFacts, DataRequest, TargetFacts } from '../experiment.ts'
import type { Context } from './context.ts'
import { judgeActivation, lastActivation, lastLayer } from './last-layer.ts'
import { readLosses, type WrittenLoss } from './losses.ts'
import type { Output, Outputs } from './outputs.ts'
import type { Placed, Statements } from './statements.ts'
import { lossMismatch, targetShape, targetWidth } from './target-errors.ts'

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
  return outputs.list.map((output) => {
    const target = targetOf(output, outputs, facts)
    const written = losses.of(output.name)
    const place = target === undefined ? undefined : places.get(target.name)
    const fitted =
      losses.incomplete && written === undefined
        ? undefined
        : fit({ output, facts: target, written, place, context })
    return headOf(output, { fitted, written, target, scaled, context })
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

interface Fitted {
  readonly loss: Loss
  readonly kind: TargetKind
}

interface Resolved {
  readonly fitted: Fitted | undefined
  readonly written: WrittenLoss | undefined
  readonly target: TargetFacts | undefined
  readonly scaled: boolean
  readonly context: Context
}

function headOf(output: Output, { fitted, written, target, scaled, context }: Resolved): Head {
  const { name, origin } = output
  const head: GraphHead = { name, from: origin.ref }
  if (fitted === undefined) return { output, head, kind: undefined, facts: target }
  const { loss, kind } = fitted
  const activation = lastActivation(output, context.registry)
  const judged = judgeActivation(activation, loss)
  if (judged !== undefined) context.report(judged)
  // An activation at the end is written with the target's own range in mind.
  const isFree = activation === undefined || activation.name === 'linear'
  const standardise = kind === 'number' && loss.target === 'number' && isFree && scaled
  return {
    output,
    head: {
      ...head,
      loss,
      ...(written?.weight === undefined ? {} : { lossWeight: written.weight }),
      ...(standardise ? { standardise } : {}),
    },
    kind,
    facts: target,
  }
}

interface Fitting {
  readonly output: Output
  readonly facts: TargetFacts | undefined
  readonly written: WrittenLoss | undefined
  /** Where the text names the target. */
  readonly place: Span | undefined
  readonly context: Context
}

/** The loss of an output, and what its targets become; `undefined` where none fits, which is said. */
function fit(fitting: Fitting): Fitted | undefined {
  const { facts, written, output, context, place } = fitting
  if (facts === undefined)
    return written === undefined ? undefined : { loss: written.loss, kind: written.loss.target }
  const { shape, span } = output.origin
  if (shape !== undefined && shape.length !== 2) {
    context.report(targetShape(facts, formatShape(shape), span ?? output.span, place))
    return undefined
  }
  const last = shape?.[1]
  const width = last === undefined || isRows(last) ? undefined : last
  return facts.kind === 'number'
    ? fitNumbers(fitting, facts, width)
    : fitClasses(fitting, facts, width)
}

function fitNumbers(
  fitting: Fitting,
  facts: TargetFacts,
  width: number | undefined,
): Fitted | undefined {
  const { written, context } = fitting
  if (written !== undefined && written.loss.target !== 'number') {
    reportLoss(fitting, facts, written, 'number')
    return undefined
  }
  if (!hasWidth(fitting, facts, width, facts.width)) return undefined
  return withLoss(written?.loss, 'number', context)
}

/** Two classes fit an output of two numbers, one for each, or of one, which is yes or no. */
function fitClasses(
  fitting: Fitting,
  facts: TargetFacts,
  width: number | undefined,
): Fitted | undefined {
  const { written, context } = fitting
  const classes = facts.kind === 'binary' ? 2 : facts.classes.length
  const wanted = written?.loss.target
  if (written !== undefined && wanted !== 'class' && classes > 2) {
    reportLoss(fitting, facts, written, 'class')
    return undefined
  }
  const one = classes === 2 && (wanted === undefined ? width === 1 : wanted !== 'class')
  // Where both would do, the wrong width is mended to the one that the kind of the target suggests.
  const suggested = wanted === undefined && facts.kind === 'binary' && width !== 2
  if (!hasWidth(fitting, facts, width, one || suggested ? 1 : classes)) return undefined
  return withLoss(written?.loss, one ? 'binary' : 'class', context)
}

function hasWidth(
  { output, context, place, written }: Fitting,
  facts: TargetFacts,
  came: number | undefined,
  right: number,
): boolean {
  if (came === undefined || came === right) return true
  const last = lastLayer(output, context.registry)
  const why = written !== undefined && right === 1 && facts.kind !== 'number'
  const sizes = { came, right, ...(why ? { loss: written.loss.name } : {}) }
  context.report(targetWidth(facts, sizes, last, place))
  return false
}

const isFor: Readonly<Record<TargetKind, string>> = {
  number: 'numbers',
  class: 'classes',
  binary: 'yes or no',
}

function reportLoss(
  { context, place }: Fitting,
  facts: TargetFacts,
  { loss, span }: WrittenLoss,
  kind: TargetKind,
): void {
  const { registry, report }: { registry: Context['registry']; report: Report } = context
  const fits = registry
    .names('loss')
    .filter((name) => registry.find('loss', name)?.target === kind)
    .sort((a, b) => Number(b === usual[kind]) - Number(a === usual[kind]))
  report(lossMismatch(span, { name: loss.name, isFor: isFor[loss.target] }, facts, fits, place))
}

const usual: Readonly<Record<TargetKind, string>> = {
  number: 'mse',
  class: 'cross-entropy',
  binary: 'binary-cross-entropy',
}

/** The written loss, or the usual one for the kind of target. */
function withLoss(
  written: Loss | undefined,
  kind: TargetKind,
  { registry }: Context,
): Fitted | undefined {
  if (written !== undefined) return { loss: written, kind }
  const name = usual[kind]
  if (registry.find('loss', name) === undefined) return undefined
  return { loss: registry.make('loss', name), kind }
}
