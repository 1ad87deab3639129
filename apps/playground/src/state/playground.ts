/** The state of the page. The text is the one state; everything else follows from it or says how the training goes. */
import { batch, computed, effect, signal } from '@preact/signals'
import type {
  Checked,
  Epoch,
  Files,
  Frame,
  Inspection,
  Loaded,
  Message,
  NetworkView,
} from '../worker/protocol.ts'
import { firstText } from './examples.ts'
import { WorkerClient } from './worker-client.ts'

export type Status =
  | { readonly is: 'loading' | 'playing' | 'paused' }
  | { readonly is: 'waiting'; readonly why: string }
  | { readonly is: 'ended'; readonly why: string; readonly failed: boolean }

export const text = signal(firstText)
export const files = signal<Files>({})
export const checked = signal<Checked | undefined>(undefined)
export const loaded = signal<Loaded | undefined>(undefined)
export const frame = signal<Frame | undefined>(undefined)
export const epochs = signal<readonly Epoch[]>([])
export const status = signal<Status>({ is: 'loading' })
export const threads = signal(1)
/** Something to tell once, such as that a worker was lost. */
export const notice = signal<string | undefined>(undefined)
/** Updates in a second; as fast as it goes where undefined. */
export const speed = signal<number | undefined>(undefined)

/** The network of the text, or while that has errors the last one that had none. */
export const network = signal<NetworkView | undefined>(undefined)

export const isPlaying = computed(() => status.value.is === 'playing')

/** Text waits so long for more, in ms. */
const checkDelay = 150
const loadDelay = 400

export const reader = new WorkerClient({
  onMessage: () => {},
  onLost: () => void check(),
})
export const trainer = new WorkerClient({
  onMessage: hear,
  onLost: (reason) => {
    notice.value = `The training had to begin again: ${reason}.`
    void load({ keep: false, play: true })
  },
})

function hear(message: Message): void {
  switch (message.type) {
    case 'ready':
      threads.value = message.threads
      return
    case 'frame':
      frame.value = message.frame
      // The next one is made while this one is drawn.
      requestAnimationFrame(() => trainer.tell({ type: 'drawn' }))
      return
    case 'epoch':
      epochs.value = [...epochs.value, message.epoch]
      return
    case 'ended':
      status.value = { is: 'ended', why: message.message, failed: message.reason === 'non-finite' }
      return
    case 'failed':
      status.value = {
        is: 'ended',
        why: message.help === undefined ? message.message : `${message.message}: ${message.help}`,
        failed: true,
      }
      return
  }
}

async function check(): Promise<void> {
  const asked = text.value
  const answer = await reader.ask({ type: 'check', text: asked, files: files.value })
  if (answer?.type !== 'checked' || asked !== text.value) return
  batch(() => {
    checked.value = answer.checked
    network.value = answer.checked.network ?? network.value
  })
}

interface LoadHow {
  readonly keep: boolean
  readonly play: boolean
}

async function load({ keep, play: plays }: LoadHow): Promise<void> {
  const asked = text.value
  const answer = await trainer.ask({ type: 'load', text: asked, files: files.value, keep })
  if (answer === undefined || asked !== text.value) return
  batch(() => {
    if (answer.type === 'refused') status.value = { is: 'waiting', why: answer.message }
    if (answer.type !== 'loaded') return
    if (!answer.loaded.kept) epochs.value = []
    loaded.value = answer.loaded
    status.value = { is: 'paused' }
  })
  if (answer.type === 'loaded' && plays) play()
}

export function play(): void {
  if (loaded.value === undefined) return
  if (status.value.is === 'ended') reset()
  trainer.tell({ type: 'play', stepsPerSecond: speed.value })
  status.value = { is: 'playing' }
}

export function pause(): void {
  trainer.tell({ type: 'pause' })
  if (isPlaying.value) status.value = { is: 'paused' }
}

export function step(): void {
  if (status.value.is === 'ended') return
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

/** The trained model as a file. */
export async function savedModel(): Promise<Uint8Array | undefined> {
  const answer = await trainer.ask({ type: 'save' })
  return answer?.type === 'saved' ? answer.bytes : undefined
}

/** Ends the training's worker; another takes its place. For tests, and for whoever waits too long. */
export const restartWorker = (): void => trainer.replace('its worker was lost')

/** Begins: reads the text whenever it changes, and trains it. */
export function start(): void {
  let [checking, loading] = [0, 0]
  let isFirst = true
  effect(() => {
    void [text.value, files.value]
    const begins = isFirst
    isFirst = false
    clearTimeout(checking)
    clearTimeout(loading)
    checking = window.setTimeout(() => void check(), begins ? 0 : checkDelay)
    const plays = begins || status.peek().is !== 'paused'
    loading = window.setTimeout(
      () => void load({ keep: true, play: plays }),
      begins ? 0 : loadDelay,
    )
  })
}
