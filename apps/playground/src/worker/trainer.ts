/** One experiment in the training worker: loaded, run in slices between messages, looked at. */
import type { FinishedEvent, TrainingEvent } from '@chainrule/core'
import { type WasmEngine, wasmEngine } from '@chainrule/engine-wasm'
import { hasErrors, plannedBytes, prepareTraining, type SavedModel } from 'chainrule/workbench'
import { count } from '../page/count.ts'
import { imageSize, samplesOf } from './images.ts'
import { identity, LoadedModel } from './loaded-model.ts'
import { openText, registry } from './open-text.ts'
import { gridRows, planeOf } from './plane.ts'
import type { Epoch, Files, Loaded, Message } from './protocol.ts'
import { Viewer } from './viewer.ts'
import { networkView } from './views.ts'

type Send = (message: Message) => void

/** Everything that a training and a look at it may run. */
const entries = [
  ...(['init', 'predict', 'evaluate', 'penalty'] as const),
  ...(['gradient', 'update', 'step', 'inspect'] as const),
]

/** Computes portably: a link is to lead to the same weights on every machine. */
export const oneThread = wasmEngine({ numerics: 'portable' })

/** Parameters from which on threads gain more than they cost, about. */
const worthThreads = 20_000

/** Of updates that are run without a look at the time. */
const longestRun = 64

/** Milliseconds of training between two looks for messages. */
const turnLength = 14

/** What is known of a text that was loaded. */
interface Installed extends Pick<Loaded, 'network' | 'plane' | 'bytes'> {
  readonly engine: WasmEngine
  /** Whether weights are kept where the network and its data are the same as before. */
  readonly keep: boolean
}

export class Trainer {
  readonly #send: Send
  /** As many as the page may use. */
  readonly #threads: number
  #loaded: LoadedModel | undefined
  #playing = false
  #stepsPerSecond: number | undefined
  /** Counts what is asked for, so that a slice of what is over does nothing. */
  #turn = 0
  /** Counts texts, so that one that is loaded slowly does not replace a later one. */
  #text = 0
  /** What changes weights does so one after the other: a training cannot be stopped amid its updates. */
  #queue: Promise<unknown> = Promise.resolve()
  /** Ended, and not yet told of. */
  #epochs: Epoch[] = []
  /** Whether the page takes a frame. */
  #drawn = true

  constructor(send: Send, threads: number) {
    this.#send = send
    this.#threads = threads
  }

  /** Replaces the experiment; the page hears `loaded` or `refused`. */
  async load(id: number, text: string, files: Files, keep: boolean): Promise<void> {
    this.pause()
    const asked = ++this.#text
    const opened = await openText(text, files)
    if (asked !== this.#text) return this.#refuse(id, 'another text was loaded')
    const { experiment, data } = opened
    const network = experiment === undefined ? undefined : networkView(experiment, opened)
    if (hasErrors(opened.diagnostics)) return this.#refuse(id, 'the text has errors')
    if (data === undefined || experiment === undefined || network === undefined)
      return this.#refuse(id, 'the text names no data to train on')
    const engine = network.parameters < worthThreads ? oneThread : this.#manyThreads()
    const training = await prepareTraining(text, experiment, data, { engine, entries })
    const plane = planeOf(data, network.parameters)
    const viewer =
      plane === undefined || experiment.shaped === undefined
        ? undefined
        : await Viewer.create(experiment.shaped, gridRows(data, plane), plane, oneThread)
    const bytes = await plannedBytes(experiment, engine)
    const next = new LoadedModel(opened, training, viewer)
    await this.#afterUpdates(() => {
      if (asked === this.#text)
        return this.#install(id, next, { network, plane, bytes, engine, keep })
      next.dispose()
      this.#refuse(id, 'another text was loaded')
    })
  }

  #install(
    id: number,
    next: LoadedModel,
    { network, plane, bytes, engine, keep }: Installed,
  ): void {
    // The one before may have been set going again meanwhile.
    this.pause()
    this.#turn++
    const { opened, training } = next
    const { experiment, data } = opened
    if (experiment === undefined || data === undefined) return
    const same =
      keep && this.#loaded !== undefined && identity(this.#loaded.opened) === identity(opened)
    if (same && this.#loaded !== undefined) next.continue(this.#loaded)
    this.#loaded?.dispose()
    this.#epochs = []
    this.#loaded = next
    const { train, validation, test } = training.parts
    const loaded: Loaded = {
      network,
      rows: { train: train.length, validation: validation?.length ?? 0, test: test?.length ?? 0 },
      batch: experiment.fit.batch,
      stepsPerEpoch: next.stepsPerEpoch,
      bytes,
      kept: same,
      plane,
      image: imageSize(data),
      threads: engine.threads,
      metrics: experiment.metrics.flatMap(({ metric }) =>
        metric.style === 'tabulating' ? [] : [metric.name],
      ),
    }
    this.#send({ type: 'loaded', id, loaded })
    this.#frame(true)
  }

  #refuse(id: number, message: string): void {
    this.#send({ type: 'refused', id, message })
  }

  #manyThreads(): WasmEngine {
    return wasmEngine({ numerics: 'portable', threads: this.#threads })
  }

  #afterUpdates<T>(work: () => T | Promise<T>): Promise<T> {
    const done = this.#queue.then(work)
    this.#queue = done.catch(() => {})
    return done
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
    await this.#afterUpdates(() => this.#advance(turn, 1))
    this.#frame(true)
  }

  /** Runs to an update, or to the end. */
  async advance(to: number | 'end'): Promise<void> {
    this.pause()
    const turn = ++this.#turn
    for (let isThere = true; isThere && turn === this.#turn; ) {
      const left = to === 'end' ? longestRun : to - (this.#loaded?.step ?? to)
      isThere =
        left > 0 &&
        (await this.#afterUpdates(() => this.#advance(turn, Math.min(left, longestRun))))
      this.#frame(!isThere)
    }
  }

  /** Draws the weights anew. */
  async reset(): Promise<void> {
    this.pause()
    this.#turn++
    await this.#afterUpdates(() => this.#restart())
  }

  #restart(): void {
    this.#epochs = []
    this.#loaded?.restart()
    this.#frame(true)
  }

  setWeight(name: string, index: number, value: number): void {
    const loaded = this.#loaded
    if (loaded?.training.session.hasState(name) !== true || !Number.isFinite(Math.fround(value)))
      return
    const state = loaded.training.session.executable.state(name)
    if (!Number.isInteger(index) || index < 0 || index >= state.length) return
    state[index] = value
    loaded.isExact = false
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
    try {
      const explained = await this.#loaded?.explain(asked.node, asked.rows, asked.equations)
      this.#send({ type: 'explained', id, explained })
    } catch (error) {
      // What cannot be shown must not look as if the training had ended.
      const why = error instanceof Error ? error.message : String(error)
      this.#send({ type: 'explained', id, explained: undefined, why })
    }
  }

  async health(id: number): Promise<void> {
    this.#send({ type: 'examined', id, health: await this.#loaded?.health() })
  }

  async save(id: number): Promise<void> {
    if (this.#loaded === undefined) return
    const { writeModel } = await import('./model-files.ts')
    this.#send({ type: 'saved', id, bytes: writeModel(this.#loaded.training.saved()) })
  }

  /** Takes the weights of a saved model; throws where it is of another network. */
  async restore(bytes: Uint8Array): Promise<void> {
    this.pause()
    this.#turn++
    const { readModel } = await import('./model-files.ts')
    const { states } = readModel(bytes)
    await this.#afterUpdates(() => this.#take(states))
  }

  #take(states: SavedModel['states']): void {
    const values = Object.entries(states).map(([name, state]) => [name, state.values] as const)
    this.#loaded?.training.session.restore(Object.fromEntries(values))
    if (this.#loaded !== undefined) this.#loaded.isExact = false
    this.#frame(true)
  }

  async samples(id: number, count: number): Promise<void> {
    const { training, opened } = this.#loaded ?? {}
    const samples =
      training === undefined || opened?.data === undefined
        ? undefined
        : samplesOf(training, opened.data, count)
    this.#send({ type: 'sampled', id, samples })
  }

  async predictImage(id: number, pixels: Uint8Array): Promise<void> {
    const { training, opened } = this.#loaded ?? {}
    const size = opened?.data === undefined ? undefined : imageSize(opened.data)
    if (training === undefined || size === undefined)
      return this.#send({ type: 'said', id, said: [] })
    const { predictImage } = await import('./predict-image.ts')
    const said = await predictImage(training, size, pixels, { engine: oneThread, registry })
    this.#send({ type: 'said', id, said })
  }

  drawn(): void {
    this.#drawn = true
  }

  async #run(turn: number): Promise<void> {
    while (this.#playing && turn === this.#turn) {
      const began = performance.now()
      const from = this.#loaded?.step ?? 0
      const wanted = this.#stepsPerSecond
      const slice = wanted === undefined ? undefined : Math.max(1, Math.round(wanted / 30))
      const isPlaying = (): boolean => this.#playing && turn === this.#turn
      // An epoch of few rows is over in no time: what is unlimited fills its turn before the page is heard again.
      do {
        const goesOn = await this.#afterUpdates(() => this.#advance(turn, slice))
        if (!goesOn && turn === this.#turn) this.#playing = false
      } while (isPlaying() && wanted === undefined && performance.now() - began < turnLength)
      this.#frame(false)
      const made = (this.#loaded?.step ?? 0) - from
      const left = wanted === undefined ? 0 : (made / wanted) * 1000 - (performance.now() - began)
      await new Promise((resolve) => setTimeout(resolve, Math.max(0, left)))
    }
    if (turn === this.#turn) this.#frame(true)
  }

  /** Runs to the next progress; false at the end of the training. */
  async #advance(turn: number, steps: number | undefined): Promise<boolean> {
    const loaded = this.#loaded
    if (loaded === undefined || turn !== this.#turn) return false
    loaded.stepsPerEvent =
      steps === undefined ? undefined : Math.min(steps, loaded.stepsIn(turnLength))
    for (;;) {
      const { value: event, done } = await loaded.next()
      if (event !== undefined) this.#tell(event, loaded)
      if (done === true || turn !== this.#turn) return false
      if (event?.type === 'progress') return true
    }
  }

  #tell(event: TrainingEvent, loaded: LoadedModel): void {
    if (event.type === 'epoch') {
      const epoch: Epoch = {
        epoch: loaded.epoch,
        step: loaded.step,
        train: event.train,
        validation: event.validation,
        tables: event.tables?.validation ?? {},
      }
      this.#epochs.push(epoch)
    }
    if (event.type === 'stopped' && event.reason !== 'aborted') {
      this.#flush()
      const reason = event.reason === 'non-finite' ? 'non-finite' : 'patience'
      this.#send({ type: 'ended', reason, message: event.message })
    }
    if (event.type === 'finished' && !loaded.isStopped) {
      this.#flush()
      const message = finishedText(event, loaded.epochsBefore)
      this.#send({ type: 'ended', reason: 'finished', message })
    }
  }

  /** Sends the epochs that ended since the last time, however many they are; of tables the last is shown. */
  #flush(): void {
    const last = this.#epochs.at(-1)
    const epochs = this.#epochs.map((each) => (each === last ? each : { ...each, tables: {} }))
    if (epochs.length > 0) this.#send({ type: 'epochs', epochs })
    this.#epochs = []
  }

  /** Sends how the model stands, as often as the page draws, or at once. */
  #frame(always: boolean): void {
    const loaded = this.#loaded
    if (loaded === undefined || !(always || this.#drawn)) return
    this.#drawn = false
    this.#flush()
    this.#send({ type: 'frame', frame: loaded.frame(this.#playing, always) })
  }
}

/** `before`: epochs of trainings whose weights were kept. */
function finishedText({ epochs, best }: FinishedEvent, before: number): string {
  const kept =
    best === undefined || best === epochs
      ? ''
      : `; the weights of epoch ${count(before + best)} are kept`
  return `trained ${count(before + epochs)} epochs${kept}`
}
