/** A loaded experiment and how far its training is. */
import {
  type FinishedEvent,
  fit,
  type Session,
  shuffled,
  type TrainingEvent,
} from '@chainrule/core'
import type { Opened, SavedModel, Training } from 'chainrule/workbench'
import { Course, type Place } from './course.ts'
import type { Explainer } from './explainer.ts'
import { type Explained, type Health, lossPrefix } from './inspect-protocol.ts'
import { healthOf } from './layer-health.ts'
import type { Frame, Inspection } from './protocol.ts'
import { drawnParameters, type Viewer } from './viewer.ts'

const nothing = { surface: undefined, neurons: undefined }

/** The training runs so many times as long as a look at the plane took, before the next one. */
const lookShare = 4

export class LoadedModel {
  readonly training: Training
  stepsPerEvent: number | undefined
  /** Whether something other than the number of epochs ended it. */
  isStopped = false
  #opened: Opened
  #course: Course
  #loss: number | undefined
  #rate: number | undefined
  #since = { at: 0, step: 0 }
  #seen: Pick<Frame, 'surface' | 'neurons'> = nothing
  /** When the next look is due. */
  #nextLook = 0
  /** Milliseconds of one update, as they took lately. */
  #updateTime: number | undefined
  #events: AsyncGenerator<TrainingEvent, FinishedEvent>
  readonly #viewer: Viewer | undefined
  #explainer: Promise<Explainer> | undefined
  #isDisposed = false

  constructor(opened: Opened, training: Training, viewer: Viewer | undefined) {
    this.#opened = opened
    this.training = training
    this.#viewer = viewer
    this.#course = this.#newCourse()
    this.#events = this.#begin()
  }

  get opened(): Opened {
    return this.#opened
  }

  get course(): Place {
    return this.#course
  }

  get #experiment(): NonNullable<Opened['experiment']> {
    const { experiment } = this.#opened
    if (experiment === undefined) throw new Error('internal: a loaded text has an experiment')
    return experiment
  }

  #newCourse(before?: Place): Course {
    const { session, parts } = this.training
    const { optimizer, fit: settings } = this.#experiment
    const rows = parts.train.length
    const group = session.program.maxBatch * (settings.accumulate ?? 1)
    if (optimizer.style !== 'driven') return new Course(rows, group, before)
    // A host algorithm drives its updates by all rows, and so from the first.
    const whole = before && { ...before, next: { epoch: before.next.epoch, row: 0 } }
    return new Course(rows, rows, whole)
  }

  /** By the epochs that the text asks for, counted from the first training on. */
  get lastEpoch(): number {
    return this.#course.start.before + this.#experiment.fit.epochs
  }

  #begin(): AsyncGenerator<TrainingEvent, FinishedEvent> {
    const { session, parts } = this.training
    return fit(session, {
      ...this.#experiment.fit,
      ...parts,
      epochs: this.lastEpoch,
      start: this.#course.start.at,
      batch: session.program.maxBatch,
      stepsPerEvent: () => this.stepsPerEvent,
    })
  }

  /** Goes on under a text that says the same in other words. */
  reword(opened: Opened): void {
    this.#opened = opened
  }

  /** The model as it stands. */
  saved(): SavedModel {
    return { ...this.training.saved(), source: this.#opened.text }
  }

  /** Updates that take about so many milliseconds: one where nothing is known of them. */
  stepsIn(milliseconds: number): number {
    return Math.max(1, Math.floor(milliseconds / (this.#updateTime ?? milliseconds)))
  }

  async next(): Promise<IteratorResult<TrainingEvent, FinishedEvent>> {
    const [began, from] = [performance.now(), this.#course.step]
    const result = await this.#events.next()
    const event = result.value
    if (event?.type === 'progress') {
      this.#course.follow(event)
      this.#loss = event.loss
      this.#updateTime = (performance.now() - began) / Math.max(1, this.#course.step - from)
      this.#measure()
    }
    if (event?.type === 'stopped') this.isStopped = true
    if (result.done === true) this.#course.hasEnded = true
    return result
  }

  /** Updates in a second, over the last half of one. */
  #measure(): void {
    const { at, step: before } = this.#since
    const { step } = this.#course
    const now = performance.now()
    if (now - at < 500) return
    if (at > 0) this.#rate = ((step - before) * 1000) / (now - at)
    this.#since = { at: now, step }
  }

  restart(): void {
    this.training.session.initialise(this.#experiment.fit.seed)
    this.#course = this.#newCourse()
    this.#events = this.#begin()
    this.isStopped = false
    this.#loss = undefined
    this.#rate = undefined
  }

  /** Goes on behind its end, for as many epochs. */
  again(): void {
    this.#course = this.#newCourse(this.#course)
    this.#events = this.#begin()
    this.isStopped = false
  }

  /** Takes the weights, moments and running values of a model of the same network, and goes on where that is. */
  continue({ training, course }: LoadedModel): void {
    const own = this.training.session
    this.#course = this.#newCourse(course)
    this.#events = this.#begin()
    const kept = training.session.snapshot(['parameter', 'statistic', 'slot', 'counter'])
    for (const [name, values] of Object.entries(kept)) {
      if (!own.hasState(name)) continue
      const state = own.executable.state(name)
      if (state.length === values.length) state.set(values)
    }
  }

  /** `always`: as it is now; else the picture of the plane may be an older one, where one takes long to make. */
  frame(isPlaying: boolean, always: boolean): Frame {
    const { session } = this.training
    const { start, epoch, step } = this.#course
    if (always || performance.now() >= this.#nextLook) this.#see(session)
    return {
      epoch: epoch - start.before,
      epochs: this.#experiment.fit.epochs,
      before: start.before,
      step,
      updateTime: this.#updateTime,
      loss: this.#loss,
      rate: isPlaying ? this.#rate : undefined,
      weights: smallWeights(session),
      ...this.#seen,
    }
  }

  /** Looks take a small share of the time, and the training the rest. */
  #see(session: Session): void {
    const began = performance.now()
    this.#seen = this.#viewer?.look(session) ?? nothing
    const ended = performance.now()
    this.#nextLook = ended + lookShare * (ended - began)
  }

  /** An element of a parameter; `undefined` where there is none. */
  weight(name: string, index: number): number | undefined {
    const { session } = this.training
    const value = session.hasState(name) ? session.executable.state(name)[index] : undefined
    return value === undefined ? undefined : Number(value)
  }

  /** These rows, or those of the next update. */
  #batch(rows: readonly number[] | undefined): Int32Array {
    if (rows !== undefined) return Int32Array.from(rows)
    const { session, parts } = this.training
    const { seed, shuffle } = this.#experiment.fit
    const { epoch, row } = this.#course.next
    const order = shuffle === false ? parts.train : shuffled(parts.train, seed, epoch)
    return order.subarray(row, row + session.program.maxBatch)
  }

  /** A layer's equations and their values; `undefined` where there is no such layer. */
  async explain(
    node: string,
    rows: readonly number[] | undefined,
    equations: boolean,
  ): Promise<Explained | undefined> {
    const { session } = this.training
    const { nodes, graph } = session.shaped
    const isThere =
      nodes.some((each) => each.node.name === node) ||
      graph.heads.some(({ name, loss }) => loss !== undefined && lossPrefix + name === node)
    if (!isThere) return undefined
    this.#explainer ??= import('./explainer.ts').then(
      ({ Explainer }) => new Explainer(session, this.#experiment.optimizer),
    )
    const explainer = await this.#explainer
    if (this.#isDisposed) return undefined
    const batch = this.#batch(rows)
    const { step } = this.#course
    return { ...(await explainer.explain(node, batch, equations)), step, rows: Array.from(batch) }
  }

  health(): Health {
    const { session } = this.training
    const nodes = session.shaped.nodes.map(({ node }) => node.name)
    return {
      step: this.#course.step,
      layers: healthOf(nodes, session.inspect(this.#batch(undefined))),
    }
  }

  inspect(rows: readonly number[] | undefined): Inspection {
    const { session } = this.training
    const batch = this.#batch(rows)
    const tensors = Object.entries(session.inspect(batch)).map(
      ([name, { shape, values }]) => [name, { shape, values: Float32Array.from(values) }] as const,
    )
    return {
      rows: Array.from(batch),
      tensors: Object.fromEntries(tensors),
      parameters: Object.fromEntries(
        Object.entries(session.snapshot(['parameter'])).map(([name, values]) => [
          name,
          {
            shape: (session.program.state[name]?.type.shape ?? []).map(Number),
            values: Float32Array.from(values),
          },
        ]),
      ),
    }
  }

  dispose(): void {
    this.#isDisposed = true
    void this.#explainer?.then((explainer) => explainer.dispose())
    this.training.session.dispose()
    this.#viewer?.dispose()
  }
}

/** Of a large network nothing is copied: this is done with each frame. */
function smallWeights({ program, executable }: Session): Frame['weights'] {
  const parameters = Object.entries(program.state)
    .filter(([, { kind }]) => kind === 'parameter')
    .map(([name]) => [name, executable.state(name)] as const)
  const size = parameters.reduce((sum, [, { length }]) => sum + length, 0)
  if (size > drawnParameters) return undefined
  return Object.fromEntries(parameters.map(([name, values]) => [name, Float32Array.from(values)]))
}
