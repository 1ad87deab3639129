/**
 * Where an entry's temporaries stand: each has its place from the task that first writes it to the last that uses it, and
 * another may stand there before and after; a loop's result may follow what it reads without a time between.
 */
import { type DType, elementBytes, type Shape, sizeAt } from '@chainrule/program'
import { aligned } from '../alignment.ts'
import type { Place } from './kernels.ts'
import type { Share } from './share.ts'
import { successionsOf } from './succession.ts'
import { type Owner, type Task, touchedBy } from './tasks.ts'

/** From the first time that any of its owners, which follow each other in one place, is used to the last, both included. */
interface Span {
  readonly owners: Owner[]
  readonly bytes: number
  first: number
  last: number
}

interface Placed extends Span {
  readonly start: number
}

export interface TemporaryPlan {
  /** Bytes from the start of the entry's memory. */
  readonly offsets: ReadonlyMap<Owner, number>
  readonly bytes: number
  /** The largest sum of bytes in use at one time: no plan can do with less. */
  readonly lowerBound: number
}

/** A task and the time at which it runs; tasks of one time may run side by side. */
export interface Timed {
  readonly task: Task
  readonly time: number
  readonly share: Share
}

export function bufferBytes(dtype: DType, sizes: Shape, maxBatch: number): number {
  return sizeAt(sizes, maxBatch) * elementBytes[dtype]
}

function spansOf(
  timed: readonly Timed[],
  outputs: Readonly<Record<string, Place>>,
  { maxBatch, threads }: PlanSettings,
): Span[] {
  const spans = new Map<Owner, Span>()
  const use = (owner: Owner, bytes: number, at: number): void => {
    const span = spans.get(owner)
    if (span === undefined)
      spans.set(owner, { owners: [owner], bytes: aligned(bytes), first: at, last: at })
    else span.last = Math.max(span.last, at)
  }
  const usePlace = ({ buffer }: Place, at: number): void => {
    if (buffer.kind !== 'temporary') return
    use(buffer, bufferBytes(buffer.dtype, buffer.sizes, maxBatch), at)
  }
  for (const { task, time } of timed) {
    const { reads, writes } = touchedBy(task)
    for (const place of [...reads, ...writes]) usePlace(place, time)
    const scratch = task.kind === 'multiply' ? task.scratch : undefined
    if (scratch !== undefined) use(scratch, scratch.bytesPerThread * threads, time)
  }
  for (const place of Object.values(outputs)) usePlace(place, Number.POSITIVE_INFINITY)
  const atTime = new Map<number, Task[]>()
  for (const { task, time } of timed) atTime.set(time, [...(atTime.get(time) ?? []), task])
  for (const each of timed) succeed(each, atTime.get(each.time) ?? [], spans)
  return [...new Set(spans.values())]
}

/** Makes one span of two, where a loop's result may stand in the place of what it reads for the last time. */
function succeed(
  { task, time, share }: Timed,
  beside: readonly Task[],
  spans: Map<Owner, Span>,
): void {
  // Where every thread does all of it, one would read what another has written already.
  if (task.kind !== 'kernel' || task.kernel.kind !== 'loop' || share.by === 'everyone') return
  for (const { heir, owner } of successionsOf(task.kernel)) {
    const [before, after] = [spans.get(owner), spans.get(heir)]
    // Only the last who stood there has an heir, and one.
    if (before?.owners.at(-1) !== owner || after === undefined || before === after) continue
    if (before.last !== time || after.first !== time || before.bytes !== after.bytes) continue
    // Where another task touches the owner at the same time, threads are not through with it together.
    if (beside.some((other) => other !== task && touches(other, owner))) continue
    before.owners.push(...after.owners)
    before.last = after.last
    for (const each of after.owners) spans.set(each, before)
  }
}

function touches(task: Task, owner: Owner): boolean {
  const { reads, writes } = touchedBy(task)
  return [...reads, ...writes].some(({ buffer }) => buffer === owner)
}

/** The lowest place at which nothing else stands during the span; `placed` is in the order of places. */
function lowestGap(span: Span, placed: readonly Placed[]): number {
  let at = 0
  for (const { start, bytes, first, last } of placed) {
    if (first > span.last || span.first > last) continue
    if (start - at >= span.bytes) break
    at = Math.max(at, start + bytes)
  }
  return at
}

function insertByPlace(placed: Placed[], span: Placed): void {
  let low = 0
  let high = placed.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((placed[middle]?.start ?? 0) <= span.start) low = middle + 1
    else high = middle
  }
  placed.splice(low, 0, span)
}

function mostAtOneTime(spans: readonly Span[]): number {
  const begins = spans.map(({ first, bytes }) => ({ time: first, change: bytes }))
  // What is last used at a time is still there when others begin.
  const ends = spans.map(({ last, bytes }) => ({ time: last + 0.5, change: -bytes }))
  let now = 0
  let most = 0
  for (const { change } of [...begins, ...ends].sort((a, b) => a.time - b.time)) {
    now += change
    most = Math.max(most, now)
  }
  return most
}

export interface PlanSettings {
  readonly maxBatch: number
  readonly threads: number
}

/** Large buffers find their place first, so that small ones fill what is left between them. */
export function planTemporaries(
  timed: readonly Timed[],
  outputs: Readonly<Record<string, Place>>,
  settings: PlanSettings,
): TemporaryPlan {
  const spans = spansOf(timed, outputs, settings)
  const placed: Placed[] = []
  for (const span of spans.toSorted((a, b) => b.bytes - a.bytes || a.first - b.first)) {
    insertByPlace(placed, { ...span, start: lowestGap(span, placed) })
  }
  return {
    offsets: new Map(placed.flatMap(({ owners, start }) => owners.map((owner) => [owner, start]))),
    bytes: placed.reduce((end, { start, bytes }) => Math.max(end, start + bytes), 0),
    lowerBound: mostAtOneTime(spans),
  }
}
