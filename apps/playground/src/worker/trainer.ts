/** One experiment in the training worker: loaded, run in slices between messages, looked at. */
import type { FinishedEvent, TrainingEvent } from '@chainrule/core'
import { dequal } from 'dequal'
import { count, counted } from '../page/count.ts'
import { Acts } from './acts.ts'
import { isCode } from './code.ts'
import { engineFor } from './engines.ts'
import type { LoadedModel } from './loaded-model.ts'
import { openText } from './open-text.ts'
import { type Prepared, prepare, type Trainable, trainable } from './prepare.ts'
import type { Act, Epoch, Files, Loaded, Message } from './protocol.ts'
import { drawSame, meanSame } from './same.ts'

type Send = (message: Message) => void
type Ended = Extract<Message, { readonly type: 'ended' }>

/** Of updates that are run without a look at the time. */
const longestRun = 64

/** Milliseconds of training between two looks for messages. */
const turnLength = 14

export class Trainer {
  readonly #send: Send
  /** As many as the page may use. */
  readonly #threads: number
  #loaded: LoadedModel | undefined
  /** What the page was told of it. */
  #told: Loaded | undefined
  /** The visitor's, that it was opened with. */
  #code: readonly (readonly [name: string, code: Files[string]])[] = []
  readonly #acts = new Acts()
  /** What the page was told when the training ended. */
  #ended: Ended | undefined
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

  get loaded(): LoadedModel | undefined {
    return this.#loaded
  }

  /** Replaces the experiment; the page hears `loaded` or `refused`. */
  async load(id: number, text: string, files: Files, keep: boolean): Promise<void> {
    this.pause()
    const asked = ++this.#text
    const opened = await openText(text, files)
    if (asked !== this.#text) return this.#refuse(id, 'another text was loaded')
    const ready = trainable(opened)
    if (typeof ready === 'string') return this.#refuse(id, ready)
    const code = Object.entries(files).filter(([name]) => isCode(name))
    const keeps = keep && dequal(code, this.#code)
    if (keeps && this.#reword(id, ready)) return
    // Code of the visitor's own leaves the worker without threads.
    const threads = code.length > 0 ? 1 : this.#threads
    const next = await prepare(ready, engineFor(ready.network.parameters, threads))
    await this.#afterUpdates(() => {
      if (asked === this.#text) {
        this.#code = code
        return this.#install(id, next, keeps)
      }
      next.model.dispose()
      this.#refuse(id, 'another text was loaded')
    })
  }

  /** Whether the text says what is loaded already: then nothing but its words and their places are others. */
  #reword(id: number, { opened, network }: Trainable): boolean {
    const [loaded, told] = [this.#loaded, this.#told]
    if (loaded === undefined || told === undefined || !meanSame(loaded.opened, opened)) return false
    loaded.reword(opened)
    this.#acts.reword(opened.text)
    this.#tell({ ...told, network, kept: true }, id)
    if (this.#ended !== undefined) this.#send(this.#ended)
    return true
  }

  #install(id: number, { model, told }: Prepared, keep: boolean): void {
    // The one before may have been set going again meanwhile.
    this.pause()
    this.#turn++
    const { opened } = model
    const before = this.#loaded
    const kept = keep && before !== undefined && drawSame(before.opened, opened)
    if (kept) {
      this.#acts.add({ text: opened.text }, before.course)
      model.continue(before)
    } else this.#acts.begin(opened.text)
    before?.dispose()
    this.#epochs = []
    this.#ended = undefined
    this.#loaded = model
    this.#tell({ ...told, kept }, id)
    this.#frame(true)
  }

  #tell(loaded: Loaded, id: number): void {
    this.#told = loaded
    this.#send({ type: 'loaded', id, loaded })
  }

  #refuse(id: number, message: string): void {
    this.#send({ type: 'refused', id, message })
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

  /** Runs to an update, or to the end; false where something else was asked for meanwhile. */
  async advance(to: number | 'end'): Promise<boolean> {
    this.pause()
    const turn = ++this.#turn
    const isAsked = (): boolean => this.#playing && turn === this.#turn
    this.#playing = this.#loaded !== undefined
    for (let goesOn = true; goesOn && isAsked(); this.#frame(false)) {
      const left = to === 'end' ? longestRun : to - (this.#loaded?.course.step ?? to)
      const steps = Math.min(left, longestRun)
      goesOn = left > 0 && (await this.#afterUpdates(() => this.#advance(turn, steps)))
    }
    const isDone = isAsked()
    if (isDone) this.#playing = false
    this.#frame(true)
    return isDone
  }

  /** What led to the weights as they stand. */
  recall(): Promise<readonly Act[]> {
    return this.#afterUpdates(() =>
      this.#loaded === undefined ? [] : this.#acts.upTo(this.#loaded.course),
    )
  }

  /** Draws the weights anew. */
  async reset(): Promise<void> {
    this.pause()
    this.#turn++
    await this.#afterUpdates(() => this.#restart())
  }

  #restart(): void {
    this.#epochs = []
    this.#ended = undefined
    this.#loaded?.restart()
    if (this.#loaded !== undefined) this.#acts.begin(this.#loaded.opened.text)
    this.#frame(true)
  }

  /** A training that had ended goes on, for as many epochs. */
  again(): Promise<void> {
    return this.#afterUpdates(() => {
      if (this.#loaded?.course.hasEnded !== true) return
      this.#acts.add({ again: true }, this.#loaded.course)
      this.#ended = undefined
      this.#loaded.again()
    })
  }

  /** Between two updates, so that another page can do it at the same place. */
  setWeight(name: string, index: number, value: number): Promise<void> {
    return this.#afterUpdates(() => this.#setWeight(name, index, value))
  }

  #setWeight(name: string, index: number, value: number): void {
    const loaded = this.#loaded
    if (loaded?.training.session.hasState(name) !== true || !Number.isFinite(Math.fround(value)))
      return
    const state = loaded.training.session.executable.state(name)
    if (!Number.isInteger(index) || index < 0 || index >= state.length) return
    // JSON has no −0.
    state[index] = value + 0
    this.#acts.add({ weight: name, index, value: value + 0 }, loaded.course)
    this.#frame(true)
  }

  /** Takes the weights of a saved model; throws where it is of another network. */
  async restore(bytes: Uint8Array): Promise<void> {
    this.pause()
    this.#turn++
    const { readModel } = await import('./model-files.ts')
    const { states } = readModel(bytes)
    const values = Object.entries(states).map(([name, state]) => [name, state.values] as const)
    await this.#afterUpdates(() => {
      if (this.#loaded === undefined) return
      this.#loaded.training.session.restore(Object.fromEntries(values))
      this.#acts.add({ model: bytes }, this.#loaded.course)
      this.#frame(true)
    })
  }

  drawn(): void {
    this.#drawn = true
  }

  async #run(turn: number): Promise<void> {
    while (this.#playing && turn === this.#turn) {
      const began = performance.now()
      const from = this.#loaded?.course.step ?? 0
      const wanted = this.#stepsPerSecond
      const slice = wanted === undefined ? undefined : Math.max(1, Math.round(wanted / 30))
      const isPlaying = (): boolean => this.#playing && turn === this.#turn
      // An epoch of few rows is over in no time: what is unlimited fills its turn before the page is heard again.
      do {
        const goesOn = await this.#afterUpdates(() => this.#advance(turn, slice))
        if (!goesOn && turn === this.#turn) this.#playing = false
      } while (isPlaying() && wanted === undefined && performance.now() - began < turnLength)
      this.#frame(false)
      const made = (this.#loaded?.course.step ?? 0) - from
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
      if (event !== undefined) this.#hear(event, loaded)
      if (done === true || turn !== this.#turn) return false
      if (event?.type === 'progress') return true
    }
  }

  #hear(event: TrainingEvent, loaded: LoadedModel): void {
    if (event.type === 'epoch') {
      const epoch: Epoch = {
        epoch: loaded.course.epoch,
        step: loaded.course.step,
        train: event.train,
        validation: event.validation,
        tables: event.tables?.validation ?? {},
      }
      this.#epochs.push(epoch)
    }
    if (event.type === 'stopped' && event.reason !== 'aborted') {
      const reason = event.reason === 'non-finite' ? 'non-finite' : 'patience'
      this.#end({ type: 'ended', reason, message: event.message, ...helpOf(event) })
    }
    if (event.type === 'finished' && !loaded.isStopped) {
      this.#end({
        type: 'ended',
        reason: 'finished',
        message: finishedText(event, loaded.lastEpoch),
      })
    }
  }

  #end(message: Ended): void {
    this.#flush()
    this.#ended = message
    this.#send(message)
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

/** What may be done about it, where a value was not finite. */
const helpOf = ({ error }: Extract<TrainingEvent, { readonly type: 'stopped' }>) =>
  error?.help === undefined ? {} : { help: error.help }

/** `asked`: the epochs that the text asks for. */
function finishedText({ epochs, best }: FinishedEvent, asked: number): string {
  const more = epochs > asked ? `, and the text asks for ${count(asked)}` : ''
  const kept =
    best === undefined || best === epochs ? '' : `; the weights of epoch ${count(best)} are kept`
  return `trained ${counted(epochs, 'epoch')}${more}${kept}`
}
