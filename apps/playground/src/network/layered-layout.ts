/**
 * A layered layout of a graph that is read from left to right: each node stands in a rank after all that it reads, an edge over
 * several ranks keeps a lane of its own in each, and lanes are ordered and placed so that edges are short and seldom cross.
 *
 * Source     Sugiyama, Tagawa, Toda 1981, with the barycentres of Eades and Wormald
 */

export interface LayoutNode {
  readonly id: string
  readonly width: number
  readonly height: number
  /** The ids of those that it reads. */
  readonly from: readonly string[]
}

export interface Placed {
  readonly x: number
  readonly y: number
  readonly rank: number
}

export interface Layout {
  /** The upper left corner of each node. */
  readonly nodes: ReadonlyMap<string, Placed>
  /** Where an edge enters and leaves the lanes that it goes through between two nodes, by `edgeKey`. */
  readonly lanes: ReadonlyMap<string, readonly { readonly x: number; readonly y: number }[]>
  readonly width: number
  readonly height: number
  readonly ranks: number
}

export const edgeKey = (from: string, to: string): string => `${from}→${to}`

interface Lane {
  readonly id: string
  readonly rank: number
  readonly width: number
  readonly height: number
  readonly before: Lane[]
  readonly after: Lane[]
  order: number
  /** Of its middle. */
  y: number
}

const laneHeight = 14
const sweeps = 6

export function layeredLayout(
  nodes: readonly LayoutNode[],
  gaps: { readonly rank: number; readonly lane: number },
): Layout {
  const ranks = ranksOf(nodes)
  const { lanes, edges } = lanesOf(nodes, ranks)
  const count = 1 + Math.max(-1, ...ranks.values())
  const columns = Array.from({ length: count }, (_, rank) =>
    lanes.filter((lane) => lane.rank === rank),
  )
  order(columns)
  place(columns, gaps.lane)
  const lefts: number[] = []
  const widths = columns.map((column) => Math.max(0, ...column.map(({ width }) => width)))
  widths.reduce((left, width, rank) => {
    lefts[rank] = left
    return left + width + gaps.rank
  }, 0)
  const top = Math.min(0, ...lanes.map(({ y, height }) => y - height / 2))
  const bottom = Math.max(0, ...lanes.map(({ y, height }) => y + height / 2))
  const endsOf = ({ rank, y }: Lane) => {
    const left = lefts[rank] ?? 0
    return [
      { x: left, y: y - top },
      { x: left + (widths[rank] ?? 0), y: y - top },
    ]
  }
  const byId = new Map(lanes.map((lane) => [lane.id, lane]))
  return {
    nodes: new Map(
      nodes.map(({ id, width, height }) => {
        const { rank = 0, y = 0 } = byId.get(id) ?? {}
        const x = (lefts[rank] ?? 0) + ((widths[rank] ?? 0) - width) / 2
        return [id, { x, y: y - height / 2 - top, rank }]
      }),
    ),
    lanes: new Map([...edges].map(([key, through]) => [key, through.flatMap(endsOf)])),
    width: (lefts.at(-1) ?? 0) + (widths.at(-1) ?? 0),
    height: bottom - top,
    ranks: count,
  }
}

/** One more than the last of those that a node reads. */
function ranksOf(nodes: readonly LayoutNode[]): Map<string, number> {
  const ranks = new Map<string, number>()
  for (const { id, from } of nodes)
    ranks.set(id, 1 + Math.max(-1, ...from.map((each) => ranks.get(each) ?? -1)))
  // What reads nothing stands just before its first reader.
  for (const { id } of nodes.filter(({ from }) => from.length === 0)) {
    const readers = nodes.filter(({ from }) => from.includes(id))
    const first = Math.min(...readers.map((reader) => ranks.get(reader.id) ?? 1))
    if (readers.length > 0) ranks.set(id, Math.max(0, first - 1))
  }
  return ranks
}

function lanesOf(
  nodes: readonly LayoutNode[],
  ranks: ReadonlyMap<string, number>,
): { readonly lanes: Lane[]; readonly edges: Map<string, Lane[]> } {
  const make = (id: string, rank: number, width: number, height: number): Lane => {
    const lane = { id, rank, width, height, before: [], after: [], order: 0, y: 0 }
    lanes.push(lane)
    return lane
  }
  const join = (from: Lane, to: Lane): void => {
    from.after.push(to)
    to.before.push(from)
  }
  const lanes: Lane[] = []
  const edges = new Map<string, Lane[]>()
  const own = new Map<string, Lane>()
  for (const { id, width, height } of nodes)
    own.set(id, make(id, ranks.get(id) ?? 0, width, height))
  for (const { id, from } of nodes) {
    const to = own.get(id)
    for (const source of new Set(from)) {
      const start = own.get(source)
      if (to === undefined || start === undefined) continue
      const through: Lane[] = []
      let last = start
      for (let rank = start.rank + 1; rank < to.rank; rank++) {
        const lane = make(`${edgeKey(source, id)} ${rank}`, rank, 0, laneHeight)
        join(last, lane)
        through.push(lane)
        last = lane
      }
      join(last, to)
      edges.set(edgeKey(source, id), through)
    }
  }
  return { lanes, edges }
}

const mean = (values: readonly number[]): number | undefined =>
  values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0) / values.length

/** Orders each rank by where its neighbours stand, forth and back. */
function order(columns: readonly Lane[][]): void {
  const number = (column: readonly Lane[]): void =>
    column.forEach((lane, i) => {
      lane.order = i
    })
  columns.forEach(number)
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const isForth = sweep % 2 === 0
    for (const column of isForth ? columns : columns.toReversed()) {
      const wanted = new Map(
        column.map((lane) => {
          const near = isForth ? lane.before : lane.after
          return [lane, mean(near.map((each) => each.order)) ?? lane.order]
        }),
      )
      column.sort((a, b) => (wanted.get(a) ?? 0) - (wanted.get(b) ?? 0))
      number(column)
    }
  }
}

/** Moves each lane to the height of its neighbours, as far as those beside it let it. */
function place(columns: readonly Lane[][], gap: number): void {
  for (const column of columns) settle(column, () => 0, gap)
  for (let sweep = 0; sweep < sweeps; sweep++) {
    const isForth = sweep % 2 === 0
    for (const column of isForth ? columns : columns.toReversed()) {
      const wanted = (lane: Lane): number =>
        mean((isForth ? lane.before : lane.after).map(({ y }) => y)) ?? lane.y
      settle(column, wanted, gap)
    }
  }
}

function settle(column: readonly Lane[], wanted: (lane: Lane) => number, gap: number): void {
  const middles = column.map(wanted)
  let bottom = Number.NEGATIVE_INFINITY
  column.forEach((lane, i) => {
    lane.y = Math.max(middles[i] ?? 0, bottom + lane.height / 2)
    bottom = lane.y + lane.height / 2 + gap
  })
  // What was pushed down is shared by all.
  const off = mean(column.map((lane, i) => lane.y - (middles[i] ?? 0))) ?? 0
  for (const lane of column) lane.y -= off
}
