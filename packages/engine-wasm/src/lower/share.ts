/**
 * How the threads share a task, and which part of each buffer a thread's share of it touches.
 *
 * Letters: T threads, U units that a task is cut into.
 */
import { type Dimension, isRows, type Program, sizeAt } from '@chainrule/program'
import { nestOf } from '../emit/nest.ts'
import { elementCount, multiply } from '../layout.ts'
import type { Access, Buffer, LoopKernel, Place } from './kernels.ts'
import { type Multiply, panelCount, type Task, touchedBy } from './tasks.ts'

export type Share =
  /** Each thread does its rows of the batch. */
  | { readonly by: 'rows' }
  /** The task is cut into units, of which each thread does a run. */
  | { readonly by: 'units'; readonly units: number }
  /** Each thread does a run of the panels of columns of a product, all rows of them. */
  | { readonly by: 'panels'; readonly panels: number }
  /** One thread does it. */
  | { readonly by: 'thread'; readonly thread: number }
  /** Each thread does it for itself, with the same result; nothing is gained but a barrier. */
  | { readonly by: 'everyone' }

/** Which of a buffer's elements a thread's share touches. */
export type Extent =
  /** Those of its rows, in their order. */
  | { readonly of: 'rows' }
  /** Of the buffer cut into so many equal parts, those of its units. */
  | { readonly of: 'units'; readonly units: number }
  | { readonly of: 'all' }

export interface Touch {
  readonly buffer: Buffer
  readonly writes: boolean
  readonly extent: Extent
}

export interface SharedTask {
  readonly task: Task
  readonly share: Share
  readonly touches: readonly Touch[]
}

const all: Extent = { of: 'all' }

/** Up to so many elements, times what is computed of each, a loop is not worth cutting, nor waiting for. */
const tinyWork = 2048
/** Below so many multiplications a product is not worth cutting. */
const smallProduct = 32_768

/** Elements of a buffer, as a dimension where only its first axis grows with the rows. */
function elementsOf(buffer: Buffer, program: Program): Dimension | undefined {
  const sizes = sizesOf(buffer, program)
  return sizes.slice(1).some(isRows) ? undefined : elementCount(sizes)
}

function sizesOf(buffer: Buffer, { inputs, state }: Program): readonly Dimension[] {
  switch (buffer.kind) {
    case 'input':
      return inputs[buffer.name]?.shape ?? []
    case 'state':
      return state[buffer.name]?.type.shape ?? []
    case 'constant':
      return [buffer.numbers.length]
    case 'temporary':
      return buffer.sizes
  }
}

/** The extent of an operand that moves by `step` elements for each unit, or for each row. */
function extentOf(
  { buffer, layout }: Place,
  share: Share,
  step: number | undefined,
  program: Program,
): Extent {
  const elements = elementsOf(buffer, program)
  const { fixed, perRow } = layout.offset
  if (elements === undefined || step === undefined || perRow !== 0) return all
  if (share.by === 'rows') {
    // A part of each row stays within the row; the offset says which part.
    return isRows(elements) && step === elements.rows && fixed < step ? { of: 'rows' } : all
  }
  if (share.by === 'units' && !isRows(elements) && fixed === 0) {
    return step * share.units === elements ? { of: 'units', units: share.units } : all
  }
  return all
}

/** The level of a loop's nest that is shared out: the one that grows with the rows, else the outermost. */
export function sharedLevel(kernel: LoopKernel): number | undefined {
  const nest = nestOf(kernel)
  const growing = nest.findIndex(({ size, reduced }) => isRows(size) && !reduced)
  if (growing >= 0) return growing
  return nest[0]?.reduced === false ? 0 : undefined
}

/** Elements that an access moves by for each unit or row of a loop's shared level. */
export function loopStep(kernel: LoopKernel, access: number, share: Share): number | undefined {
  const level = nestOf(kernel)[sharedLevel(kernel) ?? -1]
  const stride = level?.strides[access] ?? 0
  if (level === undefined || isRows(stride)) return undefined
  if (share.by === 'rows') return isRows(level.size) ? level.size.rows * stride : undefined
  if (share.by !== 'units' || isRows(level.size)) return undefined
  return (level.size / share.units) * stride
}

function workOf({ shape, nodes }: LoopKernel, maxBatch: number): number {
  return sizeAt(shape, maxBatch) * Math.max(1, nodes.length)
}

/** What has been written in units so far, and by which thread alone. */
export interface Shared {
  readonly program: Program
  readonly threads: number
  readonly units: Map<Buffer, number>
  readonly threadOf: Map<Buffer, number>
  /** The thread that did the last task that one does alone. */
  last: number
}

/** One thread alone: the one that made what the task reads, else the next in turn. */
function alone(task: Task, shared: Shared): Share {
  const { reads } = touchedBy(task)
  const known = reads.map(({ buffer }) => shared.threadOf.get(buffer))
  const thread = known.find((found) => found !== undefined) ?? (shared.last + 1) % shared.threads
  shared.last = thread
  return { by: 'thread', thread }
}

function isIdempotent(task: Task): boolean {
  const { reads, writes } = touchedBy(task)
  return writes.every(
    ({ buffer }) => buffer.kind === 'temporary' && !reads.some((place) => place.buffer === buffer),
  )
}

function loopShare(task: Task, kernel: LoopKernel, shared: Shared): Share {
  const { maxBatch } = shared.program
  const accumulates = kernel.stores.some(({ accumulate }) => accumulate === true)
  const level = nestOf(kernel)[sharedLevel(kernel) ?? -1]
  const movable = level?.strides.every((stride) => !isRows(stride)) === true && !accumulates
  if (movable && isRows(level.size)) return { by: 'rows' }
  const work = workOf(kernel, maxBatch)
  if (work <= tinyWork && isIdempotent(task)) return { by: 'everyone' }
  if (!movable || isRows(level.size)) return alone(task, shared)
  const { size } = level
  const { reads } = touchedBy(task)
  // As what it reads was cut: then no thread waits for another, however little there is to do.
  const known = reads
    .map(({ buffer }) => shared.units.get(buffer))
    .find((units) => units !== undefined && size % units === 0)
  if (known !== undefined) return { by: 'units', units: known }
  if (work <= tinyWork) return alone(task, shared)
  const units = size % 64 === 0 && size / 64 >= 4 * shared.threads ? size / 64 : size
  return units >= shared.threads ? { by: 'units', units } : alone(task, shared)
}

function shareOf(task: Task, shared: Shared): Share {
  switch (task.kind) {
    case 'guard':
      return { by: 'everyone' }
    case 'kernel': {
      const { kernel } = task
      if (kernel.kind === 'loop') return loopShare(task, kernel, shared)
      if (kernel.kind === 'gather' && isRows(kernel.count) && !isRows(kernel.width)) {
        return { by: 'rows' }
      }
      return alone(task, shared)
    }
    case 'pack': {
      const panels = panelCount(task)
      return panels >= shared.threads ? { by: 'units', units: panels } : alone(task, shared)
    }
    case 'multiply': {
      const { batch, m, n, k, levels } = task.product
      if (isRows(batch) || (batch === 1 && isRows(m))) return { by: 'rows' }
      const { maxBatch } = shared.program
      const work = sizeAt([m], 1) * sizeAt([n, k], maxBatch)
      if (batch !== 1 || work < smallProduct || isRows(m)) return alone(task, shared)
      // Where the operand lies in levels a call does all rows, whose number is part of its code, and they need not follow each
      // other at one distance: columns are shared out instead.
      if (levels !== undefined) {
        const panels = panelCount(task)
        return panels >= shared.threads ? { by: 'panels', panels } : alone(task, shared)
      }
      return m >= shared.threads ? { by: 'units', units: m } : alone(task, shared)
    }
  }
}

/** Elements that the operands of a product move by for each unit or row. */
export function productStep(task: Multiply, operand: 'left' | 'right' | 'out'): number | undefined {
  const { batch, m, n, left, levels, right } = task.product
  const times = (a: Dimension, b: Dimension): number | undefined => {
    const product = multiply(a, b)
    if (product === undefined) return undefined
    return isRows(product) ? product.rows : product
  }
  if (isRows(batch)) {
    if (operand === 'out') {
      const matrix = multiply(m, n)
      return matrix === undefined ? undefined : times(batch, matrix)
    }
    return times(batch, operand === 'left' ? left.batch : right.batch)
  }
  const perRow = isRows(m) ? m.rows : 1
  if (operand === 'right') return 0
  const [outermost] = levels?.aroundRows ?? []
  if (operand === 'left' && outermost !== undefined) {
    return isRows(outermost.size) ? outermost.size.rows * outermost.stride : undefined
  }
  return times(perRow, operand === 'left' ? left.side : n)
}

function accessTouches(kernel: LoopKernel, share: Share, program: Program): Touch[] {
  const written = new Set([...kernel.stores, ...kernel.reductions].map(({ access }) => access))
  const read = new Set([
    ...kernel.nodes.flatMap((node) => (node.op === 'load' ? [node.access] : [])),
    ...kernel.stores.flatMap(({ access, accumulate }) => (accumulate === true ? [access] : [])),
  ])
  return kernel.accesses.flatMap((access: Access, index) => {
    if (access.kind !== 'memory') return []
    const extent = extentOf(access, share, loopStep(kernel, index, share), program)
    const touch = (writes: boolean): Touch => ({ buffer: access.buffer, writes, extent })
    return [
      ...(read.has(index) ? [touch(false)] : []),
      ...(written.has(index) ? [touch(true)] : []),
    ]
  })
}

function touchesOf(task: Task, share: Share, program: Program): Touch[] {
  const touch = (place: Place, writes: boolean, step: number | undefined): Touch => ({
    buffer: place.buffer,
    writes,
    extent: extentOf(place, share, step, program),
  })
  switch (task.kind) {
    case 'kernel': {
      const { kernel } = task
      if (kernel.kind === 'loop') return accessTouches(kernel, share, program)
      const { reads, writes } = touchedBy(task)
      if (kernel.kind === 'gather' && share.by === 'rows') {
        const perRow = isRows(kernel.count) ? kernel.count.rows : 0
        const width = isRows(kernel.width) ? undefined : kernel.width * perRow
        return [
          touch(kernel.table, false, undefined),
          touch(kernel.indices, false, perRow),
          touch(kernel.out, true, width),
        ]
      }
      return [
        ...reads.map((place) => touch(place, false, undefined)),
        ...writes.map((place) => touch(place, true, undefined)),
      ]
    }
    case 'guard':
      return [touch(task.place, false, undefined)]
    case 'pack': {
      // Panels follow each other; that the last may be smaller matters to nobody but another sharing.
      const extent: Extent = share.by === 'units' ? { of: 'units', units: share.units } : all
      return [
        touch(task.product.right.place, false, undefined),
        { buffer: task.packed.buffer, writes: true, extent },
      ]
    }
    case 'multiply': {
      const { left, right, out } = task.product
      return [
        touch(left.place, false, productStep(task, 'left')),
        touch(right.place, false, productStep(task, 'right')),
        touch(out, true, productStep(task, 'out')),
        ...(task.packed === undefined ? [] : [touch(task.packed, false, undefined)]),
      ]
    }
  }
}

/** Says of each task how threads share it. */
export function shareTasks(
  tasks: readonly Task[],
  program: Program,
  threads: number,
): SharedTask[] {
  const shared: Shared = { program, threads, units: new Map(), threadOf: new Map(), last: 0 }
  return tasks.map((task) => {
    const share = shareOf(task, shared)
    const touches = touchesOf(task, share, program)
    for (const { buffer, writes, extent } of touches) {
      if (!writes) continue
      shared.units.delete(buffer)
      shared.threadOf.delete(buffer)
      if (extent.of === 'units') shared.units.set(buffer, extent.units)
      if (share.by === 'thread') shared.threadOf.set(buffer, share.thread)
    }
    return { task, share, touches }
  })
}

/** Whether two tasks may follow each other in every thread without waiting for the others. */
export function mayFollow(first: SharedTask, second: SharedTask): boolean {
  return first.touches.every((a) =>
    second.touches.every((b) => {
      if (a.buffer !== b.buffer || !(a.writes || b.writes)) return true
      return isOwn(first, a, second, b)
    }),
  )
}

/** Whether each thread meets only elements that it has touched itself. */
function isOwn(first: SharedTask, a: Touch, second: SharedTask, b: Touch): boolean {
  const [one, other] = [first.share, second.share]
  if (one.by === 'thread' && other.by === 'thread') return one.thread === other.thread
  // What each thread has made for itself, it may read at once.
  if (one.by === 'everyone' && a.writes) return !b.writes || other.by === 'everyone'
  if (one.by === 'rows' && other.by === 'rows')
    return a.extent.of === 'rows' && b.extent.of === 'rows'
  if (one.by === 'units' && other.by === 'units') {
    return a.extent.of === 'units' && b.extent.of === 'units' && a.extent.units === b.extent.units
  }
  return false
}
