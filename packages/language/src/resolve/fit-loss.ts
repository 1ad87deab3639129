/** Which loss an output gets, and whether output, loss and target fit each other. */
import {
  formatShape,
  isRows,
  type Loss,
  type Shape,
  sameShape,
  type TargetKind,
} from '@chainrule/core'
import type { Span } from '../ast.ts'
import type { Report } from '../diagnostic.ts'
import type { TargetFacts } from '../experiment.ts'
import type { Context } from './context.ts'
import { insteadOfSoftmax, lastActivation, lastLayer } from './last-layer.ts'
import type { WrittenLoss } from './losses.ts'
import type { Output } from './outputs.ts'
import { lossMismatch, targetRange, targetShape, targetWidth } from './target-errors.ts'

/** An output, and what its text and its data say of its target. */
export interface Fitting {
  readonly output: Output
  readonly facts: TargetFacts | undefined
  readonly written: WrittenLoss | undefined
  /** Where the text names the target. */
  readonly place: Span | undefined
  readonly context: Context
}

/** A loss for the kind of target that it gets here. */
export interface Fitted {
  readonly loss: Loss
  readonly kind: TargetKind
}

/** The loss of an output, and what its targets become; `undefined` where none fits, which is said. */
export function fitLoss(fitting: Fitting): Fitted | undefined {
  const { facts, written, output, context, place } = fitting
  const { shape, span } = output.origin
  if (facts === undefined) return written === undefined ? undefined : asWritten(written.loss, shape)
  if (shape !== undefined && !hasPlaces(shape, facts)) {
    context.report(targetShape(facts, formatShape(shape), span ?? output.span, place))
    return undefined
  }
  const last = shape?.at(-1)
  const width = last === undefined || isRows(last) ? undefined : last
  return facts.kind === 'number'
    ? fitNumbers(fitting, facts, width)
    : fitClasses(fitting, facts, width)
}

/** Whether an output has a line of numbers for each place of a row that has a target. */
function hasPlaces(shape: Shape, { places = [] }: TargetFacts): boolean {
  return sameShape(shape.slice(1, -1), places) && shape.length === places.length + 2
}

/** Without data the loss says what the target is; of one that takes both, an output of one number is yes or no. */
function asWritten(loss: Loss, shape: Shape | undefined): Fitted {
  const one = shape?.length === 2 && shape[1] === 1 && loss.targets.includes('binary')
  const kind = one ? 'binary' : loss.target
  return { loss: loss.forTarget(kind), kind }
}

function fitNumbers(
  fitting: Fitting,
  facts: TargetFacts,
  width: number | undefined,
): Fitted | undefined {
  const { written, context } = fitting
  if (written !== undefined && !written.loss.targets.includes('number')) {
    reportLoss(fitting, facts, written, 'number')
    return undefined
  }
  if (!hasWidth(fitting, facts, width, facts.width)) return undefined
  if (!keepsRule(fitting, facts, facts.values ?? [], facts.width)) return undefined
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
  const targets = written?.loss.targets ?? (['class', 'binary'] as const)
  const takesClasses = targets.includes('class')
  if (written !== undefined && !takesClasses && classes > 2) {
    reportLoss(fitting, facts, written, 'class')
    return undefined
  }
  const both = takesClasses && targets.length > 1
  const one = classes === 2 && (both ? width === 1 : !takesClasses)
  // Where both would do, the wrong width is mended to the one that the kind of the target suggests.
  const suggested = both && facts.kind === 'binary' && width !== 2
  if (!hasWidth(fitting, facts, width, one || suggested ? 1 : classes)) return undefined
  if (!takesClasses && !keepsRule(fitting, facts, [0, 1], 1)) return undefined
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
  // A loss that applies nothing itself compares a share with 0 and 1.
  const isShare = facts.kind !== 'number' && written !== undefined && !written.loss.applies
  const activation = right === 1 ? lastActivation(output, context.registry) : undefined
  const instead = insteadOfSoftmax(activation, isShare)
  context.report(targetWidth(facts, sizes, last, place, instead))
  return false
}

/** Whether every row's target is what the loss requires of it. */
function keepsRule(
  { written, context, place }: Fitting,
  facts: TargetFacts,
  values: ArrayLike<number>,
  width: number,
): boolean {
  const rule = written?.loss.targetRule
  if (written === undefined || rule === undefined) return true
  const rows = values.length / width
  let broken = 0
  for (let row = 0; row < rows; row++) {
    const target = Array.from({ length: width }, (_, i) => values[row * width + i] ?? 0)
    if (!rule.holds(target)) broken++
  }
  if (broken === 0) return true
  const { loss, span } = written
  context.report(targetRange(span, { name: loss.name, ...rule }, facts, { broken, rows }, place))
  return false
}

/** Losses that a message names, the usual one first. */
const maxNamed = 4

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
    .filter((name) => registry.find('loss', name)?.targets.includes(kind))
    .sort((a, b) => Number(b === usual[kind]) - Number(a === usual[kind]))
  const some = fits.slice(0, maxNamed)
  report(lossMismatch(span, { name: loss.name, isFor: isFor[loss.target] }, facts, some, place))
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
  if (written !== undefined) {
    const own = written.targets.includes(kind)
    return { loss: own ? written.forTarget(kind) : written, kind }
  }
  const name = usual[kind]
  if (registry.find('loss', name) === undefined) return undefined
  return { loss: registry.make('loss', name), kind }
}
