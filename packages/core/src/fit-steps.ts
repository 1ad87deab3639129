/** Epochs of an elementwise optimizer, in chunks of steps that take about 16 ms. */
import type { ProgressEvent, StepEvent, StoppedEvent } from './events.ts'
import type { EpochResult, FitOptions, FitTime } from './fit.ts'
import { locateNonFinite, parametersFinite } from './non-finite.ts'
import type { HeadSums, LossSums } from './report.ts'
import type { Snapshot } from './runner.ts'
import type { Session } from './session.ts'
import { shuffled } from './shuffle.ts'

const chunkMilliseconds = 16

export type EpochMessage = ProgressEvent | StepEvent | ({ readonly type: 'result' } & EpochResult)

/** Yields what happens, and after each epoch its result; ends after the last epoch or a stop. */
export async function* stepEpochs(
  session: Session,
  options: FitOptions,
  { pauses, seconds }: FitTime,
): AsyncGenerator<EpochMessage> {
  const chunks = new ChunkLength(options.everyStep === true)
  const { train, epochs, batch, accumulate = 1 } = options
  const group = batch * accumulate
  const stepsPerEpoch = Math.ceil(train.length / group)
  // The states at the start of this chunk and of the one before; their memory is used again and again.
  let chunkStart = session.snapshot()
  let earlier = session.snapshot()
  for (let epoch = 1; epoch <= epochs; epoch++) {
    const order = options.shuffle === false ? train : shuffled(train, options.seed, epoch)
    const total = new SumsOfEpoch()
    for (let start = 0; start < order.length; ) {
      if (options.signal?.aborted) {
        yield { type: 'result', loss: session.reportedLoss(total.sums), stopped: aborted() }
        return
      }
      const rows = order.subarray(start, start + chunks.steps * group)
      const began = performance.now()
      ;[chunkStart, earlier] = [earlier, chunkStart]
      session.snapshotInto(chunkStart)
      const failure = runChunk(session, rows, { batch, accumulate, chunkStart, earlier })
      if (failure !== undefined) {
        yield { type: 'result', loss: Number.NaN, stopped: failure }
        return
      }
      const sums = session.lossSums('train')
      total.add(sums)
      chunks.took(performance.now() - began)
      start += rows.length
      const step = (epoch - 1) * stepsPerEpoch + Math.ceil(start / group)
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

interface Chunk {
  readonly batch: number
  readonly accumulate: number
  readonly chunkStart: Snapshot
  readonly earlier: Snapshot
}

/** Runs the steps of a chunk; where one is not finite, finds it and says so. */
function runChunk(
  session: Session,
  rows: Int32Array,
  { batch, accumulate, chunkStart, earlier }: Chunk,
): StoppedEvent | undefined {
  session.resetSums('train')
  const steps = Math.ceil(rows.length / batch)
  const finite =
    accumulate === 1
      ? session.executable.run('step', batch, rows) === steps
      : runAccumulated(session, rows, batch, accumulate)
  if (finite && parametersFinite(session)) return undefined
  const batches = Array.from({ length: steps }, (_, i) => rows.subarray(i * batch, (i + 1) * batch))
  const error = locateNonFinite(session, batches, { accumulate, chunkStart, earlier })
  return { type: 'stopped', reason: 'non-finite', message: error.message, error }
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

function progress(session: Session, { epochs, train }: FitOptions, place: Place): ProgressEvent {
  const { epoch, step, stepsPerEpoch, sums, done, seconds } = place
  const rate = done / seconds
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
