/** Where a training is, and where it began. */
import type { FitStart, ProgressEvent } from '@chainrule/core'

/** Where a training begins: with the first update, or with what became of another. */
export interface Start {
  readonly step: number
  /** Epochs of trainings that had ended before. */
  readonly before: number
  readonly at: FitStart
}

const firstStart: Start = { step: 0, before: 0, at: { epoch: 1, row: 0 } }

/** How far a training is. */
export interface Place {
  readonly start: Start
  readonly step: number
  /** The epoch under way, counted from the first training on; 0 before the first update. */
  readonly epoch: number
  /** Where the next update takes its rows. */
  readonly next: FitStart
  readonly hasEnded: boolean
  readonly stepsPerEpoch: number
}

/** What one that follows goes on from. */
type Before = Omit<Place, 'stepsPerEpoch'>

export class Course implements Place {
  readonly start: Start
  step: number
  epoch: number
  next: FitStart
  hasEnded = false
  readonly #rows: number
  readonly #rowsPerStep: number

  constructor(rows: number, rowsPerStep: number, before?: Before) {
    this.#rows = rows
    this.#rowsPerStep = rowsPerStep
    this.start = before === undefined ? firstStart : startAfter(before)
    this.step = this.start.step
    this.epoch = before?.epoch ?? 0
    this.next = this.start.at
  }

  get stepsPerEpoch(): number {
    return this.#steps(this.#rows)
  }

  follow({ epoch, step }: Pick<ProgressEvent, 'epoch' | 'step'>): void {
    const { start, stepsPerEpoch } = this
    const { row: seen } = start.at
    const inEpoch = step - (epoch - 1) * stepsPerEpoch
    if (epoch === start.at.epoch) {
      const made = inEpoch - this.#steps(seen)
      this.#reach(start.step + made, epoch, seen + made * this.#rowsPerStep)
    } else {
      const wholeEpochs = epoch - start.at.epoch - 1
      const made = this.#steps(this.#rows - seen) + wholeEpochs * stepsPerEpoch + inEpoch
      this.#reach(start.step + made, epoch, inEpoch * this.#rowsPerStep)
    }
  }

  #steps(rows: number): number {
    return Math.ceil(rows / this.#rowsPerStep)
  }

  #reach(step: number, epoch: number, row: number): void {
    this.step = step
    this.epoch = epoch
    this.next = row < this.#rows ? { epoch, row } : { epoch: epoch + 1, row: 0 }
  }
}

/** One that had ended is followed by another whole training. */
function startAfter({ start, step, epoch, next, hasEnded }: Before): Start {
  return hasEnded
    ? { step, before: epoch, at: { epoch: epoch + 1, row: 0 } }
    : { step, before: start.before, at: next }
}
