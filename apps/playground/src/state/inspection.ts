/** What is looked at inside of the network: one layer in equations, and the health of all. It follows the training while shown. */
import { computed, effect, signal } from '@preact/signals'
import {
  type Explained,
  type ExplainedLayer,
  type Health,
  lossPrefix,
} from '../worker/inspect-protocol.ts'
import { frame, isPlaying, loaded, trainer } from './playground.ts'

/** The layer that was chosen. */
const chosen = signal<string | undefined>(undefined)
/** The rows that are looked at: one of the data, or the next batch where undefined. */
export const sample = signal<number | undefined>(undefined)

/** The chosen layer or loss, or the first layer that has parameters. */
export const selected = computed(() => {
  const { nodes = [], heads = [] } = loaded.value?.network ?? {}
  const all = [...nodes.map(({ name }) => name), ...heads.map(({ name }) => lossPrefix + name)]
  const found = all.find((name) => name === chosen.value)
  return found ?? (nodes.find(({ parameters }) => parameters.length > 0) ?? nodes[0])?.name
})

export interface Explanation extends Explained {
  readonly layer: ExplainedLayer
}

/** Why the selected layer is not explained. */
export const trouble = signal<string | undefined>(undefined)
export const explanation = signal<Explanation | undefined>(undefined)
export const health = signal<Health | undefined>(undefined)

export function select(node: string): void {
  chosen.value = node
}

/** While the training runs, looks are so many ms apart, */
const pause = 500
/** and so many times as long as one takes, so that the training has most of the time. */
const pauseShare = 6

/** Asks again whenever the model has moved, one question at a time. The answer ends it. */
function follow(ask: () => Promise<void>): () => void {
  let [isAsking, isStale, isGone] = [false, false, false]
  const again = async (): Promise<void> => {
    if (isAsking || isGone) {
      isStale = true
      return
    }
    isAsking = true
    isStale = false
    const began = performance.now()
    await ask()
    const wait = Math.max(pause, pauseShare * (performance.now() - began))
    if (isPlaying.peek()) await new Promise((resolve) => setTimeout(resolve, wait))
    isAsking = false
    if (isStale) void again()
  }
  const stop = effect(() => {
    void [frame.value, loaded.value, selected.value, sample.value]
    void again()
  })
  return () => {
    isGone = true
    stop()
  }
}

/** Keeps the explanation of the selected layer fresh until it is stopped. */
export const followLayer = (): (() => void) =>
  follow(async () => {
    const node = selected.peek()
    const model = loaded.peek()
    if (node === undefined || model === undefined) {
      explanation.value = undefined
      return
    }
    const known = explanation.peek()
    const isKnown = known?.node === node && explainedModel === model
    const row = sample.peek()
    const answer = await trainer.ask({
      type: 'explain',
      node,
      equations: !isKnown,
      ...(row === undefined ? {} : { rows: [row] }),
    })
    if (answer?.type !== 'explained' || model !== loaded.peek()) return
    trouble.value = answer.why
    if (answer.explained === undefined) return
    const layer = answer.explained.layer ?? known?.layer
    if (layer === undefined) return
    explainedModel = model
    explanation.value = { ...answer.explained, layer }
  })

/** The model that the explanation is of. */
let explainedModel: typeof loaded.value

/** Keeps the health of the layers fresh until it is stopped. */
export const followHealth = (): (() => void) =>
  follow(async () => {
    if (loaded.peek() === undefined) return
    const answer = await trainer.ask({ type: 'health' })
    if (answer?.type === 'examined') health.value = answer.health
  })
