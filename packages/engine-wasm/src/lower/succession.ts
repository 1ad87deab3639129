/**
 * Which buffers may stand where another stood: a loop that reads an element for the last time may put one of its results
 * into the same place, for it comes to each element once and reads it before it writes.
 */
import { elementBytes } from '@chainrule/program'
import { areAlike } from '../layout.ts'
import { type Buffer, type LoopKernel, type Place, placesOf } from './kernels.ts'

/** A buffer that a loop writes, and the one whose elements it replaces one by one. */
export interface Succession {
  readonly heir: Buffer
  readonly owner: Buffer
}

/** All that a loop allows; whether the owner is read later is not looked at. */
export function successionsOf(kernel: LoopKernel): Succession[] {
  const { reads, writes } = placesOf(kernel)
  const stored = kernel.stores.flatMap(({ access, accumulate }) => {
    const place = kernel.accesses[access]
    return place?.kind === 'memory' && accumulate !== true ? [place] : []
  })
  return stored.flatMap((place) => {
    const isWrittenOnce = writes.filter(({ buffer }) => buffer === place.buffer).length === 1
    const isRead = reads.some(({ buffer }) => buffer === place.buffer)
    if (!isWrittenOnce || isRead) return []
    return ownersFor(place, reads, writes).map((owner) => ({ heir: place.buffer, owner }))
  })
}

/** The temporaries that are read where `heir` is written, and nowhere else. */
function ownersFor(heir: Place, reads: readonly Place[], writes: readonly Place[]): Buffer[] {
  const owners = new Set(reads.map(({ buffer }) => buffer))
  return [...owners].filter(
    (owner) =>
      owner.kind === 'temporary' &&
      writes.every(({ buffer }) => buffer !== owner) &&
      reads.every((place) => place.buffer !== owner || isInStep(place, heir)),
  )
}

function isInStep(read: Place, written: Place): boolean {
  const [a, b] = [elementBytes[read.dtype], elementBytes[written.dtype]]
  return a === b && areAlike(read.layout, written.layout)
}
