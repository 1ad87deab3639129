/** Epochs of an elementwise optimizer, in chunks of steps that take about 16 ms. */
import type { ProgressEvent, StepEvent, StoppedEvent } from './events.ts'
import type { EpochResult, FitTime, StartedOptions } from './fit.ts'
import { locateNonFinite, parametersFinite } from './non-finite.ts'
import type { HeadSums, LossSums } from './report.ts'
import type { Snapshot } from './runner.ts'
import type { Session } from './session.ts'
import { shuffled } from './shuffle.ts'

const chunkMilliseconds = 16
/** Of work that is done again, update by update, to find where a number became non-finite. */
const spanMilliseconds = 200

export type EpochMessage = ProgressEvent | StepEvent | ({ readonly type: 'result' } & EpochResult)

/** Yields what happens, and after each epoch its result; ends after the last epoch or a stop. */
export async function* stepEpochs(
  session: Session,
  options: StartedOptions,
  { pauses, seconds }: FitTime,
): AsyncGenerator<EpochMessage> {
  const chunks = new ChunkLength(options.everyStep === true)
  const { train, epochs, batch, accumulate = 1 } = options
  const group = batch * accumulate
  const stepsPerEpoch = Math.ceil(train.length / group)
  const span = new Span(session, { batch, accumulate })
  for (let { epoch, row: seen } = options.start; epoch <= epochs; epoch++, seen = 0) {
    const order = options.shuffle === false ? train : shuffled(train, options.seed, epoch)
    const total = new SumsOfEpoch()
    for (let start = seen; start < order.length; ) {
      if (options.signal?.aborted) {
        const stopped = span.end() ?? aborted()
        yield { type: 'result', loss: session.reportedLoss(total.sums), stopped }
        return
      }
      const steps = options.stepsPerEvent?.() ?? chunks.steps
      const rows = order.subarray(start, start + steps * group)
      const began = performance.now()
      const isLast = start + rows.length === order.length
      const failure = span.run(rows) ?? (isLast ? span.end() : undefined)
      if (failure !== undefined) {
        yield { type: 'result', loss: Number.NaN, stopped: failure }
        return
      }
      const sums = session.lossSums('train')
      total.add(sums)
      chunks.took(performance.now() - began)
      start += rows.length
      const inEpoch = Math.ceil(seen / group) + Math.ceil((start - seen) / group)
      const step = (epoch - 1) * stepsPerEpoch + inEpoch
      if (options.everyStep === true)
        yield { type: 'step', epoch, step, loss: session.reportedLoss(sums) }
      const done = (epoch - 1) * train.length + start
      yield progress(session, options, {
        epoch,
        step,
        stepsPerEpoch,
        sums: total.sums,
        done,
        seconds: seconds(),
      })
      await pauses.ifDue()
    }
    yield { type: 'result', loss: session.reportedLoss(total.sums) }
  }
}

/**
 * Updates since a state that was kept, to which training goes back where a number is not finite. It ends, and the parameters
 * are looked at, after a fifth of a second and at the end of an epoch: with every chunk, which of a large network is one
 * update, it would cost a few percent of the time.
 */
class Span {
  readonly #session: Session
  readonly #batch: number
  readonly #accumulate: number
  // The states at the start of this span and of the one before; their memory is used again and again.
  #start: Snapshot
  #earlier: Snapshot
  #began = 0
  #chunks: Int32Array[] = []

  constructor(
    session: Session,
    { batch, accumulate }: { readonly batch: number; readonly accumulate: number },
  ) {
    this.#session = session
    this.#batch = batch
    this.#accumulate = accumulate
    this.#start = session.snapshot()
    this.#earlier = session.snapshot()
  }

  /** Runs the updates of a chunk. */
  run(rows: Int32Array): StoppedEvent | undefined {
    if (this.#chunks.length === 0) this.#begin()
    this.#chunks.push(rows)
    if (!this.#update(rows)) return this.#located()
    return performance.now() - this.#began < spanMilliseconds ? undefined : this.end()
  }

  /** Looks at the parameters; the next updates are a span of their own. */
  end(): StoppedEvent | undefined {
    if (!parametersFinite(this.#session)) return this.#located()
    this.#chunks = []
    return undefined
  }

  #begin(): void {
    ;[this.#start, this.#earlier] = [this.#earlier, this.#start]
    this.#session.snapshotInto(this.#start)
    this.#began = performance.now()
  }

  /** Whether all of it was finite. */
  #update(rows: Int32Array): boolean {
    this.#session.resetSums('train')
    if (this.#accumulate > 1)
      return runAccumulated(this.#session, rows, this.#batch, this.#accumulate)
    const steps = Math.ceil(rows.length / this.#batch)
    return this.#session.executable.run('step', this.#batch, rows) === steps
  }

  #located(): StoppedEvent {
    const batches = this.#chunks.flatMap((rows) =>
      Array.from({ length: Math.ceil(rows.length / this.#batch) }, (_, i) =>
        rows.subarray(i * this.#batch, (i + 1) * this.#batch),
      ),
    )
    const error = locateNonFinite(this.#session, batches, {
      accumulate: this.#accumulate,
      start: this.#start,
      earlier: this.#earlier,
    })
    return { type: 'stopped', reason: 'non-finite', message: error.message, error }
  }
}

/** Adds up the gradients of `accumulate` batches for each update. */
function runAccumulated(
  session: Session,
  rows: Int32Array,
  batch: number,
  accumulate: number,
): boolean {
  for (let start = 0; start < rows.length; start += batch * accumulate) {
    const group = rows.subarray(start, start + batch * accumulate)
    if (session.executable.run('gradient', batch, group) < Math.ceil(group.length / batch))
      return false
    session.executable.run('update', batch)
  }
  return true
}

function aborted(): StoppedEvent {
  return { type: 'stopped', reason: 'aborted', message: 'training was stopped' }
}

interface Place {
  readonly epoch: number
  readonly step: number
  readonly stepsPerEpoch: number
  readonly sums: LossSums
  readonly done: number
  readonly seconds: number
}

function progress(session: Session, options: StartedOptions, place: Place): ProgressEvent {
  const { epochs, train, start } = options
  const { epoch, step, stepsPerEpoch, sums, done, seconds } = place
  const rate = (done - (start.epoch - 1) * train.length - start.row) / seconds
  const secondsLeft = (epochs * train.length - done) / rate
  const loss = session.reportedLoss(sums)
  return {
    type: 'progress',
    epoch,
    epochs,
    step,
    steps: epochs * stepsPerEpoch,
    loss,
    rate,
    seconds,
    secondsLeft,
  }
}

/** How many steps make a chunk of about 16 ms. */
class ChunkLength {
  readonly #single: boolean
  #steps = 1

  constructor(single: boolean) {
    this.#single = single
  }

  get steps(): number {
    return this.#steps
  }

  took(milliseconds: number): void {
    if (this.#single) return
    const fit = Math.floor((this.#steps * chunkMilliseconds) / Math.max(milliseconds, 0.01))
    this.#steps = Math.max(1, Math.min(fit, this.#steps * 2))
  }
}

class SumsOfEpoch {
  readonly sums: Record<string, HeadSums> = {}

  add(sums: LossSums): void {
    for (const [head, more] of Object.entries(sums)) {
      const known = this.sums[head]
      this.sums[head] = known === undefined ? more : added(known, more)
    }
  }
}

function added(a: HeadSums, b: HeadSums): HeadSums {
  const sums = { loss: a.loss + b.loss, weight: a.weight + b.weight }
  if (a.trained === undefined || b.trained === undefined) return sums
  return { ...sums, trained: a.trained + b.trained }
}
