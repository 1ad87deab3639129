import {
  boolean,
  type FitOptions,
  integer,
  type Optimizer,
  optional,
  positiveInteger,
  type RawCall,
  type Registry,
  type StopRule,
  word,
} from '@chainrule/core'
import type { Argument, Directive, Span } from '../ast.ts'
import { diagnostic } from '../diagnostic.ts'
import { listed, quote } from '../quote.ts'
import { suggestion } from '../suggest.ts'
import { given } from './arguments.ts'
import type { Context } from './context.ts'
import { readArguments, readPlugin } from './plugins.ts'
import { text } from './text-field.ts'

/** How a model is trained: `optimizer`, `train`, `stop`, `init`. Each reads one directive; wrong ones yield `undefined`. */

/** `optimizer adamw lr=3e-4 schedule=cosine(warmup=500)` */
export function readOptimizer(node: Directive, context: Context): Optimizer | undefined {
  const [first, ...following] = node.arguments
  if (node.damaged) return undefined
  if (first === undefined || first.name !== undefined) {
    const message = '`optimizer` needs the name of an optimizer'
    const help = 'such as `optimizer adam lr=0.001`'
    context.report(diagnostic('argument-missing', first?.span ?? node.name.span, { message, help }))
    return undefined
  }
  const read = readPlugin('optimizer', first.value, context, { following })
  if (read === undefined) return undefined
  checkRate(read.plugin.name, read.config['lr'], read.written.get('lr'), context)
  return read.plugin.with(read.config)
}

/** Learning rates from which on training is likely to fail. */
const suspicious: Readonly<Record<string, { readonly from: number; readonly usual: string }>> = {
  adam: { from: 0.1, usual: '0.001' },
  adamw: { from: 0.1, usual: '0.001' },
  lion: { from: 0.01, usual: '0.0001' },
  nadam: { from: 0.1, usual: '0.002' },
  rmsprop: { from: 0.1, usual: '0.001' },
  sgd: { from: 10, usual: '0.01' },
}

/** Below this part of what is usual hardly anything would be learnt. */
const smallest = 1e-5

function checkRate(
  name: string,
  rate: unknown,
  written: Argument | undefined,
  { report }: Context,
): void {
  const limit = Object.hasOwn(suspicious, name) ? suspicious[name] : undefined
  if (limit === undefined || written === undefined || typeof rate !== 'number') return
  const isSmall = rate < smallest * Number(limit.usual)
  if (rate < limit.from && !isSmall) return
  report(
    diagnostic('learning-rate', written.span, {
      message: `a learning rate of ${rate} is very ${isSmall ? 'small' : 'large'} for ${quote(name)}`,
      label: `usual is about ${limit.usual}`,
    }),
  )
}

/** The optimizer where none is written; the first there is where there is no adam. */
export function usualOptimizer(registry: Registry): Optimizer | undefined {
  const names = registry.names('optimizer')
  const name = names.includes('adam') ? 'adam' : names[0]
  return name === undefined ? undefined : registry.make('optimizer', name)
}

const largest = 1_000_000
export const trainSubject = {
  name: 'train',
  arguments: {},
  options: {
    epochs: optional(integer({ from: 1, to: largest })),
    batch: optional(integer({ from: 1, to: largest })),
    shuffle: optional(boolean()),
    accumulate: optional(positiveInteger()),
  },
}

export type WrittenTrain = {
  readonly [K in 'epochs' | 'batch' | 'shuffle' | 'accumulate']?: FitOptions[K] | undefined
}

/** `train epochs=100 batch=16 shuffle=true accumulate=4` */
export function readTrain(
  node: Directive,
  optimizer: Optimizer | undefined,
  context: Context,
): WrittenTrain | undefined {
  if (node.damaged) return undefined
  const list = given(node.arguments)
  if (optimizer?.style === 'driven') refuseOrder(node, optimizer.name, context)
  return readArguments(trainSubject, list, node.name.span, context).config
}

/** What says in which order rows are taken means nothing where all are taken at once. */
function refuseOrder(node: Directive, optimizer: string, { report }: Context): void {
  for (const { name } of node.arguments) {
    if (name === undefined || !['shuffle', 'accumulate'].includes(name.text)) continue
    report(
      diagnostic('argument-unknown', name.span, {
        message: `${quote(optimizer)} takes all rows at once, so ${quote(name.text)} says nothing`,
        label: 'leave it out',
      }),
    )
  }
}

const usualBatch = 32
const usualSteps = 3000
/** Of a driven optimizer, which ends by itself where nothing is better. */
const usualIterations = 200

/**
 * Batch and epochs where they are not written: so many epochs that about 3,000 updates are made, from 10 to 500; of a driven
 * optimizer at most 200.
 */
export function trainingLength(
  written: WrittenTrain,
  rows: number | undefined,
  { style }: Pick<Optimizer, 'style'>,
): Required<Pick<FitOptions, 'epochs' | 'batch' | 'shuffle' | 'accumulate'>> {
  const { batch = usualBatch, shuffle = true, accumulate = 1 } = written
  if (style === 'driven')
    return { epochs: written.epochs ?? usualIterations, batch, shuffle, accumulate }
  const updates = Math.ceil((rows ?? usualRows) / (batch * accumulate))
  const epochs = Math.min(500, Math.max(10, Math.round(usualSteps / Math.max(updates, 1))))
  return { epochs: written.epochs ?? epochs, batch, shuffle, accumulate }
}

// Stands for data that were not read: 100 epochs.
const usualRows = 960

export const stopSubject = {
  name: 'stop',
  arguments: {},
  options: {
    watch: optional(text('a measured value such as `val.loss`')),
    patience: optional(positiveInteger()),
    restore: optional(word(['best', 'last'])),
  },
  literal: new Set(['watch']),
}

/** What can be watched. */
export interface Watchable {
  /** Metrics, and of several heads each one's loss, as reports call them. */
  readonly measured: readonly string[]
  readonly hasValidation: boolean
  /** Metrics may be missing from the list. */
  readonly incomplete: boolean
}

/** `stop watch=val.loss patience=8 restore=best` */
export function readStop(
  node: Directive,
  watchable: Watchable,
  context: Context,
): StopRule | undefined {
  if (node.damaged) return undefined
  const list = given(node.arguments)
  const read = readArguments(stopSubject, list, node.name.span, context)
  if (read.config === undefined) return undefined
  const { watch, patience, restore } = read.config as {
    readonly watch: string | undefined
    readonly patience: number | undefined
    readonly restore: 'best' | 'last' | undefined
  }
  const span = read.written.get('watch')?.value.span ?? node.span
  const value = watch === undefined ? undefined : watched(watch, span, watchable, context)
  if (watch !== undefined && value === undefined) return undefined
  return {
    ...(value === undefined ? {} : { watch: value }),
    ...(patience === undefined ? {} : { patience }),
    ...(restore === undefined ? {} : { restore }),
  }
}

/** `val` and `validation` are one word. */
function watched(
  written: string,
  span: Span,
  { measured, hasValidation, incomplete }: Watchable,
  { report }: Context,
): string | undefined {
  const wanted = written.replace(/^(val|validate)\./, 'validation.')
  const known = ['validation.loss', ...measured.map((name) => `validation.${name}`), 'train.loss']
  if (!known.includes(wanted)) {
    if (incomplete && wanted.startsWith('validation.')) return wanted
    const short = known.map((name) => name.replace('validation.', 'val.'))
    const { help, edits } = suggestion(span, written, [...short, ...known])
    report(
      diagnostic('watch-unknown', span, {
        message: `${quote(written)} is not measured while the model trains`,
        help: help.length > 0 ? help : `there is ${listed(short)}`,
        edits,
      }),
    )
    return undefined
  }
  if (hasValidation || wanted === 'train.loss') return wanted
  report(
    diagnostic('watch-unknown', span, {
      message: `there is no validation part, so ${quote(written)} is not measured`,
      help: 'leave rows for it, `split train=80% validate=20%`, or watch `train.loss`',
    }),
  )
  return undefined
}

/** `init he`: what weights are drawn by where a layer does not say. */
export function readInit(node: Directive, context: Context): RawCall | undefined {
  const [first, ...following] = node.arguments
  if (node.damaged) return undefined
  if (first === undefined || first.name !== undefined) {
    const message = '`init` needs the name of an initializer'
    const help = 'such as `init he`'
    context.report(diagnostic('argument-missing', first?.span ?? node.name.span, { message, help }))
    return undefined
  }
  return readPlugin('initializer', first.value, context, { following })?.raw
}
