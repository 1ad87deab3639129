/** The pointers of a loop: accesses that move alike, such as the places of a window, share one. */
import { elementBytes, sameDimension } from '@chainrule/program'
import type { Local } from '../assembler/function.ts'
import type { Access, LoopKernel } from '../lower/kernels.ts'
import { stridesOf } from './nest.ts'

/** Where an access is while the loop runs: a pointer, and so many bytes behind it. */
export interface Address {
  readonly pointer: Local
  readonly offset: number
}

export interface Pointers {
  /** For each pointer, the access whose address it is: of those that share it, the first in memory. */
  readonly leaders: readonly number[]
  /** For each access. */
  readonly addresses: readonly Address[]
}

/** Bytes from one index to the next, or counts. */
export function unitOf(access: Access | undefined): number {
  if (access === undefined) throw new Error('internal: no such access')
  return access.kind === 'index' ? 1 : elementBytes[access.dtype]
}

/** Instructions hold distances up to this without becoming long. */
const farthest = 1_000_000

/** Elements from access `a` to access `b`, where that is the same all the time. */
function distance(a: Access, b: Access): number | undefined {
  if (a.kind === 'index' || b.kind === 'index')
    return a.kind === b.kind && areParallel(a, b) ? 0 : undefined
  if (a.buffer !== b.buffer || a.dtype !== b.dtype) return undefined
  if (a.layout.offset.perRow !== b.layout.offset.perRow) return undefined
  return areParallel(a, b) ? b.layout.offset.fixed - a.layout.offset.fixed : undefined
}

function areParallel(a: Access, b: Access): boolean {
  const to = stridesOf(b)
  return stridesOf(a).every((stride, axis) => sameDimension(stride, to[axis] ?? 0))
}

export function pointersOf({ accesses }: LoopKernel): Pointers {
  const groups: { first: Access; members: { access: number; elements: number }[] }[] = []
  accesses.forEach((access, index) => {
    for (const { first, members } of groups) {
      const elements = distance(first, access)
      if (elements === undefined || Math.abs(elements) > farthest) continue
      members.push({ access: index, elements })
      return
    }
    groups.push({ first: access, members: [{ access: index, elements: 0 }] })
  })
  const addresses: Address[] = []
  const leaders = groups.map(({ first, members }, pointer) => {
    const bytes = unitOf(first)
    const lowest = members.reduce((low, member) => (member.elements < low.elements ? member : low))
    for (const { access, elements } of members) {
      addresses[access] = { pointer, offset: (elements - lowest.elements) * bytes }
    }
    return lowest.access
  })
  return { leaders, addresses }
}
