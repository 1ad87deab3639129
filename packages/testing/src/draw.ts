/** The numbers of a case: the same seed gives the same ones everywhere. */
import type { Domain } from './case.ts'

/** Where elements are drawn from. */
export interface Numbers {
  /** In [0, 1). */
  next(): number
  /** A whole number in [0, below). */
  whole(below: number): number
}

/** Mulberry32: small, and good enough to choose the numbers of a test with. */
export function numbersFrom(seed: number): Numbers {
  let state = Math.imul(seed, 0x9e3779b1) | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296
  }
  return { next, whole: (below) => Math.floor(next() * below) }
}

/** Numbers of a domain, as float32 has them, so that both precisions compute from the same ones. */
export function floats(numbers: Numbers, count: number, domain: Domain = {}): number[] {
  const { from = -1, to = 1, away = [], gap = 0.05 } = domain
  const draw = (): number => {
    for (let attempt = 0; attempt < 1000; attempt++) {
      const x = Math.fround(from + (to - from) * numbers.next())
      if (away.every((place) => Math.abs(x - place) >= gap)) return x
    }
    throw new Error(`between ${from} and ${to} nothing is ${gap} away from ${away.join(', ')}`)
  }
  return Array.from({ length: count }, draw)
}

/** Whole numbers from 0 up to, and without, `below`. */
export function wholes(numbers: Numbers, count: number, below: number): number[] {
  return Array.from({ length: count }, () => numbers.whole(below))
}
