/** Numbers for tests: a seed gives the same ones everywhere. */
import {
  allocate,
  type DType,
  type Program,
  sizeAt,
  type TensorType,
  type Values,
} from '../../src/index.ts'

export interface Numbers {
  /** In [0, 1). */
  next(): number
  /** A whole number in [0, below). */
  whole(below: number): number
  pick<T>(list: readonly T[]): T | undefined
  shuffled<T>(list: readonly T[]): T[]
}

/** Mulberry32: small and good enough to choose test cases with. */
export function numbersFrom(seed: number): Numbers {
  let state = seed | 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0
    let bits = Math.imul(state ^ (state >>> 15), 1 | state)
    bits = (bits + Math.imul(bits ^ (bits >>> 7), 61 | bits)) ^ bits
    return ((bits ^ (bits >>> 14)) >>> 0) / 4294967296
  }
  const whole = (below: number): number => Math.floor(next() * below)
  return {
    next,
    whole,
    pick: (list) => list[whole(list.length)],
    shuffled: (list) =>
      list
        .map((item) => ({ item, key: next() }))
        .sort((a, b) => a.key - b.key)
        .map(({ item }) => item),
  }
}

/** One element: floats in [-2, 2) and now and then 0, small integers, any byte. */
const element: Readonly<Record<DType, (numbers: Numbers) => number>> = {
  f32: ({ next, whole }) => (whole(8) === 0 ? 0 : Math.fround(4 * next() - 2)),
  f64: ({ next, whole }) => (whole(8) === 0 ? 0 : 4 * next() - 2),
  i32: ({ whole }) => whole(6),
  bool: ({ whole }) => whole(2),
  u8: ({ whole }) => whole(256),
}

/** Elements for a tensor of `type` when the batch has `rows` rows. */
export function randomValues(type: TensorType, rows: number, numbers: Numbers): Values {
  const values = allocate(type.dtype, sizeAt(type.shape, rows))
  return values.map(() => element[type.dtype](numbers))
}

/** Elements for every input and state of a program. */
export function randomValuesFor(
  program: Program,
  rows: number,
  seed: number,
): { inputs: Record<string, Values>; state: Record<string, Values> } {
  const numbers = numbersFrom(seed)
  const fill = (types: readonly (readonly [string, TensorType])[]): Record<string, Values> =>
    Object.fromEntries(types.map(([name, type]) => [name, randomValues(type, rows, numbers)]))
  return {
    inputs: fill(Object.entries(program.inputs)),
    state: fill(Object.entries(program.state).map(([name, { type }]) => [name, type] as const)),
  }
}
