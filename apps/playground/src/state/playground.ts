/** The state of the page. The text is the one state; everything else follows from it or says how the training goes. */
import { batch, computed, effect, signal } from '@preact/signals'
import { isCode } from '../worker/code.ts'
import type {
  Act,
  Checked,
  Epoch,
  Frame,
  Inspection,
  Loaded,
  Message,
  NetworkView,
} from '../worker/protocol.ts'
import type { Settings } from '../worker/text-protocol.ts'
import { firstText } from './examples.ts'
import { files, ownFiles } from './files.ts'
import { withEpochs } from './history.ts'
import { tellWhenLong } from './reading.ts'
import { WorkerClient } from './worker-client.ts'

export type Status =
  | { readonly is: 'loading' | 'playing' | 'paused' }
  /** Until there is a text that can be trained, unlike `text`; it goes on then where `plays`. */
  | {
      readonly is: 'waiting'
      readonly text: string
      readonly why: string
      readonly plays: boolean
    }
  | { readonly is: 'ended'; readonly why: string; readonly failed: boolean }

export const text = signal(firstText)
export const checked = signal<Checked | undefined>(undefined)
const checkedText = signal<string | undefined>(undefined)
/** Of the last text without errors. */
export const settings = signal<Settings | undefined>(undefined)
export const loaded = signal<Loaded | undefined>(undefined)
export const frame = signal<Frame | undefined>(undefined)
export const epochs = signal<readonly Epoch[]>([])
export const status = signal<Status>({ is: 'loading' })
export const threads = signal(1)
/** Something to tell once, such as that a worker was lost. */
export const notice = signal<string | undefined>(undefined)
export const usualSpeed = 300
/** Updates in a second; as fast as it goes where undefined. */
export const speed = signal<number | undefined>(usualSpeed)

/** The network of the text, or while that has errors the last one that had none. */
export const network = signal<NetworkView | undefined>(undefined)

export const isPlaying = computed(() => status.value.is === 'playing')
/** Whether the text has errors, and the page shows what became of the last one without any. */
export const isStale = computed(
  () => checked.value?.diagnostics.some(({ severity }) => severity === 'error') === true,
)
/** Whether a text without errors cannot be trained all the same, and the page shows what became of the one before. */
export const isUntrainable = computed(
  () => status.value.is === 'waiting' && status.value.text === text.value && !isStale.value,
)
/** Whether the text as it stands was checked, so that what is known of it is shown. */
export const isChecked = computed(() => checkedText.value === text.value)

/** Text waits so long for more, in ms. */
const checkDelay = 120
const loadDelay = 350

const hasOwnCode = (): boolean => Object.keys(ownFiles.value).some(isCode)

/** A machine may be busy with other things; code of the visitor's own is not waited for as long. */
const patience = (): number => (hasOwnCode() ? 15_000 : 60_000)

/** The text with which a worker was lost, until an update was made. */
let lostBy: string | undefined

/** The same of the worker that reads, until it has read one. */
let unreadBy: string | undefined

/** Reads texts, so that the editor is answered while the other trains. */
export const reader = new WorkerClient({
  onMessage: () => {},
  patience,
  onLost: (reason) => {
    if (unreadBy === text.value)
      notice.value = `The text cannot be read: ${reason}. Change it to go on.`
    else void check()
    unreadBy = text.value
  },
})

export const trainer = new WorkerClient({
  onMessage: hear,
  patience,
  onLost: (reason) => {
    const now = status.peek()
    // A text that cost its worker is not tried again and again, and code that did not end once does not the next time.
    const isHopeless = lostBy === text.value || hasOwnCode() || (now.is === 'ended' && now.failed)
    lostBy = text.value
    if (isHopeless && now.is !== 'ended')
      status.value = {
        is: 'ended',
        why: `${reason}: change the text, or open its code anew`,
        failed: true,
      }
    if (isHopeless) return
    notice.value = `The training began again: ${reason}.`
    void load({ keep: false, play: now.is === 'playing' })
  },
})

function hear(message: Message): void {
  switch (message.type) {
    case 'ready':
      threads.value = message.threads
      return
    case 'frame':
      frame.value = message.frame
      if (message.frame.step > 0) lostBy = undefined
      // What was on its way when a training began anew is of the one before.
      if (message.frame.step === 0 && epochs.value.length > 0) epochs.value = []
      askForFrame()
      return
    case 'epochs':
      epochs.value = withEpochs(epochs.value, message.epochs)
      return
    case 'ended':
      status.value = {
        is: 'ended',
        why: failureText(message),
        failed: message.reason === 'non-finite',
      }
      return
    case 'failed':
      status.value = { is: 'ended', why: failureText(message), failed: true }
      return
  }
}

/** The next one is made while this one is drawn; a page that nobody sees takes none until it is seen. */
function askForFrame(): void {
  requestAnimationFrame(() => trainer.tell({ type: 'drawn' }))
}

export function failureText({ message, help }: { message: string; help?: string }): string {
  return help === undefined ? message : `${message}: ${help}`
}

/** Counted, as the same text may be asked for with other files, and what was asked first be answered last. */
let [checks, loads] = [0, 0]

async function check(): Promise<void> {
  const turn = ++checks
  const asked = text.value
  const answer = await reader.ask({ type: 'check', text: asked, files: files.value })
  if (answer !== undefined) unreadBy = undefined
  if (answer?.type !== 'checked' || turn !== checks || asked !== text.value) return
  batch(() => {
    checked.value = answer.checked
    checkedText.value = asked
    settings.value = answer.checked.settings ?? settings.value
    network.value = answer.checked.network ?? network.value
  })
}

interface LoadHow {
  /** The text of the page where left out. */
  readonly next?: string
  readonly keep: boolean
  /** Where left out, as it is when the text is there: somebody may have paused meanwhile. */
  readonly play?: boolean
}

/** Whether a text is loaded now, and no other was written meanwhile. */
async function load({ next, keep, play: asksToPlay }: LoadHow): Promise<boolean> {
  const turn = ++loads
  const written = text.value
  const asked = next ?? written
  const isLast = (): boolean => turn === loads && written === text.value
  const answer = await tellWhenLong(
    trainer.ask({ type: 'load', text: asked, files: files.value, keep }),
    isLast,
  )
  if (answer === undefined || !isLast()) return false
  const plays = asksToPlay ?? goesOn(status.peek())
  batch(() => {
    if (answer.type === 'refused' || answer.type === 'failed')
      status.value = { is: 'waiting', text: asked, why: failureText(answer), plays }
    if (answer.type !== 'loaded') return
    if (!answer.loaded.kept) epochs.value = []
    loaded.value = answer.loaded
    // Whoever types at once has no other yet.
    network.value ??= answer.loaded.network
    status.value = { is: 'paused' }
  })
  if (answer.type === 'loaded' && plays) play()
  return answer.type === 'loaded'
}

/** Puts another text in the place of what is written, and reads it. */
function write(next: string): void {
  text.value = next
  cancelReading()
  void check()
}

/** Loads another text; it stands still unless it plays. */
export function loadText(
  next: string,
  { play: plays = false }: { readonly play?: boolean } = {},
): Promise<boolean> {
  replays++
  write(next)
  return load({ keep: false, play: plays })
}

/** Counts texts that are loaded from elsewhere: a later one takes the place of the one before. */
let replays = 0

/** Writes a text and repeats the acts that led to its weights. It plays then where nothing was trained, and else stands still. */
export async function replay(written: string, acts: readonly Act[]): Promise<void> {
  const turn = ++replays
  const isWanted = (): boolean => turn === replays && text.value === written
  write(written)
  let done = 0
  while (isWanted() && done < acts.length && (await replayed(acts[done], done === 0))) done++
  if (!isWanted()) return
  // Whoever stopped it goes on from there.
  const act = acts[done]
  if (done > 0 && act !== undefined && !('to' in act))
    notice.value = 'Not all that was done with these weights could be done again: they are others.'
  await load({ keep: done > 0, play: acts.length < 2 })
}

/** Whether it was done to its end. */
async function replayed(act: Act | undefined, isFirst: boolean): Promise<boolean> {
  if (act === undefined) return false
  if ('text' in act) return load({ next: act.text, keep: !isFirst, play: false })
  if ('again' in act) {
    trainer.tell({ type: 'again' })
    return true
  }
  if ('weight' in act) {
    setWeight(act.weight, act.index, act.value)
    return true
  }
  if ('model' in act)
    return (await trainer.ask({ type: 'restore', bytes: act.model }))?.type === 'done'
  status.value = { is: 'playing' }
  return (await trainer.ask({ type: 'advance', to: act.to }))?.type === 'done'
}

export function play(): void {
  if (loaded.value === undefined) return
  goOnBehindEnd()
  trainer.tell({ type: 'play', stepsPerSecond: speed.value })
  status.value = { is: 'playing' }
}

export function pause(): void {
  trainer.tell({ type: 'pause' })
  if (isPlaying.value) status.value = { is: 'paused' }
}

/** From the weights that a training ended with, or anew where they are not finite. */
function goOnBehindEnd(): void {
  const now = status.value
  if (now.is !== 'ended') return
  if (now.failed) reset()
  else trainer.tell({ type: 'again' })
}

export function step(): void {
  goOnBehindEnd()
  trainer.tell({ type: 'step' })
  status.value = { is: 'paused' }
}

export function reset(): void {
  trainer.tell({ type: 'reset' })
  batch(() => {
    epochs.value = []
    status.value = { is: 'paused' }
  })
}

export function setSpeed(stepsPerSecond: number | undefined): void {
  speed.value = stepsPerSecond
  if (isPlaying.value) trainer.tell({ type: 'play', stepsPerSecond })
}

export function setWeight(name: string, index: number, value: number): void {
  trainer.tell({ type: 'set-weight', name, index, value })
}

export async function inspect(rows?: readonly number[]): Promise<Inspection | undefined> {
  const answer = await trainer.ask({ type: 'inspect', ...(rows === undefined ? {} : { rows }) })
  return answer?.type === 'inspected' ? answer.inspection : undefined
}

let [checking, loading] = [0, 0]

function cancelReading(): void {
  clearTimeout(checking)
  clearTimeout(loading)
}

/** Begins: reads the text whenever it changes, and trains it; the first one not, where it is being loaded. */
export function start({ isLoading }: { readonly isLoading: boolean }): void {
  let isFirst = true
  effect(() => {
    void [text.value, files.value]
    const begins = isFirst
    isFirst = false
    if (begins && isLoading) return
    cancelReading()
    checking = window.setTimeout(() => void check(), begins ? 0 : checkDelay)
    loading = window.setTimeout(() => void load({ keep: true }), begins ? 0 : loadDelay)
  })
}

/** Whether a training goes on when its text was changed: one that had ended learns again. */
function goesOn(now: Status): boolean {
  return now.is === 'waiting' ? now.plays : now.is !== 'paused'
}
