/** The order in which an epoch visits the rows: a Fisher–Yates shuffle by Threefry, the same for the same seed. */
import { threefry2x32 } from '@chainrule/program'

/** Marks the shuffles' draws, so that they share none with the program's. */
const shuffleSite = 0x5368_7566

/** A shuffled copy of `rows`, another for each epoch. */
export function shuffled(rows: Int32Array, seed: number, epoch: number): Int32Array {
  const order = rows.slice()
  const words = new Int32Array(2)
  for (let last = order.length - 1; last > 0; last--) {
    threefry2x32(seed, shuffleSite, epoch, last, words)
    const word = (words[0] ?? 0) >>> 0
    const pick = Math.floor((word / 0x1_0000_0000) * (last + 1))
    const row = order[last] ?? 0
    order[last] = order[pick] ?? 0
    order[pick] = row
  }
  return order
}
