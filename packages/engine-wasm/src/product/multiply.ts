/**
 * The loops around the panels: passes over k, within them blocks of rows, within them panels of columns.
 *
 * A pass over k leaves its sums in `out`, where the next starts from: that changes no bit.
 */
import type { Callee, FunctionWriter, Local } from '../assembler/function.ts'
import { vectorBytes } from './element.ts'
import { edgeVectors, panelVectors, pushWholePanels } from './panel.ts'
import {
  depthBlock,
  longestDepth,
  type Plan,
  rowBlock,
  shallowDepth,
  shallowRowBlock,
} from './plan.ts'
import { advanceBy, type Count, pushScaled } from './shape.ts'

/** The parameters of a multiplication: addresses, rows of this share, and sizes. */
export interface MultiplyArguments {
  readonly left: Local
  readonly right: Local
  readonly out: Local
  readonly scratch: Local
  readonly rows: Local
  readonly n: Count
  readonly k: Count
}

/** The functions of a panel; each takes left, right, out, rows and what `pushRest` puts behind them. */
export interface PanelFunctions {
  /** Of two vectors of columns. */
  readonly whole: Callee | undefined
  /** Of the columns left over; where N is given at run time, of one vector, with the number of its columns. */
  readonly edge: Callee | undefined
  readonly packLeft: Callee | undefined
}

/** Whether the sums of a product may take more than one pass over k. */
export function severalPasses(k: Count): boolean {
  return typeof k !== 'number' || k > longestDepth
}

/** Writes the loops at this place of the function; moves the addresses. */
export function writeMultiply(
  f: FunctionWriter,
  plan: Plan,
  functions: PanelFunctions,
  packed: boolean,
  args: MultiplyArguments,
  accumulate: boolean,
): void {
  eachPass(f, args.k, ({ depth, fresh, done }) => {
    eachRowBlock(f, plan, args, depth, (left, out, rows) => {
      if (functions.packLeft !== undefined) {
        f.get(left).get(args.scratch).get(rows)
        if (typeof depth !== 'number') f.get(depth.local)
        f.call(functions.packLeft).get(args.scratch).set(left)
      }
      const pushRest = (): void => {
        if (typeof depth !== 'number') f.get(depth.local)
        if (fresh !== undefined && !accumulate) f.get(fresh)
      }
      writePanels(f, plan, functions, packed, { ...args, left, out, rows }, done, pushRest)
    })
    advanceBy(f, args.left, depth, plan.left.inner)
  })
}

/** A range of k. */
interface Pass {
  readonly depth: Count
  /** 1 in the first pass and then 0; undefined where there is one pass only. */
  readonly fresh: Local | undefined
  /** Steps of k that earlier passes did. */
  readonly done: Count
}

function eachPass(f: FunctionWriter, k: Count, body: (pass: Pass) => void): void {
  if (!severalPasses(k)) {
    body({ depth: k, fresh: undefined, done: 0 })
    return
  }
  const [rest, depth, done] = [f.local('i32'), f.local('i32'), f.local('i32')]
  const fresh = f.local('i32')
  pushScaled(f, k, 1)
  f.set(rest).i32(0).set(done).i32(1).set(fresh)
  f.loop(() => {
    f.i32(depthBlock).get(rest).get(rest).i32(longestDepth).op('i32.gt_s').op('select').set(depth)
    body({ depth: { local: depth }, fresh, done: { local: done } })
    f.get(done).get(depth).op('i32.add').set(done).i32(0).set(fresh)
    f.get(rest).get(depth).op('i32.sub').tee(rest).branchIf(0)
  })
  f.release(rest, depth, done, fresh)
}

/** Puts on the stack how many rows one pass over the panels does. */
function pushRowBlock(f: FunctionWriter, { outSide }: Plan, depth: Count): void {
  const shallowBlock = shallowRowBlock(outSide)
  if (typeof depth === 'number') {
    f.i32(depth < shallowDepth ? shallowBlock : rowBlock)
  } else {
    f.i32(shallowBlock).i32(rowBlock)
    f.get(depth.local).i32(shallowDepth).op('i32.lt_u').op('select')
  }
}

function eachRowBlock(
  f: FunctionWriter,
  plan: Plan,
  args: MultiplyArguments,
  depth: Count,
  body: (left: Local, out: Local, rows: Local) => void,
): void {
  const block = f.local('i32')
  pushRowBlock(f, plan, depth)
  f.set(block)
  const [start, left, outStart, out] = [
    f.local('i32'),
    f.local('i32'),
    f.local('i32'),
    f.local('i32'),
  ]
  const [rest, rows] = [f.local('i32'), f.local('i32')]
  f.get(args.left).set(start).get(args.out).set(outStart).get(args.rows).set(rest)
  f.loop(() => {
    f.get(start).set(left).get(outStart).set(out)
    f.get(rest).get(block).get(rest).get(block).op('i32.lt_s').op('select').set(rows)
    body(left, out, rows)
    advanceBy(f, start, { local: block }, plan.left.side)
    advanceBy(f, outStart, { local: block }, plan.outSide)
    f.get(rest).get(rows).op('i32.sub').tee(rest).branchIf(0)
  })
  f.release(start, left, outStart, out, rest, rows, block)
}

/** A run of the panels of columns; the one of leftover columns is the last. */
export interface PanelRange {
  readonly from: Local
  readonly to: Local
}

/** The panels of a block of rows, all where no range is given; moves `out`. */
export function writePanels(
  f: FunctionWriter,
  plan: Plan,
  functions: PanelFunctions,
  packed: boolean,
  args: MultiplyArguments,
  done: Count,
  pushRest: () => void,
  range?: PanelRange,
): void {
  const { n, out } = args
  const width = panelVectors * plan.element.lanes
  const right = f.local('i32')
  const panel = (callee: Callee, vectors: number, lanes?: Local): void => {
    f.get(args.left).get(right).get(out).get(args.rows)
    pushRest()
    if (lanes !== undefined) f.get(lanes)
    f.call(callee)
    if (packed) advanceBy(f, right, args.k, vectors * vectorBytes)
    else f.advance(right, vectors * vectorBytes)
    f.advance(out, vectors * vectorBytes)
  }
  const { whole, edge } = functions
  f.get(args.right).set(right)
  advanceBy(f, right, done, packed ? panelVectors * vectorBytes : plan.right.inner)
  if (range !== undefined) {
    const before = { local: range.from }
    if (!packed) advanceBy(f, right, before, panelVectors * vectorBytes)
    else {
      f.get(right).get(range.from)
      pushScaled(f, args.k, panelVectors * vectorBytes)
      f.op('i32.mul').op('i32.add').set(right)
    }
    advanceBy(f, out, before, panelVectors * vectorBytes)
  }
  if (whole !== undefined) {
    const count = f.local('i32')
    pushWholePanels(f, n, width)
    f.set(count)
    if (range !== undefined) {
      f.get(range.to).get(count).get(range.to).get(count).op('i32.lt_s').op('select')
      f.get(range.from).op('i32.sub').set(count)
      // A share of no panels, or of the leftover columns alone.
      f.get(count).i32(0).get(count).i32(0).op('i32.gt_s').op('select').set(count)
    }
    f.repeat({ local: count }, () => panel(whole, panelVectors))
    f.release(count)
  }
  const writeEdge = (): void => {
    if (edge === undefined) return
    const vectors = typeof n === 'number' ? edgeVectors(n % width, plan.element) : 1
    if (packed) advanceBy(f, right, done, (vectors - panelVectors) * vectorBytes)
    if (typeof n === 'number') panel(edge, vectors)
    else writeDynamicEdge(f, n.local, plan.element.lanes, width, (lanes) => panel(edge, 1, lanes))
  }
  if (range === undefined || edge === undefined) writeEdge()
  else {
    f.get(range.to)
    pushWholePanels(f, n, width)
    f.op('i32.gt_s').get(range.from).get(range.to).op('i32.lt_s').op('i32.and').if(writeEdge)
  }
  f.release(right)
}

/** The columns left over, a vector of them at a time; the last may be a part of one. */
function writeDynamicEdge(
  f: FunctionWriter,
  n: Local,
  vectorLanes: number,
  width: number,
  body: (lanes: Local) => void,
): void {
  const [rest, lanes] = [f.local('i32'), f.local('i32')]
  f.get(n).i32(width).op('i32.rem_u').tee(rest)
  f.if(() =>
    f.loop(() => {
      f.get(rest).i32(vectorLanes).get(rest).i32(vectorLanes).op('i32.lt_s').op('select').set(lanes)
      body(lanes)
      f.get(rest).get(lanes).op('i32.sub').tee(rest).branchIf(0)
    }),
  )
  f.release(rest, lanes)
}
