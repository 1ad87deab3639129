import type { Loss, Registry, TargetKind } from '@chainrule/core'
import type { Argument, Span } from '../ast.ts'
import type { Diagnostic, Edit } from '../diagnostic.ts'
import { activationName, type Made } from './flow.ts'
import type { Output } from './outputs.ts'
import {
  activationBeforeLoss,
  type Instead,
  type LastLayer,
  softmaxOfOne,
  squeezedLogits,
} from './target-errors.ts'

/** The layer that decides the size of an output: the last one that is no activation. */
export function lastLayer({ origin, span }: Output, registry: Registry): LastLayer {
  let made = origin.made
  while (made !== undefined && isActivation(made, registry)) made = made.inputs[0]?.made
  if (made === undefined) return { name: '', span, units: undefined }
  const { stage, layer, written } = made
  return { name: layer.name, span: stage.span, units: written.get('units') }
}

const isActivation = ({ layer }: Made, registry: Registry): boolean =>
  registry.find('activation', layer.name) !== undefined

/** The activation that an output has passed last. */
export interface LastActivation {
  readonly name: string
  readonly span: Span
  /** Whether `span` is its name; else it is that of the layer, which has it without being told. */
  readonly isWritten: boolean
  /** Takes it out of the text. */
  readonly edits: readonly Edit[]
}

export function lastActivation(
  { origin, end }: Output,
  registry: Registry,
): LastActivation | undefined {
  const { made } = origin
  if (made === undefined) return undefined
  const { stage } = made
  if (isActivation(made, registry)) {
    const stages = end?.pipeline.stages ?? []
    const before = stages[stages.indexOf(stage) - 1]
    const canGo = before?.kind === 'layer' && stage.as === undefined
    const edits = canGo ? [{ span: { start: before.span.end, end: stage.span.end }, text: '' }] : []
    return { name: made.layer.name, span: stage.name.span, isWritten: true, edits }
  }
  const name = activationName(made)
  if (name === undefined || name === 'linear') return undefined
  const argument = made.written.get('activation')
  if (argument === undefined) return { name, span: stage.name.span, isWritten: false, edits: [] }
  const { span } = argument.value
  return { name, span, isWritten: true, edits: [removal(argument, made)] }
}

/** An argument with the space before it. */
function removal(argument: Argument, { stage }: Made): Edit {
  const before = stage.arguments[stage.arguments.indexOf(argument) - 1]
  const start = (before ?? stage.name).span.end
  return { span: { start, end: argument.span.end }, text: '' }
}

const probabilities: readonly string[] = ['softmax', 'sigmoid']

/** What is to be said of an activation before a loss that takes any number. */
export function judgeActivation(
  activation: LastActivation | undefined,
  loss: Loss,
): Diagnostic | undefined {
  const { applies } = loss
  if (activation === undefined || applies === undefined) return undefined
  const { name, span, edits } = activation
  if (name === 'linear') return undefined
  // Either of the two is meant to do what the loss does.
  if (probabilities.includes(name) && applies.some((each) => probabilities.includes(each)))
    return activationBeforeLoss(span, name, loss.name, edits)
  return squeezedLogits(span, name, loss.name, edits)
}

/** What stands at the end of one number instead of a softmax: `sigmoid` where that is a share, else nothing. */
export function insteadOfSoftmax(
  activation: LastActivation | undefined,
  isShare: boolean,
): Instead | undefined {
  if (activation?.name !== 'softmax') return undefined
  const { span, isWritten, edits } = activation
  return isShare
    ? { word: 'sigmoid', edits: isWritten ? [{ span, text: 'sigmoid' }] : [] }
    : { word: undefined, edits }
}

/** An output that is 1 whatever comes in. */
export function constantOutput(
  { origin }: Output,
  activation: LastActivation | undefined,
  kind: TargetKind | undefined,
): Diagnostic | undefined {
  const instead = insteadOfSoftmax(activation, kind !== 'number')
  if (activation === undefined || instead === undefined || origin.shape?.at(-1) !== 1)
    return undefined
  return softmaxOfOne(activation.span, instead)
}

/** The same of a layer that another follows. */
export function constantLayer(made: Made, registry: Registry): Diagnostic | undefined {
  const shape = made.shapes?.['h']
  if (shape?.at(-1) !== 1) return undefined
  const { stage } = made
  if (made.layer.name === 'softmax' && isActivation(made, registry))
    return softmaxOfOne(stage.name.span, sigmoidAt(stage.name.span))
  if (activationName(made) !== 'softmax') return undefined
  const written = made.written.get('activation')?.value.span
  return softmaxOfOne(written ?? stage.name.span, sigmoidAt(written))
}

const sigmoidAt = (span: Span | undefined): Instead => ({
  word: 'sigmoid',
  edits: span === undefined ? [] : [{ span, text: 'sigmoid' }],
})
