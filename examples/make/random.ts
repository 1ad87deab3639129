/** Numbers from a seed, the same on every machine. */
export interface Random {
  /** From 0 up to 1. */
  uniform(): number
  /** Mean 0 and deviation 1. */
  normal(): number
  /** 0 to `below` - 1. */
  whole(below: number): number
}

/** A linear congruential generator, good enough to make up data. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const uniform = (): number => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 0x1_0000_0000
  }
  const twelve = Array.from({ length: 12 })
  return {
    uniform,
    normal: () => twelve.reduce<number>((sum) => sum + uniform(), -6),
    whole: (below) => Math.floor(uniform() * below),
  }
}
