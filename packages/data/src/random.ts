/** Random numbers of the data side, for splits and generated points: Threefry, the same on every machine. */
import { cos, log, threefry2x32 } from '@chainrule/program'

export interface Random {
  /** A number from 0 up to but not 1, of 32 bits. */
  uniform(): number
  /** An integer from 0 to `below` - 1. */
  integer(below: number): number
  /** A number of the standard normal distribution. */
  normal(): number
}

const words = 0x1_0000_0000

/** `site` keeps the uses of one seed apart. */
export function createRandom(seed: number, site: number): Random {
  const low = seed | 0
  const high = Math.floor(seed / words) | 0
  const pair = new Int32Array(2)
  let draw = 0
  const uniform = (): number => {
    if (draw % 2 === 0) threefry2x32(low, site, draw / 2, high, pair)
    return ((pair[draw++ % 2] ?? 0) >>> 0) / words
  }
  return {
    uniform,
    integer: (below) => Math.floor(uniform() * below),
    normal: () => {
      // Box and Muller; 1 - u is never 0.
      const radius = Math.sqrt(-2 * log(1 - uniform()))
      return radius * cos(2 * Math.PI * uniform())
    },
  }
}

/** Shuffles in place (Fisher and Yates). */
export function shuffle(values: Int32Array, random: Random): void {
  for (let last = values.length - 1; last > 0; last--) {
    const pick = random.integer(last + 1)
    const kept = values[last] ?? 0
    values[last] = values[pick] ?? 0
    values[pick] = kept
  }
}
