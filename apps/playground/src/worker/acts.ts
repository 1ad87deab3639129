/** What was done with the weights since they were drawn. */
import type { Place } from './course.ts'
import type { Act } from './protocol.ts'

type Reached = Pick<Place, 'step' | 'hasEnded'>

const beginning: Reached = { step: 0, hasEnded: false }

/** Keeps what was done, so that another page can do the same. */
export class Acts {
  #acts: readonly Act[] = []
  /** How far the training was when the last of them was done. */
  #reached = beginning

  /** The weights are drawn for this text. */
  begin(text: string): void {
    this.#acts = [{ text }]
    this.#reached = beginning
  }

  /** Something is done to what was trained so far. */
  add(act: Act, { step, hasEnded }: Reached): void {
    this.#acts = [...this.upTo({ step, hasEnded }), act].filter(isNeeded)
    const begins = 'text' in act || 'again' in act
    this.#reached = { step, hasEnded: hasEnded && !begins }
  }

  /** The last text says the same in other words. */
  reword(text: string): void {
    const last = this.#acts.findLastIndex((act) => 'text' in act)
    this.#acts = this.#acts.with(last, { text })
  }

  upTo({ step, hasEnded }: Reached): readonly Act[] {
    if (hasEnded) return this.#reached.hasEnded ? this.#acts : [...this.#acts, { to: 'end' }]
    return step === this.#reached.step ? this.#acts : [...this.#acts, { to: step }]
  }
}

/** Not where the next one makes it undone. */
function isNeeded(act: Act, i: number, acts: readonly Act[]): boolean {
  const next = acts[i + 1]
  if (next === undefined) return true
  // Later a text may have dropped what an optimizer without moments does not keep.
  if ('text' in act) return i > 0 || !('text' in next)
  if (!('weight' in act) || !('weight' in next)) return true
  return act.weight !== next.weight || act.index !== next.index
}
