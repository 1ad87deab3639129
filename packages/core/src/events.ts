/** What a training tells while it runs: one stream that the command line, the page and the tests read. */
import type { ChainruleError } from '@chainrule/program'
import type { Report, Tables } from './report.ts'

/** What a training tells, told apart by `type`; `started` comes first and `finished` last. */
export type TrainingEvent =
  | StartedEvent
  | StepEvent
  | ProgressEvent
  | EpochEvent
  | CheckpointEvent
  | StoppedEvent
  | FinishedEvent

/** The training begins: how long it is to be, and on what. */
export interface StartedEvent {
  readonly type: 'started'
  readonly epochs: number
  readonly batch: number
  /** Updates of one pass over the training rows. */
  readonly stepsPerEpoch: number
  readonly rows: { readonly train: number; readonly validation: number; readonly test: number }
  /** Numbers that training changes. */
  readonly parameters: number
}

/** One update; only on request. */
export interface StepEvent {
  readonly type: 'step'
  readonly epoch: number
  readonly step: number
  readonly loss: number
}

/** A chunk of updates. */
export interface ProgressEvent {
  readonly type: 'progress'
  readonly epoch: number
  readonly epochs: number
  /** Updates done since training began. */
  readonly step: number
  readonly steps: number
  /** Mean loss of this epoch so far, in the units of the data. */
  readonly loss: number
  /** Training rows a second. */
  readonly rate: number
  readonly seconds: number
  readonly secondsLeft: number
}

/** An epoch is over, and this is how the model stands. */
export interface EpochEvent {
  readonly type: 'epoch'
  readonly epoch: number
  readonly epochs: number
  /** The mean over the epoch while the weights were changing. */
  readonly train: Report
  readonly validation?: Report
  /** λ Σ|w| and λ Σw², which are trained for beside the loss and are no part of any that is told; where there are some. */
  readonly penalty?: number
  /** Metrics that are tables; left out where there are none. */
  readonly tables?: PartTables
  /** Whether the watched value is the best so far. */
  readonly best: boolean
  readonly seconds: number
}

/** The weights of this epoch are kept as the best so far. */
export interface CheckpointEvent {
  readonly type: 'checkpoint'
  readonly epoch: number
  readonly watch: string
  readonly value: number
}

/** Something other than the number of epochs ends the training. */
export interface StoppedEvent {
  readonly type: 'stopped'
  readonly reason: 'aborted' | 'no-improvement' | 'non-finite' | 'converged'
  readonly message: string
  readonly error?: ChainruleError
}

/** The training is over: the model, with the weights that it ends with, measured on each part. */
export interface FinishedEvent {
  readonly type: 'finished'
  readonly epochs: number
  readonly seconds: number
  /** The epoch whose weights the model now has. */
  readonly best?: number
  readonly train: Report
  readonly validation?: Report
  readonly test?: Report
  /** As of an epoch. */
  readonly penalty?: number
  readonly tables?: PartTables
}

/** Tables of the parts that were measured. */
export interface PartTables {
  readonly train?: Tables
  readonly validation?: Tables
  readonly test?: Tables
}
