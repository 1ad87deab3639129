/** An experiment with its data becomes a session on an engine, and its training a stream of events. */
import {
  ChainruleError,
  type Engine,
  type EntryName,
  type FinishedEvent,
  type FitOptions,
  fit,
  type ModelData,
  Session,
  type TrainingEvent,
} from '@chainrule/core'
import type { EncodedData, Parts, TargetData } from '@chainrule/data'
import type { Experiment } from '@chainrule/language'
import { withBounds } from './index-bounds.ts'
import { memoryProblem, trainingUse } from './memory.ts'
import { type SavedHead, type SavedModel, savedModel } from './saved-model.ts'
import { renamed, type TrainingData } from './training-data.ts'

/** A training that is compiled and bound to its data. */
export interface Training {
  readonly session: Session
  readonly parts: Parts
  /** Trains; may be called once. */
  run(options?: Partial<FitOptions>): AsyncGenerator<TrainingEvent, FinishedEvent>
  /** The model as it stands. */
  saved(): SavedModel
}

/** On what a training runs, and how much memory it may take. */
export interface TrainingOptions {
  readonly engine: Engine
  /** Bytes that may be used; where left out, as many as a typed array can hold. */
  readonly memoryLimit?: number
  /** What will be run; what a training needs where left out. */
  readonly entries?: readonly EntryName[]
}

/** What a caller asks for beside the text; it holds instead of what the text says. */
export interface TrainingSettings {
  readonly epochs?: number
  readonly batch?: number
  readonly seed?: number
}

/** The experiment with what was asked for beside its text. */
export function withSettings(experiment: Experiment, settings: TrainingSettings): Experiment {
  const { fit } = experiment
  const { epochs = fit.epochs, batch = fit.batch, seed = fit.seed } = settings
  return { ...experiment, fit: { ...fit, epochs, batch, seed } }
}

/** Reads the stream to its end; the error of a training that became non-finite. */
export async function follow(
  events: AsyncIterable<TrainingEvent>,
  report: (event: TrainingEvent) => void,
): Promise<ChainruleError | undefined> {
  let failure: ChainruleError | undefined
  for await (const event of events) {
    report(event)
    if (event.type === 'stopped') failure = event.error
  }
  return failure
}

/** Compiles an experiment and binds its data. Throws `model-too-large` before anything is allocated. */
export async function prepareTraining(
  text: string,
  experiment: Experiment,
  data: TrainingData,
  options: TrainingOptions,
): Promise<Training> {
  const { engine, memoryLimit = 0x10_0000_0000, entries = entriesFor(experiment) } = options
  const { shaped, optimizer, metrics } = experiment
  if (shaped === undefined)
    throw new ChainruleError('graph-invalid', 'the shape of the input is not known')
  const use = trainingUse(experiment, data.encoded.rows)
  const maxBatch = use.batch
  const problem = memoryProblem(shaped, use, memoryLimit)
  if (problem !== undefined) throw problem
  const settings = { maxBatch, optimizer, metrics, entries }
  const session = await Session.create(shaped, settings, engine)
  const { encoded, ...called } = renamed(data, shaped.graph)
  const preprocessing = withBounds(called.preprocessing, shaped.graph)
  session.initialise(experiment.fit.seed)
  bindData(session, encoded)
  const heads = shaped.graph.heads.map(
    ({ name, lossWeight, loss }): SavedHead => ({
      name,
      ...(lossWeight === undefined ? {} : { lossWeight }),
      kind: loss?.target ?? 'number',
    }),
  )
  return {
    session,
    parts: data.parts,
    run: (options = {}) =>
      fit(session, { ...experiment.fit, ...data.parts, batch: maxBatch, ...options }),
    saved: () =>
      savedModel(session, { source: text, model: experiment.model, preprocessing, heads }),
  }
}

/**
 * Bytes that an engine holds while it trains an experiment, but for the data; of one without a loss, while it predicts. Shapes
 * must be known.
 */
export async function plannedBytes(experiment: Experiment, engine: Engine): Promise<number> {
  const { shaped, optimizer, metrics, fit } = experiment
  if (shaped === undefined) throw new Error('internal: a plan needs the shapes')
  const settings = { maxBatch: fit.batch, optimizer, metrics, entries: entriesFor(experiment) }
  const { executable, program } = await Session.create(shaped, settings, engine)
  const isTrained = shaped.graph.heads.some(({ loss }) => loss !== undefined)
  // In the order of a training: an entry that needs more room than those before it leaves theirs behind.
  const used = isTrained ? ['init', ...stepEntries(experiment), 'evaluate', 'penalty'] : ['predict']
  for (const entry of used.filter((name) => Object.hasOwn(program.entries, name)))
    executable.prepare?.(entry, entry === 'init' ? 1 : fit.batch)
  const { bytes } = executable
  executable.dispose()
  return bytes
}

/** What a training runs, and what its saved model is used by. */
function entriesFor(experiment: Experiment): readonly EntryName[] {
  return ['init', 'predict', 'evaluate', 'penalty', ...stepEntries(experiment)]
}

/** What an update is made of. */
function stepEntries({ optimizer, fit: { accumulate = 1 } }: Experiment): readonly EntryName[] {
  if (optimizer.style === 'driven') return ['gradient']
  return accumulate > 1 ? ['gradient', 'update'] : ['step']
}

/** Binds encoded rows whose inputs and targets are called as the graph calls them. */
export function bindData(session: Session, encoded: EncodedData): void {
  const { heads } = session.shaped.graph
  for (const { name, standardise } of heads) {
    const target = encoded.targets[name]
    if (standardise === true && target?.kind === 'number')
      session.setTargetScale(name, target.mean, target.deviation)
  }
  const kinds = heads.map(({ name, loss }): HeadKind => ({ name, kind: loss?.target ?? 'number' }))
  session.bind(modelData(encoded, kinds))
}

type HeadKind = Pick<SavedHead, 'name' | 'kind'>

/** Encoded rows as a runner takes them: classes as one number where the head gives one probability. */
export function modelData(encoded: EncodedData, kinds: readonly HeadKind[]): ModelData {
  const targets = kinds.flatMap(({ name, kind }) => {
    const target = encoded.targets[name]
    return target === undefined ? [] : [[name, targetValues(target, kind)] as const]
  })
  const weights = Object.entries(encoded.targets).flatMap(([name, { weights: own }]) =>
    own === undefined ? [] : [[name, own] as const],
  )
  const steps = Object.entries(encoded.features).flatMap(([name, { step }]) =>
    step === undefined ? [] : [[name, step] as const],
  )
  return {
    rows: encoded.rows,
    steps: Object.fromEntries(steps),
    inputs: Object.fromEntries(
      Object.entries(encoded.features).map(([name, { values }]) => [name, values]),
    ),
    targets: Object.fromEntries(targets),
    weights: Object.fromEntries(weights),
  }
}

function targetValues(target: TargetData, kind: SavedHead['kind']): Float32Array | Int32Array {
  const indices = kind === 'class'
  if (indices === target.values instanceof Int32Array) return target.values
  return indices ? Int32Array.from(target.values) : Float32Array.from(target.values)
}
