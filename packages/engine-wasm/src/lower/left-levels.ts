/** A product's left operand as levels, see `product/levels.ts`. */
import { type Dimension, elementBytes, isRows } from '@chainrule/program'
import { type Layout, type Run, runsOf, selectAxes } from '../layout.ts'
import type { KernelLevel, KernelLevels, Place } from './kernels.ts'

/** With fewer rows or steps side by side, tiles are cut too small, and moving the elements together is faster. */
const fewestRows = 4
const fewestSteps = 4
/** Steps at this distance or more fall into few sets of the first-level cache. */
const farBytes = 1536

interface Found {
  readonly side: number
  readonly inner: number
  readonly levels: KernelLevels
}

/** The innermost run, and the levels around it. */
function apart(layout: Layout, axes: readonly number[]): [Run, KernelLevel[]] | undefined {
  const runs = runsOf(selectAxes(layout, axes))
  const last = runs.pop() ?? { size: 1, stride: 0 }
  const levels = runs.flatMap(({ size, stride }) => (isRows(stride) ? [] : [{ size, stride }]))
  const grows = levels.slice(1).some(({ size }) => isRows(size))
  return levels.length < runs.length || grows ? undefined : [last, levels]
}

const isPlain = (dimension: Dimension): dimension is number => !isRows(dimension)

/** Undefined where the operand's axes cannot be walked so, or better are not. */
export function levelsOf(
  { layout, dtype }: Place,
  side: readonly number[],
  inner: readonly number[],
): Found | undefined {
  if (layout.sizes.includes(0)) return undefined
  const [rows, steps] = [apart(layout, side), apart(layout, inner)]
  if (rows === undefined || steps === undefined) return undefined
  const [[row, aroundRows], [step, aroundSteps]] = [rows, steps]
  if (!isPlain(row.stride) || !isPlain(step.stride) || !isPlain(step.size)) return undefined
  if (aroundRows.length > 0 && (!isPlain(row.size) || row.size < fewestRows)) return undefined
  if (step.size < fewestSteps || step.stride * elementBytes[dtype] >= farBytes) return undefined
  const levels = { rows: row.size, aroundRows, steps: step.size, aroundSteps }
  return { side: row.stride, inner: step.stride, levels }
}
