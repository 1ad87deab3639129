/** The epochs that the curves show: as many as a curve can tell apart, however long the training is. */
import type { Epoch } from '../worker/protocol.ts'

/** A curve has fewer pixels; more would make each frame slower than the one before. */
export const mostEpochs = 2000

/** What is known with what is new; where it becomes too much, every second one of what is known goes. */
export function withEpochs(known: readonly Epoch[], fresh: readonly Epoch[]): readonly Epoch[] {
  let all = [...known, ...fresh]
  while (all.length > mostEpochs) all = all.filter((_, i) => i % 2 === 0 || i === all.length - 1)
  return all
}
