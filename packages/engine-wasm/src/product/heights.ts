/** How rows are cut into tiles. */

/** Tile heights that a function has code for, and which of them comes first for a number of rows. */
export interface Heights {
  /** In falling order. */
  readonly heights: readonly number[]
  /** The first tile's height for 1, 2, … rows; for more rows than there are entries it is the largest. */
  readonly first: readonly number[]
}

/** Cycles of a multiply-add until its sum can be used again, at two of them a cycle. */
const latency = 4
/** Start, stores and dispatch of a tile, in cycles for each of some tens of steps of k. */
const tileOverhead = 0.5
const farEnough = 64

/**
 * The cheapest cut of each number of rows.
 *
 * A low tile waits for its own sums: one of 2 × 8 takes as long as one of 4 × 8. So 32 rows are 6·4 + 4·2 rather than
 * 6·5 + 2.
 */
export function planHeights(heights: readonly number[], vectors: number): Heights {
  const cost = [0]
  const first = [0]
  for (let rows = 1; rows <= farEnough; rows++) {
    let best = Number.POSITIVE_INFINITY
    for (const height of heights) {
      const rest = cost[rows - height]
      if (rest === undefined) continue
      const total = rest + Math.max((height * vectors) / 2, latency) + tileOverhead
      if (total >= best) continue
      best = total
      first[rows] = height
    }
    cost[rows] = best
  }
  const largest = heights[0] ?? 1
  let end = first.length
  while (first[end - 1] === largest) end--
  return { heights, first: first.slice(1, end) }
}
