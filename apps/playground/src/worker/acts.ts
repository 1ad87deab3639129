/** What was done with the weights since they were drawn. */
import type { Place } from './course.ts'
import type { Act } from './protocol.ts'

/** Keeps what was done, so that another page can do the same. */
export class Acts {
  #acts: readonly Act[] = []
  /** The update after which the last of them was done. */
  #step = 0

  /** The weights are drawn for this text. */
  begin(text: string): void {
    this.#acts = [{ text }]
    this.#step = 0
  }

  /** Something is done to what was trained so far. */
  add(act: Act, place: Pick<Place, 'step' | 'hasEnded'>): void {
    this.#acts = [...this.upTo(place), act].filter(isNeeded)
    this.#step = place.step
  }

  /** The last text says the same in other words. */
  reword(text: string): void {
    const last = this.#acts.findLastIndex((act) => 'text' in act)
    this.#acts = this.#acts.with(last, { text })
  }

  upTo({ step, hasEnded }: Pick<Place, 'step' | 'hasEnded'>): readonly Act[] {
    if (hasEnded) return [...this.#acts, { to: 'end' }]
    return step === this.#step ? this.#acts : [...this.#acts, { to: step }]
  }
}

/** Not where the next one makes it undone. */
function isNeeded(act: Act, i: number, acts: readonly Act[]): boolean {
  const next = acts[i + 1]
  if (next === undefined) return true
  if ('text' in act) return !('text' in next)
  if (!('weight' in act) || !('weight' in next)) return true
  return act.weight !== next.weight || act.index !== next.index
}
