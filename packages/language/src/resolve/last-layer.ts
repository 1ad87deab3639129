import type { Loss, Registry } from '@chainrule/core'
import type { Argument, Span } from '../ast.ts'
import type { Diagnostic, Edit } from '../diagnostic.ts'
import { activationName, type Made } from './flow.ts'
import type { Output } from './outputs.ts'
import { activationBeforeLoss, type LastLayer, squeezedLogits } from './target-errors.ts'

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
    return { name: made.layer.name, span: stage.name.span, edits }
  }
  const name = activationName(made)
  if (name === undefined || name === 'linear') return undefined
  const argument = made.written.get('activation')
  if (argument === undefined) return { name, span: stage.name.span, edits: [] }
  return { name, span: argument.value.span, edits: [removal(argument, made)] }
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
