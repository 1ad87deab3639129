/**
 * Where an entry's temporaries stand: each has its place from the kernel that first writes it to the last that uses it, and
 * another may stand there before and after.
 */
import { type DType, elementBytes, type Shape, sizeAt } from '@chainrule/program'
import { type Buffer, type Kernel, type LoweredEntry, placesOf } from './kernels.ts'

/** Vectors are loaded fastest from such addresses. */
export const alignment = 64

export function aligned(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment
}

/** A temporary, or a kernel that needs memory for itself while it runs. */
type Owner = Buffer | Kernel

/** From the first kernel that uses a buffer to the last, both included. */
interface Span {
  readonly owner: Owner
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
  /** The largest sum of bytes of temporaries in use at one time: no plan can do with less. */
  readonly lowerBound: number
}

export function bufferBytes(dtype: DType, sizes: Shape, maxBatch: number): number {
  return sizeAt(sizes, maxBatch) * elementBytes[dtype]
}

/** What a kernel needs for itself while it runs. */
export type ScratchBytes = (kernel: Kernel) => number

function spansOf(
  { kernels, guard, outputs }: LoweredEntry,
  maxBatch: number,
  scratchBytes: ScratchBytes,
): Span[] {
  const spans = new Map<Owner, Span>()
  const use = (buffer: Buffer, at: number): void => {
    if (buffer.kind !== 'temporary') return
    const span = spans.get(buffer)
    if (span === undefined) {
      const bytes = aligned(bufferBytes(buffer.dtype, buffer.sizes, maxBatch))
      spans.set(buffer, { owner: buffer, bytes, first: at, last: at })
      return
    }
    span.last = Math.max(span.last, at)
  }
  kernels.forEach((kernel, at) => {
    const { reads, writes } = placesOf(kernel)
    for (const { buffer } of [...reads, ...writes]) use(buffer, at)
    const bytes = scratchBytes(kernel)
    if (bytes > 0) spans.set(kernel, { owner: kernel, bytes, first: at, last: at })
  })
  if (guard !== undefined) use(guard.place.buffer, guard.before)
  for (const { buffer } of Object.values(outputs)) use(buffer, kernels.length)
  return [...spans.values()]
}

/** The lowest place at which nothing else stands during the span. */
function lowestGap(span: Span, placed: readonly Placed[]): number {
  const others = placed.filter(({ first, last }) => first <= span.last && span.first <= last)
  others.sort((a, b) => a.start - b.start)
  let at = 0
  for (const { start, bytes } of others) {
    if (start - at >= span.bytes) break
    at = Math.max(at, start + bytes)
  }
  return at
}

function mostAtOneTime(spans: readonly Span[]): number {
  let most = 0
  for (const { first } of spans) {
    const sum = spans
      .filter((span) => span.first <= first && first <= span.last)
      .reduce((bytes, span) => bytes + span.bytes, 0)
    most = Math.max(most, sum)
  }
  return most
}

/** Large buffers find their place first, so that small ones fill what is left between them. */
export function planTemporaries(
  entry: LoweredEntry,
  maxBatch: number,
  scratchBytes: ScratchBytes,
): TemporaryPlan {
  const spans = spansOf(entry, maxBatch, scratchBytes)
  const placed: Placed[] = []
  for (const span of spans.toSorted((a, b) => b.bytes - a.bytes || a.first - b.first)) {
    placed.push({ ...span, start: lowestGap(span, placed) })
  }
  return {
    offsets: new Map(placed.map(({ owner, start }) => [owner, start])),
    bytes: placed.reduce((end, { start, bytes }) => Math.max(end, start + bytes), 0),
    lowerBound: mostAtOneTime(spans.filter(({ owner }) => owner.kind === 'temporary')),
  }
}
