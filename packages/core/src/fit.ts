/** The trainer: an async iterator of typed events over a session and its bound data. */
import { sizeOf } from '@chainrule/program'
import { BestWeights } from './best-weights.ts'
import type { EpochEvent, FinishedEvent, StoppedEvent, TrainingEvent } from './events.ts'
import { driveEpochs } from './fit-driven.ts'
import { stepEpochs } from './fit-steps.ts'
import { modelParameters } from './model-parameters.ts'
import { Pauses } from './pause.ts'
import type { Measured, Report } from './report.ts'
import type { Session } from './session.ts'
import { stepsPerEpochState, totalStepsState } from './state-names.ts'

/** What a training runs on and for how long, and when it tells of itself. */
export interface FitOptions {
  /** Rows of the bound data. */
  readonly train: Int32Array
  readonly validation?: Int32Array
  readonly test?: Int32Array
  readonly epochs: number
  /** Where it begins; with the first epoch where left out. */
  readonly start?: FitStart
  /** Rows of a batch; the last of an epoch has what is left. */
  readonly batch: number
  readonly seed: number
  /** Whether each epoch visits the rows in another order; true where left out. */
  readonly shuffle?: boolean
  /** Batches whose gradients are added up for one update; 1 where left out. */
  readonly accumulate?: number
  readonly stop?: StopRule
  readonly signal?: AbortSignal
  /** An event for every update. */
  readonly everyStep?: boolean
  /** Asked before each event how many updates it is to tell of; where it gives none, as many as take about 16 ms. */
  readonly stepsPerEvent?: () => number | undefined
  /** Whether the finished event measures the training rows anew; true where left out. */
  readonly measureTrain?: boolean
}

/** Where a training goes on that was interrupted, with the session as it was then. Which weights are best counts from there. */
export interface FitStart {
  /** The epoch under way, counted from 1. */
  readonly epoch: number
  /** Rows of that epoch that it has seen already; a driven optimizer sees all of them in each epoch. */
  readonly row: number
}

/** Which value is watched, when the training stops for it, and which weights are kept. */
export interface StopRule {
  /** `validation.loss`, `validation.accuracy`, `train.loss` …; `validation.loss` (or `train.loss`) where left out. */
  readonly watch?: string
  /** Whether a larger watched value is better; by the metric where left out. */
  readonly better?: 'higher' | 'lower'
  /** Epochs without a better value after which training stops; never where left out. */
  readonly patience?: number
  /** The weights that the model ends with; `best` where left out. */
  readonly restore?: 'best' | 'last'
}

/** Options whose start is known. */
export type StartedOptions = FitOptions & Required<Pick<FitOptions, 'start'>>

/** What an epoch of either kind of optimizer ends with. */
export interface EpochResult {
  readonly loss: number
  readonly stopped?: StoppedEvent
}

/** The clock of a training. */
export interface FitTime {
  readonly pauses: Pauses
  /** Since the training began. */
  readonly seconds: () => number
}

/** Trains the session's parameters; initialise them first. Abort with `signal`: the best weights so far are kept. */
export async function* fit(
  session: Session,
  given: FitOptions,
): AsyncGenerator<TrainingEvent, FinishedEvent> {
  const options = { ...given, start: startOf(given) }
  const began = performance.now()
  const seconds = (): number => (performance.now() - began) / 1000
  const isDriven = session.settings.optimizer?.style === 'driven'
  const group = options.batch * (options.accumulate ?? 1)
  const stepsPerEpoch = isDriven ? 1 : Math.ceil(options.train.length / group)
  session.setHyperparameter(totalStepsState, stepsPerEpoch * options.epochs)
  session.setHyperparameter(stepsPerEpochState, stepsPerEpoch)
  yield started(session, options, stepsPerEpoch)

  let epoch = options.start.epoch - 1
  const best = new BestWeights(session, options, epoch)
  const epochs = isDriven ? driveEpochs : stepEpochs
  let stopped: StoppedEvent | undefined
  let train: Report = { loss: Number.NaN }
  const pauses = new Pauses()
  for await (const event of epochs(session, options, { pauses, seconds })) {
    if (event.type !== 'result') {
      yield event
      continue
    }
    stopped = event.stopped
    if (stopped !== undefined) break
    epoch++
    train = { loss: event.loss }
    session.exchangeAverages()
    const validation =
      options.validation === undefined ? undefined : session.measure(options.validation)
    const checkpoint = best.see(epoch, { train, validation: validation?.report })
    const penalty = session.penalty()
    session.exchangeAverages()
    const isBest = checkpoint !== undefined
    const result = { epoch, epochs: options.epochs, train, penalty, best: isBest }
    yield epochEvent(result, validation, seconds())
    if (checkpoint !== undefined) yield checkpoint
    stopped = best.exhausted(epoch)
    if (stopped !== undefined) break
    await pauses.ifDue()
  }
  if (stopped !== undefined) yield stopped
  const kept = best.restore()
  if (kept === undefined) session.exchangeAverages()
  const finished = finish(session, options, { epochs: epoch, best: kept, train, seconds, stopped })
  yield finished
  return finished
}

/** Behind the last row is before the first of the next epoch. */
function startOf({ start = { epoch: 1, row: 0 }, train }: FitOptions): FitStart {
  const { epoch, row } = start
  return row > 0 && row >= train.length ? { epoch: epoch + 1, row: 0 } : start
}

function started(
  session: Session,
  { train, validation, test, epochs, batch }: FitOptions,
  stepsPerEpoch: number,
): TrainingEvent {
  const trainable = modelParameters(session.shaped).filter((parameter) => parameter.trainable)
  const count = trainable.reduce((sum, { spec }) => sum + sizeOf(spec.shape), 0)
  const rows = { train: train.length, validation: validation?.length ?? 0, test: test?.length ?? 0 }
  return { type: 'started', epochs, batch, stepsPerEpoch, rows, parameters: count }
}

function epochEvent(
  result: Pick<EpochEvent, 'epoch' | 'epochs' | 'train' | 'best'> & {
    readonly penalty: number | undefined
  },
  validation: Measured | undefined,
  seconds: number,
): EpochEvent {
  const { epoch, epochs, train, penalty, best } = result
  return {
    type: 'epoch',
    epoch,
    epochs,
    train,
    ...(validation === undefined ? {} : { validation: validation.report }),
    ...(penalty === undefined ? {} : { penalty }),
    ...tablesOf({ validation }),
    best,
    seconds,
  }
}

/** The tables of an event's parts, where there are some. */
function tablesOf(
  parts: Readonly<Record<string, Measured | undefined>>,
): Pick<EpochEvent, 'tables'> {
  const tables = Object.entries(parts).flatMap(([part, measured]) =>
    Object.keys(measured?.tables ?? {}).length === 0 ? [] : [[part, measured?.tables] as const],
  )
  return tables.length === 0 ? {} : { tables: Object.fromEntries(tables) }
}

interface Ending {
  readonly epochs: number
  readonly best: number | undefined
  readonly train: Report
  readonly seconds: () => number
  readonly stopped: StoppedEvent | undefined
}

/** Measures every part with the weights that the model ends with; after an abort only the smaller parts. */
function finish(
  session: Session,
  options: FitOptions,
  { epochs, best, train, seconds, stopped }: Ending,
): FinishedEvent {
  const unknown = Number.isNaN(train.loss)
  const measures = unknown || ((options.measureTrain ?? true) && stopped?.reason !== 'aborted')
  const measure = (rows: Int32Array | undefined): Measured | undefined =>
    rows === undefined ? undefined : session.measure(rows)
  const trained = measures ? session.measure(options.train) : { report: train, tables: {} }
  const [validation, test] = [measure(options.validation), measure(options.test)]
  const penalty = session.penalty()
  return {
    type: 'finished',
    epochs,
    ...(best === undefined ? {} : { best }),
    train: trained.report,
    ...(validation === undefined ? {} : { validation: validation.report }),
    ...(test === undefined ? {} : { test: test.report }),
    ...(penalty === undefined ? {} : { penalty }),
    ...tablesOf({ train: trained, validation, test }),
    seconds: seconds(),
  }
}
