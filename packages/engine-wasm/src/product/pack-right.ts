/**
 * Packing of the right operand into panels, so that a tile reads it in order.
 *
 * Shapes     right [K, N] -> panel p: [K, 2 vectors] with columns from p · 2 vectors on, panel after panel; the columns
 *            left over at last in [K, 1 or 2 vectors] where N is known, else vector by vector in [K, 1 vector] each
 */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import { vectorBytes } from './element.ts'
import {
  copySideBySide,
  panelVectors,
  pushWholePanels,
  type RightPacking,
  sidePanels,
  writeEdge,
  writePanel,
} from './panel.ts'
import { pushScaled } from './shape.ts'

export interface PackPointers {
  readonly right: Local
  /** A multiple of 16. */
  readonly scratch: Local
  readonly from: Local
  readonly to: Local
}

/** Packs panels `from` up to before `to`, where the leftover columns count as a panel. */
export function writePackRight(
  f: FunctionWriter,
  packing: RightPacking,
  pointers: PackPointers,
): void {
  const { right, scratch, from, to } = pointers
  const { element, n, k } = packing
  const width = panelVectors * element.lanes
  f.get(from).get(to).op('i32.ge_s')
  f.if(() => f.op('return'))
  f.get(from)
    .i32(packing.right.side * width)
    .op('i32.mul')
  f.get(right).op('i32.add').set(right).get(from)
  pushScaled(f, k, panelVectors * vectorBytes)
  f.op('i32.mul').get(scratch).op('i32.add').set(scratch)

  const [whole, count] = [f.local('i32'), f.local('i32')]
  pushWholePanels(f, n, width)
  f.set(whole).get(to).get(whole).get(to).get(whole).op('i32.lt_s').op('select')
  f.get(from).op('i32.sub').set(count)
  writeWholePanels(f, packing, pointers, count)
  if (typeof n !== 'number' || n % width > 0) {
    f.get(to).get(whole).op('i32.gt_s')
    f.if(() => {
      if (typeof n === 'number') writePanel(f, packing, right, scratch, n % width)
      else writeEdge(f, packing, right, scratch, n.local)
    })
  }
  f.release(whole, count)
}

/** Packs `count` panels, which it counts down, and moves the pointers behind them. */
function writeWholePanels(
  f: FunctionWriter,
  packing: RightPacking,
  { right, scratch }: PackPointers,
  count: Local,
): void {
  const width = panelVectors * packing.element.lanes
  if (packing.right.side === packing.element.bytes) {
    const groups = f.local('i32')
    f.get(count).i32(sidePanels).op('i32.div_u').set(groups)
    f.repeat({ local: groups }, () => copySideBySide(f, packing, right, scratch))
    f.get(count).i32(sidePanels).op('i32.rem_u').set(count)
    f.release(groups)
  }
  f.repeat({ local: count }, () => {
    writePanel(f, packing, right, scratch, width)
    f.advance(right, packing.right.side * width)
  })
}
