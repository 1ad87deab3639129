/** Tensors as nested-loop definitions: slow, short, and nothing shared with the engine. */
export interface Naive {
  readonly shape: readonly number[]
  readonly values: readonly number[]
}

export const sizeOf = (shape: readonly number[]): number =>
  shape.reduce((product, size) => product * size, 1)

/** Every index of a shape, in row-major order. */
export function indices(shape: readonly number[]): number[][] {
  const [size, ...rest] = shape
  if (size === undefined) return [[]]
  const inner = indices(rest)
  return Array.from({ length: size }, (_, i) => inner.map((index) => [i, ...index])).flat()
}

export function at({ shape, values }: Naive, index: readonly number[]): number {
  const place = index.reduce((sum, i, axis) => sum * (shape[axis] ?? 1) + i, 0)
  return values[place] ?? Number.NaN
}

/** The tensor whose element at an index is `element(index)`. */
export function fill(
  shape: readonly number[],
  element: (index: readonly number[]) => number,
): Naive {
  return { shape, values: indices(shape).map(element) }
}

export function dot(
  x: Naive,
  y: Naive,
  contract: readonly [readonly number[], readonly number[]],
  batch: readonly [readonly number[], readonly number[]],
): Naive {
  const free = (shape: readonly number[], side: 0 | 1): number[] =>
    shape.flatMap((_, a) => (contract[side].includes(a) || batch[side].includes(a) ? [] : [a]))
  const freeAxes = [free(x.shape, 0), free(y.shape, 1)] as const
  const sizes = (shape: readonly number[], axes: readonly number[]) =>
    axes.map((axis) => shape[axis] ?? 1)
  const shape = [
    ...sizes(x.shape, batch[0]),
    ...sizes(x.shape, freeAxes[0]),
    ...sizes(y.shape, freeAxes[1]),
  ]
  const summed = indices(sizes(x.shape, contract[0]))
  const place = (
    rank: number,
    ...parts: readonly (readonly [readonly number[], readonly number[]])[]
  ) => {
    const index = new Array<number>(rank).fill(0)
    for (const [axes, values] of parts) {
      axes.forEach((axis, i) => {
        index[axis] = values[i] ?? 0
      })
    }
    return index
  }
  return fill(shape, (index) => {
    const shared = index.slice(0, batch[0].length)
    const left = index.slice(shared.length, shared.length + freeAxes[0].length)
    const right = index.slice(shared.length + left.length)
    let total = 0
    for (const k of summed) {
      const i = place(x.shape.length, [batch[0], shared], [freeAxes[0], left], [contract[0], k])
      const j = place(y.shape.length, [batch[1], shared], [freeAxes[1], right], [contract[1], k])
      total += at(x, i) * at(y, j)
    }
    return total
  })
}
