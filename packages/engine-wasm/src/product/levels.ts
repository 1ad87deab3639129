/**
 * Products whose left operand lies in levels: windows on an image, read where they are. The innermost steps of k and the
 * levels around them that are few run within a tile, the others are passes over k; the innermost rows are cut into tiles,
 * and the levels around them are loops.
 */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import {
  type MultiplyArguments,
  type PanelFunctions,
  type PanelRange,
  writePanels,
} from './multiply.ts'
import type { Plan } from './plan.ts'
import { type Count, type Level, type Levels, pushScaled, type Size } from './shape.ts'
import type { StepLevel } from './tile.ts'

/** Steps of k that run within a tile: a panel of them stays in the first-level cache. */
const mostSteps = 1024
/** Rows that go past a panel before the next panel's turn comes: what they read stays in the second-level cache. */
const mostRows = 256

/** How levels are walked; strides and gaps in bytes. */
export interface Walk {
  readonly steps: number
  /** Within a tile. */
  readonly withinTile: readonly StepLevel[]
  readonly stepsOfTile: number
  /** Around everything. */
  readonly passes: readonly Level[]
  readonly rows: Size
  /** Within a panel's function: how often its rows come, and what moves the left operand from the last to the next. */
  readonly withinPanel: StepLevel | undefined
  readonly rowsOfPanel: Size
  readonly aroundRows: readonly Level[]
}

export function planWalk(
  { rows, aroundRows, steps, aroundSteps }: Levels,
  { element: { bytes }, left }: Plan,
): Walk {
  const scaled = (levels: readonly Level[]): Level[] =>
    levels.map(({ size, stride }) => ({ size, stride: stride * bytes }))
  const passes = scaled(aroundSteps)
  const withinTile: StepLevel[] = []
  let stepsOfTile = steps
  let reach = steps * left.inner
  for (let level = passes.at(-1); level !== undefined; level = passes.at(-1)) {
    const { size, stride } = level
    if (size === 'dynamic' || stepsOfTile * size > mostSteps) break
    withinTile.unshift({ size, gap: stride - reach })
    stepsOfTile *= size
    reach = stride * size
    passes.pop()
  }
  const around = scaled(aroundRows)
  const last = around.at(-1)
  const isFew =
    last !== undefined &&
    last.size !== 'dynamic' &&
    rows !== 'dynamic' &&
    last.size * rows <= mostRows
  if (!isFew) {
    const all = { withinPanel: undefined, rowsOfPanel: rows, aroundRows: around }
    return { steps, withinTile, stepsOfTile, passes, rows, ...all }
  }
  const withinPanel = { size: Number(last.size), gap: last.stride - Number(rows) * left.side }
  const rowsOfPanel = Number(rows) * withinPanel.size
  const outer = around.slice(0, -1)
  return {
    steps,
    withinTile,
    stepsOfTile,
    passes,
    rows,
    withinPanel,
    rowsOfPanel,
    aroundRows: outer,
  }
}

/** Writes the loops at this place of the function; moves the addresses. `args.rows` are all rows, in whole levels. */
export function writeLevels(
  f: FunctionWriter,
  plan: Plan,
  functions: PanelFunctions,
  packed: boolean,
  args: MultiplyArguments & { readonly panels: PanelRange },
  walk: Walk,
  accumulate: boolean,
): void {
  const { passes, aroundRows, rowsOfPanel, stepsOfTile } = walk
  const fresh = passes.length > 0 && !accumulate ? f.local('i32') : undefined
  const done = passes.length > 0 ? f.local('i32') : undefined
  if (done !== undefined) f.i32(0).set(done)
  if (fresh !== undefined) {
    f.i32(1).set(fresh)
    zeroWithoutSteps(f, plan, args)
  }
  const [left, row, out] = [f.local('i32'), f.local('i32'), f.local('i32')]
  const total = args.k
  eachOf(f, passes, args.left, countOf(f, passes, total, stepsOfTile), () => {
    f.get(args.left).set(left).get(args.out).set(row)
    const counted = rowsOfPanel === 'dynamic' ? undefined : rowsOfPanel
    const outermost = countOf(f, aroundRows, { local: args.rows }, counted ?? 1)
    eachOf(f, aroundRows, left, outermost, () => {
      f.get(row).set(out)
      const pushRest = (): void => {
        if (fresh !== undefined) f.get(fresh)
      }
      const at: Count = done === undefined ? 0 : { local: done }
      writePanels(f, plan, functions, packed, { ...args, left, out }, at, pushRest, args.panels)
      if (counted !== undefined) f.advance(row, counted * plan.outSide)
    })
    if (outermost !== undefined) f.release(outermost)
    if (done !== undefined) f.get(done).i32(stepsOfTile).op('i32.add').set(done)
    if (fresh !== undefined) f.i32(0).set(fresh)
  })
  f.release(left, row, out)
  if (fresh !== undefined) f.release(fresh)
  if (done !== undefined) f.release(done)
}

/** How often the outermost level comes, in a local where that is known at run time only. */
function countOf(
  f: FunctionWriter,
  [first, ...inner]: readonly Level[],
  total: Count,
  unit: number,
): Local | undefined {
  if (first === undefined || (first.size !== 'dynamic' && typeof total === 'number'))
    return undefined
  const each = inner.reduce((product, { size }) => product * Number(size), unit)
  const count = f.local('i32')
  pushScaled(f, total, 1)
  f.i32(each).op('i32.div_u').set(count)
  return count
}

/** Nested loops that move `pointer` along and back. */
function eachOf(
  f: FunctionWriter,
  [level, ...inner]: readonly Level[],
  pointer: Local,
  count: Local | undefined,
  body: () => void,
): void {
  if (level === undefined) {
    body()
    return
  }
  const start = f.local('i32')
  f.get(pointer).set(start)
  f.repeat(count === undefined ? Number(level.size) : { local: count }, () => {
    f.get(start).set(pointer)
    eachOf(f, inner, pointer, undefined, body)
    f.advance(start, level.stride)
  })
  f.release(start)
}

/** A sum of no terms is 0: no pass would store it. */
function zeroWithoutSteps(
  f: FunctionWriter,
  { outSide, element }: Plan,
  { out, rows, n, k }: MultiplyArguments,
): void {
  if (typeof k === 'number') return
  f.get(k.local).op('i32.eqz')
  f.if(() => {
    const row = f.local('i32')
    f.get(out).set(row)
    f.repeat({ local: rows }, () => {
      f.get(row).i32(0)
      pushScaled(f, n, element.bytes)
      f.fillMemory().advance(row, outSide)
    })
    f.release(row)
  })
}
