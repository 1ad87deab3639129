/** The code that packs one panel of the right operand, or several side by side. */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import { copyRow, gatherRow } from './copy.ts'
import { type Element, vectorBytes } from './element.ts'
import { advanceBy, type Count, type Strides } from './shape.ts'

export const panelVectors = 2

/** How the right operand of a product is packed; strides in bytes. */
export interface RightPacking {
  readonly element: Element
  readonly right: Strides
  readonly n: Count
  readonly k: Count
}

/** Vectors in a step of k of the panel of leftover columns. */
export function edgeVectors(columns: number, { lanes }: Element): number {
  return Math.ceil(columns / lanes)
}

/** Puts on the stack how many panels have all their columns. */
export function pushWholePanels(f: FunctionWriter, n: Count, width: number): void {
  if (typeof n === 'number') f.i32(Math.floor(n / width))
  else f.get(n.local).i32(width).op('i32.div_u')
}

/** Panels packed side by side where columns are neighbours, so that whole lines of the cache are read. */
export const sidePanels = 2

/** The next `sidePanels` panels; moves the pointers behind them. */
export function copySideBySide(
  f: FunctionWriter,
  { right: { inner }, k }: RightPacking,
  right: Local,
  scratch: Local,
): void {
  const bytes = panelVectors * vectorBytes
  const source = f.local('i32')
  const targets = Array.from({ length: sidePanels }, () => f.local('i32'))
  f.get(right).set(source)
  for (const target of targets) {
    f.get(scratch).set(target)
    advanceBy(f, scratch, k, bytes)
  }
  f.repeat(k, () => {
    targets.forEach((target, panel) => {
      copyRow(f, source, panel * bytes, target, bytes)
      f.advance(target, bytes)
    })
    f.advance(source, inner)
  })
  f.advance(right, sidePanels * bytes)
  f.release(source, ...targets)
}

/** One panel of `columns` columns; moves `scratch` behind it. */
export function writePanel(
  f: FunctionWriter,
  packing: RightPacking,
  right: Local,
  scratch: Local,
  columns: number,
): void {
  const { element, k } = packing
  const { side, inner } = packing.right
  const row = edgeVectors(columns, element) * vectorBytes
  const source = f.local('i32')
  f.get(right).set(source)
  const copy = (steps: Count): void => {
    f.repeat(steps, () => {
      if (side === element.bytes) copyRow(f, source, 0, scratch, row)
      else gatherRow(f, element, side, columns, source, scratch)
      f.advance(source, inner).advance(scratch, row)
    })
  }
  if (inner === element.bytes && element.lanes === 4) {
    const four = (steps: Count): void => {
      f.repeat(steps, () => {
        for (let column = 0; column < columns; column += 4) {
          transposeFour(f, side, Math.min(4, columns - column), row, column, source, scratch)
        }
        f.advance(source, 4 * inner).advance(scratch, 4 * row)
      })
    }
    inFours(f, k, four, copy)
  } else {
    copy(k)
  }
  f.release(source)
}

/** Runs `four` for each four steps of k and `one` for those left over. */
function inFours(
  f: FunctionWriter,
  k: Count,
  four: (steps: Count) => void,
  one: (steps: Count) => void,
): void {
  if (typeof k === 'number') {
    four(Math.floor(k / 4))
    one(k % 4)
    return
  }
  const steps = f.local('i32')
  f.get(k.local).i32(2).op('i32.shr_u').set(steps)
  four({ local: steps })
  f.get(k.local).i32(3).op('i32.and').set(steps)
  one({ local: steps })
  f.release(steps)
}

/** Four steps of k of up to four columns, which lie along k in memory. */
function transposeFour(
  f: FunctionWriter,
  side: number,
  columns: number,
  row: number,
  column: number,
  source: Local,
  scratch: Local,
): void {
  const block = Array.from({ length: 4 }, (_, i) => {
    const vector = f.local('v128')
    // Missing columns repeat the last one; nothing reads them.
    const from = (column + Math.min(i, columns - 1)) * side
    f.get(source).memory('v128.load', from).set(vector)
    return vector
  })
  transposed(f, block).forEach((push, step) => {
    f.get(scratch)
    push()
    f.memory('v128.store', step * row + 4 * column)
  })
  f.release(...block)
}

/** Transposes 4 × 4 float32: gives, for each row of the result, what pushes it. Takes the vectors of `block` for it. */
function transposed(f: FunctionWriter, block: readonly Local[]): (() => void)[] {
  const [a = 0, b = 0, c = 0, d = 0] = block
  const low = f.local('v128')
  const high = f.local('v128')
  f.get(a).get(b).shuffle32(0, 4, 1, 5).set(low)
  f.get(a).get(b).shuffle32(2, 6, 3, 7).set(high)
  f.get(c).get(d).shuffle32(0, 4, 1, 5).set(a)
  f.get(c).get(d).shuffle32(2, 6, 3, 7).set(b)
  f.get(low).set(c).get(high).set(d)
  f.release(low, high)
  return [
    () => f.get(c).get(a).shuffle32(0, 1, 4, 5),
    () => f.get(c).get(a).shuffle32(2, 3, 6, 7),
    () => f.get(d).get(b).shuffle32(0, 1, 4, 5),
    () => f.get(d).get(b).shuffle32(2, 3, 6, 7),
  ]
}

/** Leftover columns of an N given at run time, one by one. */
export function writeEdge(
  f: FunctionWriter,
  { element, right: { side, inner }, k }: RightPacking,
  right: Local,
  scratch: Local,
  n: Local,
): void {
  const { bytes, lanes, load, store } = element
  const left = f.local('i32')
  const source = f.local('i32')
  const target = f.local('i32')
  f.get(n)
    .i32(panelVectors * lanes)
    .op('i32.rem_u')
    .set(left)
  f.repeat({ local: left }, () => {
    f.get(right).set(source).get(scratch).set(target)
    f.repeat(k, () => {
      f.get(target).get(source).memory(load).memory(store)
      f.advance(source, inner).advance(target, vectorBytes)
    })
    f.advance(right, side).advance(scratch, bytes)
    // A vector's columns are neighbours, its next vector is K steps further on.
    f.get(scratch)
      .i32(vectorBytes - 1)
      .op('i32.and')
      .op('i32.eqz')
      .if(() => {
        advanceBy(f, scratch, k, vectorBytes)
        f.advance(scratch, -vectorBytes)
      })
  })
  f.release(left, source, target)
}
