/** One experiment in the training worker: loaded, run in slices between messages, looked at. */
import {
  type FinishedEvent,
  fit,
  type Session,
  shuffled,
  type TrainingEvent,
} from '@chainrule/core'
import {
  builtInRegistry,
  chooseEngine,
  hasErrors,
  type Opened,
  open,
  plannedBytes,
  prepareTraining,
  type Training,
  writeModel,
} from 'chainrule/workbench'
import type { Explainer } from './explainer.ts'
import { filesSource } from './files.ts'
import type { Explained, Health } from './inspect-protocol.ts'
import { healthOf } from './layer-health.ts'
import { gridRows, planeOf } from './plane.ts'
import type { Epoch, Files, Frame, Inspection, Loaded, Message } from './protocol.ts'
import { drawnParameters, Viewer } from './viewer.ts'
import { networkView } from './views.ts'

type Send = (message: Message) => void

const registry = builtInRegistry()

/** Opens a text with the files that the page has. */
export const openText = (text: string, files: Files): Promise<Opened> =>
  open(text, { registry, source: filesSource(files), file: 'model.mlp', requireShapes: true })

export class Trainer {
  readonly #send: Send
  readonly #threads: number
  #loaded: LoadedModel | undefined
  #playing = false
  #stepsPerSecond: number | undefined
  /** Counts what is asked for, so that a slice of what is over does nothing. */
  #turn = 0
  /** Whether the page takes a frame. */
  #drawn = true

  constructor(send: Send, threads: number) {
    this.#send = send
    this.#threads = threads
  }

  /** Replaces the experiment; the page hears `loaded` or `refused`. */
  async load(id: number, text: string, files: Files, keep: boolean): Promise<void> {
    this.pause()
    const turn = ++this.#turn
    const opened = await openText(text, files)
    if (turn !== this.#turn) return
    const { experiment, data } = opened
    const network = experiment === undefined ? undefined : networkView(experiment, opened)
    if (
      hasErrors(opened.diagnostics) ||
      experiment === undefined ||
      data === undefined ||
      network === undefined
    ) {
      const message =
        data === undefined ? 'the text names no data to train on' : 'the text has errors'
      this.#send({ type: 'refused', id, message })
      return
    }
    const engine = chooseEngine(this.#threads > 1 ? { threads: this.#threads } : {})
    const entries = [
      'init',
      'predict',
      'evaluate',
      'penalty',
      'gradient',
      'update',
      'step',
      'inspect',
    ] as const
    const training = await prepareTraining(text, experiment, data, { engine, entries })
    const plane = planeOf(data)
    const viewer =
      plane === undefined || experiment.shaped === undefined
        ? undefined
        : await Viewer.create(experiment.shaped, gridRows(data, plane), plane)
    const bytes = await plannedBytes(experiment, engine)
    if (turn !== this.#turn) {
      training.session.dispose()
      viewer?.dispose()
      return
    }
    const same =
      keep && this.#loaded !== undefined && identity(this.#loaded.opened) === identity(opened)
    const before = same ? this.#loaded : undefined
    const next = new LoadedModel(opened, training, viewer)
    if (before !== undefined) next.continue(before)
    this.#loaded?.dispose()
    this.#loaded = next
    const { parts } = training
    this.#send({
      type: 'loaded',
      id,
      loaded: {
        network,
        rows: {
          train: parts.train.length,
          validation: parts.validation?.length ?? 0,
          test: parts.test?.length ?? 0,
        },
        epochs: experiment.fit.epochs,
        batch: experiment.fit.batch,
        stepsPerEpoch: next.stepsPerEpoch,
        bytes,
        kept: same,
        plane,
        metrics: experiment.metrics.flatMap(({ metric }) =>
          metric.style === 'tabulating' ? [] : [metric.name],
        ),
      } satisfies Loaded,
    })
    this.#frame(true)
  }

  play(stepsPerSecond: number | undefined): void {
    this.#stepsPerSecond = stepsPerSecond
    if (this.#playing || this.#loaded === undefined) return
    this.#playing = true
    void this.#run(++this.#turn)
  }

  pause(): void {
    this.#playing = false
  }

  async step(): Promise<void> {
    this.pause()
    const turn = ++this.#turn
    await this.#advance(turn, 1)
    this.#frame(true)
  }

  /** Draws the weights anew. */
  reset(): void {
    this.pause()
    this.#turn++
    this.#loaded?.restart()
    this.#frame(true)
  }

  setWeight(name: string, index: number, value: number): void {
    const session = this.#loaded?.training.session
    if (session?.hasState(name) !== true) return
    const state = session.executable.state(name)
    if (index >= 0 && index < state.length) state[index] = value
    this.#frame(true)
  }

  inspect(id: number, rows: readonly number[] | undefined): void {
    if (this.#loaded !== undefined)
      this.#send({ type: 'inspected', id, inspection: this.#loaded.inspect(rows) })
  }

  async explain(
    id: number,
    asked: {
      readonly node: string
      readonly rows?: readonly number[]
      readonly equations: boolean
    },
  ): Promise<void> {
    const explained = await this.#loaded?.explain(asked.node, asked.rows, asked.equations)
    this.#send({ type: 'explained', id, explained })
  }

  health(id: number): void {
    this.#send({ type: 'examined', id, health: this.#loaded?.health() })
  }

  save(id: number): void {
    if (this.#loaded === undefined) return
    this.#send({ type: 'saved', id, bytes: writeModel(this.#loaded.training.saved()) })
  }

  drawn(): void {
    this.#drawn = true
  }

  async #run(turn: number): Promise<void> {
    while (this.#playing && turn === this.#turn) {
      const began = performance.now()
      const wanted = this.#stepsPerSecond
      const slice = wanted === undefined ? undefined : Math.max(1, Math.round(wanted / 30))
      if (!(await this.#advance(turn, slice))) this.#playing = false
      this.#frame(false)
      const left =
        wanted === undefined ? 0 : ((slice ?? 1) / wanted) * 1000 - (performance.now() - began)
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, left)))
    }
    if (turn === this.#turn) this.#frame(true)
  }

  /** Runs to the next progress; false at the end of the training. */
  async #advance(turn: number, steps: number | undefined): Promise<boolean> {
    const loaded = this.#loaded
    if (loaded === undefined) return false
    loaded.stepsPerEvent = steps
    for (;;) {
      const { value: event, done } = await loaded.next()
      if (turn !== this.#turn) return false
      if (event !== undefined) this.#tell(event, loaded)
      if (done === true) return false
      if (event?.type === 'progress') return true
    }
  }

  #tell(event: TrainingEvent, loaded: LoadedModel): void {
    if (event.type === 'epoch') {
      const epoch: Epoch = {
        epoch: event.epoch,
        step: loaded.step,
        train: event.train,
        validation: event.validation,
        tables: event.tables?.validation ?? {},
      }
      this.#send({ type: 'epoch', epoch })
    }
    if (event.type === 'stopped' && event.reason !== 'aborted') {
      const reason = event.reason === 'non-finite' ? 'non-finite' : 'patience'
      this.#send({ type: 'ended', reason, message: event.message })
    }
    if (event.type === 'finished' && !loaded.isStopped)
      this.#send({ type: 'ended', reason: 'finished', message: finishedText(event) })
  }

  /** Sends how the model stands, as often as the page draws, or at once. */
  #frame(always: boolean): void {
    const loaded = this.#loaded
    if (loaded === undefined || !(always || this.#drawn)) return
    this.#drawn = false
    this.#send({ type: 'frame', frame: loaded.frame(this.#playing) })
  }
}

function finishedText({ epochs, best }: FinishedEvent): string {
  const kept =
    best === undefined || best === epochs ? '' : `; the weights of epoch ${best} are kept`
  return `trained ${epochs} epochs${kept}`
}

/** What decides the weights that a training begins with and the rows it sees. */
function identity({ experiment, request }: Opened): string {
  const plain = (_: string, value: unknown): unknown =>
    typeof value === 'function' ? undefined : value
  const source = request === undefined ? undefined : { ...request, span: undefined }
  return JSON.stringify(
    [experiment?.graph.nodes, experiment?.graph.instances, experiment?.fit.seed, source],
    plain,
  )
}

/** A loaded experiment and how far its training is. */
class LoadedModel {
  readonly opened: Opened
  readonly training: Training
  readonly stepsPerEpoch: number
  stepsPerEvent: number | undefined
  step = 0
  epoch = 0
  isStopped = false
  #loss: number | undefined
  #rate: number | undefined
  #since = { at: 0, step: 0 }
  #events: AsyncGenerator<TrainingEvent, FinishedEvent>
  readonly #viewer: Viewer | undefined
  #explainer: Promise<Explainer> | undefined
  #isDisposed = false

  constructor(opened: Opened, training: Training, viewer: Viewer | undefined) {
    this.opened = opened
    this.training = training
    this.#viewer = viewer
    const { fit: settings } = this.#experiment
    this.stepsPerEpoch = Math.ceil(
      training.parts.train.length / (settings.batch * (settings.accumulate ?? 1)),
    )
    this.#events = this.#begin()
  }

  get #experiment(): NonNullable<Opened['experiment']> {
    const { experiment } = this.opened
    if (experiment === undefined) throw new Error('internal: a loaded text has an experiment')
    return experiment
  }

  #begin(): AsyncGenerator<TrainingEvent, FinishedEvent> {
    const { session, parts } = this.training
    return fit(session, {
      ...this.#experiment.fit,
      ...parts,
      batch: session.program.maxBatch,
      stepsPerEvent: () => this.stepsPerEvent,
    })
  }

  async next(): Promise<IteratorResult<TrainingEvent, FinishedEvent>> {
    const result = await this.#events.next()
    const event = result.value
    if (event?.type === 'progress') {
      this.step = event.step
      this.epoch = event.epoch
      this.#loss = event.loss
      this.#measure()
    }
    if (event?.type === 'stopped') this.isStopped = true
    return result
  }

  /** Updates in a second, over the last half of one. */
  #measure(): void {
    const { at, step } = this.#since
    const now = performance.now()
    if (now - at < 500) return
    if (at > 0) this.#rate = ((this.step - step) * 1000) / (now - at)
    this.#since = { at: now, step: this.step }
  }

  restart(): void {
    this.training.session.initialise(this.#experiment.fit.seed)
    this.#events = this.#begin()
    this.step = 0
    this.epoch = 0
    this.isStopped = false
    this.#loss = undefined
    this.#rate = undefined
  }

  /** Takes the weights, moments and running values of a model of the same network. */
  continue({ training }: LoadedModel): void {
    const own = this.training.session
    const kept = training.session.snapshot(['parameter', 'statistic', 'slot', 'counter'])
    for (const [name, values] of Object.entries(kept)) {
      if (!own.hasState(name)) continue
      const state = own.executable.state(name)
      if (state.length === values.length) state.set(values)
    }
  }

  frame(isPlaying: boolean): Frame {
    const { session } = this.training
    return {
      epoch: this.epoch,
      step: this.step,
      loss: this.#loss,
      rate: isPlaying ? this.#rate : undefined,
      weights: smallWeights(session),
      ...(this.#viewer?.look(session) ?? { surface: undefined, neurons: undefined }),
    }
  }

  /** These rows, or those of the next update. */
  #batch(rows: readonly number[] | undefined): Int32Array {
    if (rows !== undefined) return Int32Array.from(rows)
    const { session, parts } = this.training
    const { seed, shuffle } = this.#experiment.fit
    const { maxBatch } = session.program
    const inEpoch = this.step % this.stepsPerEpoch
    const next = Math.floor(this.step / this.stepsPerEpoch) + 1
    const order = shuffle === false ? parts.train : shuffled(parts.train, seed, next)
    return order.subarray(inEpoch * maxBatch, (inEpoch + 1) * maxBatch)
  }

  /** A layer's equations and their values; `undefined` where there is no such layer. */
  async explain(
    node: string,
    rows: readonly number[] | undefined,
    equations: boolean,
  ): Promise<Explained | undefined> {
    const { session } = this.training
    if (!session.shaped.nodes.some((each) => each.node.name === node)) return undefined
    this.#explainer ??= import('./explainer.ts').then(
      ({ Explainer }) => new Explainer(session, this.#experiment.optimizer),
    )
    const explainer = await this.#explainer
    if (this.#isDisposed) return undefined
    const batch = this.#batch(rows)
    const { step } = this
    return { ...(await explainer.explain(node, batch, equations)), step, rows: Array.from(batch) }
  }

  health(): Health {
    const { session } = this.training
    const nodes = session.shaped.nodes.map(({ node }) => node.name)
    return { step: this.step, layers: healthOf(nodes, session.inspect(this.#batch(undefined))) }
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

function smallWeights(session: Session): Frame['weights'] {
  const parameters = session.snapshot(['parameter'])
  const size = Object.values(parameters).reduce((sum, { length }) => sum + length, 0)
  if (size > drawnParameters) return undefined
  return Object.fromEntries(
    Object.entries(parameters).map(([name, values]) => [name, Float32Array.from(values)]),
  )
}
