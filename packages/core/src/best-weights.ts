/** The weights of the best epoch by the watched value, and when to stop looking for better ones. */
import type { CheckpointEvent, StoppedEvent } from './events.ts'
import type { FitOptions, StopRule } from './fit.ts'
import type { Report } from './report.ts'
import { modelKinds, type Snapshot } from './runner.ts'
import type { Session } from './session.ts'

/** Keeps the weights of the best epoch by the watched value. */
export class BestWeights {
  readonly #session: Session
  readonly #rule: StopRule
  readonly #watch: string
  readonly #higher: boolean
  #value: number | undefined
  #epoch: number
  #weights: Snapshot | undefined

  /** `epoch`: the last one before the first that it sees. */
  constructor(
    session: Session,
    { stop: rule = {}, validation }: Pick<FitOptions, 'stop' | 'validation'>,
    epoch: number,
  ) {
    this.#session = session
    this.#rule = rule
    this.#epoch = epoch
    this.#watch = rule.watch ?? (validation === undefined ? 'train.loss' : 'validation.loss')
    const name = this.#watch.slice(this.#watch.indexOf('.') + 1)
    const metric = session.settings.metrics?.find(
      (entry) => entry.metric.name === name.split('.').at(-1),
    )
    const own = metric?.metric.style === 'tabulating' ? undefined : metric?.metric.better
    this.#higher = (rule.better ?? own ?? 'lower') === 'higher'
  }

  see(
    epoch: number,
    reports: { train: Report; validation: Report | undefined },
  ): CheckpointEvent | undefined {
    const [part = '', ...rest] = this.#watch.split('.')
    const report = part === 'train' ? reports.train : reports.validation
    const value = report?.[rest.join('.')]
    if (value === undefined || !Number.isFinite(value)) return undefined
    const better =
      this.#value === undefined || (this.#higher ? value > this.#value : value < this.#value)
    if (!better) return undefined
    this.#value = value
    this.#epoch = epoch
    if (this.#rule.restore !== 'last') this.#weights = this.#session.snapshot(modelKinds)
    return { type: 'checkpoint', epoch, watch: this.#watch, value }
  }

  exhausted(epoch: number): StoppedEvent | undefined {
    const { patience } = this.#rule
    if (patience === undefined || epoch - this.#epoch < patience) return undefined
    const message = `\`${this.#watch}\` has not improved for ${patience} epochs`
    return { type: 'stopped', reason: 'no-improvement', message }
  }

  /** Puts the best weights back; returns their epoch. */
  restore(): number | undefined {
    if (this.#weights === undefined) return undefined
    this.#session.restore(this.#weights)
    return this.#epoch
  }
}
