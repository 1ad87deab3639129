/**
 * Loops over the same elements become one where nothing forbids it: what one stores for the other stays in a register, and
 * a small network has fewer calls.
 */
import { type Shape, sameShape } from '@chainrule/program'
import { areAlike, areApart } from '../layout.ts'
import {
  type Access,
  type Buffer,
  type Kernel,
  type LoopKernel,
  type LoopNode,
  type LoweredEntry,
  type Place,
  placesOf,
} from './kernels.ts'
import type { WaitCounter } from './waits.ts'

/** So many kernels back a partner is looked for. */
const reach = 12

/** Loops over more than one axis are merged only if they reduce the same axes: another order would walk memory badly. */
function isOneAxis(shape: Shape): boolean {
  return shape.length <= 1
}

function sameElements(a: Place, b: Place): boolean {
  return a.buffer === b.buffer && areAlike(a.layout, b.layout)
}

function areDistinct(a: Place, b: Place): boolean {
  return a.buffer !== b.buffer || areApart(a.layout, b.layout)
}

/** Whether the order of two kernels matters. */
function conflict(a: Kernel, b: Kernel): boolean {
  const [x, y] = [placesOf(a), placesOf(b)]
  const meets = (places: readonly Place[], others: readonly Place[]): boolean =>
    places.some((place) => others.some((other) => !areDistinct(place, other)))
  return meets(x.writes, y.reads) || meets(x.writes, y.writes) || meets(x.reads, y.writes)
}

const placeAt = ({ accesses }: LoopKernel, index: number): Place | undefined => {
  const access = accesses[index]
  return access?.kind === 'memory' ? access : undefined
}

/** Where both meet in memory, they meet in the same element at the same time. */
function meetsInStep(first: LoopKernel, second: LoopKernel): boolean {
  const stored = first.stores.flatMap(({ access, accumulate }) =>
    accumulate ? [] : (placeAt(first, access) ?? []),
  )
  const whole = [...first.reductions, ...first.stores.filter(({ accumulate }) => accumulate)]
  const untouchable = new Set(whole.map(({ access }) => placeAt(first, access)?.buffer))
  const { reads, writes } = placesOf(second)
  const firstReads = placesOf(first).reads
  return (
    [...reads, ...writes].every(({ buffer }) => !untouchable.has(buffer)) &&
    [...reads, ...writes].every((place) =>
      stored.every((other) => areDistinct(other, place) || sameElements(other, place)),
    ) &&
    writes.every((place) =>
      firstReads.every((other) => areDistinct(other, place) || sameElements(other, place)),
    ) &&
    writes.every((place) => stored.every((other) => areDistinct(other, place)))
  )
}

function mayMerge(first: LoopKernel, second: LoopKernel): boolean {
  if (!sameShape(first.shape, second.shape)) return false
  const accumulates = [...first.stores, ...second.stores].some(({ accumulate }) => accumulate)
  if (accumulates || first.accesses.length + second.accesses.length > 40) return false
  return reducesAlike(first, second) && meetsInStep(first, second)
}

/** Whether what both reduce is reduced over the same axes; one that reduces nothing fits beside any loop over one axis. */
function reducesAlike(first: LoopKernel, second: LoopKernel): boolean {
  const [a, b] = [first.reduced, second.reduced]
  if (a.length === b.length && a.every((axis) => b.includes(axis))) return true
  const reducesNothing = first.reductions.length === 0 || second.reductions.length === 0
  return reducesNothing && isOneAxis(first.shape)
}

/** Both loops in one. */
function merged(first: LoopKernel, second: LoopKernel): LoopKernel {
  const accesses: Access[] = [...first.accesses]
  const nodes: LoopNode[] = [...first.nodes]
  const accessMap = second.accesses.map((access) => accesses.push(access) - 1)
  const nodeMap: number[] = []
  const moved = (access: number): number => accessMap[access] ?? access
  for (const node of second.nodes) {
    const known = node.op === 'load' ? knownNode(first, placeAt(second, node.access)) : undefined
    nodeMap.push(known ?? nodes.push(movedNode(node, moved, nodeMap)) - 1)
  }
  const target = <T extends { node: number; access: number }>(entry: T): T => ({
    ...entry,
    node: nodeMap[entry.node] ?? entry.node,
    access: moved(entry.access),
  })
  return {
    kind: 'loop',
    shape: first.shape,
    accesses,
    nodes,
    stores: [...first.stores, ...second.stores.map(target)],
    reductions: [...first.reductions, ...second.reductions.map(target)],
    reduced: first.reduced.length > 0 ? first.reduced : second.reduced,
  }
}

/** The node that the first loop stores, or loads, where the second would load. */
function knownNode(first: LoopKernel, place: Place | undefined): number | undefined {
  if (place === undefined) return undefined
  const isThere = ({ access }: { readonly access: number }): boolean => {
    const other = placeAt(first, access)
    return other !== undefined && sameElements(other, place)
  }
  const stored = first.stores.find(isThere)
  if (stored !== undefined) return stored.node
  const loaded = first.nodes.findIndex((node) => node.op === 'load' && isThere(node))
  return loaded < 0 ? undefined : loaded
}

function movedNode(
  node: LoopNode,
  access: (index: number) => number,
  nodes: readonly number[],
): LoopNode {
  switch (node.op) {
    case 'constant':
      return node
    case 'load':
    case 'index':
      return { ...node, access: access(node.access) }
    default:
      return { ...node, operands: node.operands.map((id) => nodes[id] ?? id) }
  }
}

/** Without the stores that nothing reads, the nodes that nothing needs, and the accesses of neither. */
function pruned(kernel: LoopKernel, isRead: (buffer: Buffer) => boolean): LoopKernel {
  const stores = kernel.stores.filter(({ access }) => {
    const buffer = placeAt(kernel, access)?.buffer
    return buffer === undefined || isRead(buffer)
  })
  const needed = new Set<number>()
  const need = (id: number): void => {
    if (needed.has(id)) return
    needed.add(id)
    const node = kernel.nodes[id]
    if (node !== undefined && 'operands' in node) node.operands.forEach(need)
  }
  for (const { node } of [...stores, ...kernel.reductions]) need(node)
  const nodeMap: number[] = []
  const accessMap = new Map<number, number>()
  const accesses: Access[] = []
  const access = (index: number): number => {
    const found = kernel.accesses[index]
    if (found === undefined) throw new Error('internal: no such access')
    const known = accessMap.get(index) ?? accesses.push(found) - 1
    accessMap.set(index, known)
    return known
  }
  const nodes: LoopNode[] = []
  kernel.nodes.forEach((node, id) => {
    if (needed.has(id)) nodeMap[id] = nodes.push(movedNode(node, access, nodeMap)) - 1
  })
  const target = <T extends { node: number; access: number }>(entry: T): T => ({
    ...entry,
    node: nodeMap[entry.node] ?? entry.node,
    access: access(entry.access),
  })
  const [kept, reductions] = [stores.map(target), kernel.reductions.map(target)]
  return { ...kernel, accesses, nodes, stores: kept, reductions }
}

function writesState(kernel: Kernel): boolean {
  return placesOf(kernel).writes.some(({ buffer }) => buffer.kind === 'state')
}

/** Merges loops; where `waits` are counted, none that waits for all rows with one that does not. */
export function mergeLoops(entry: LoweredEntry, waits?: WaitCounter): LoweredEntry {
  const kernels: Kernel[] = []
  let before = entry.guard?.before
  entry.kernels.forEach((kernel, at) => {
    if (entry.guard?.before === at) before = kernels.length
    const partner = partnerOf(kernel, kernels, before, waits)
    const other = partner === undefined ? undefined : kernels[partner]
    if (partner === undefined || other?.kind !== 'loop' || kernel.kind !== 'loop') {
      kernels.push(kernel)
    } else kernels[partner] = merged(other, kernel)
    waits?.add(kernel)
  })
  if (entry.guard?.before === entry.kernels.length) before = kernels.length
  const guard = entry.guard && before !== undefined ? { ...entry.guard, before } : undefined
  return withoutUnread({ ...entry, kernels, guard })
}

function partnerOf(
  kernel: Kernel,
  kernels: readonly Kernel[],
  before: number | undefined,
  waits: WaitCounter | undefined,
): number | undefined {
  if (kernel.kind !== 'loop') return undefined
  const state = writesState(kernel)
  for (let i = kernels.length - 1; i >= Math.max(0, kernels.length - reach); i--) {
    const other = kernels[i]
    if (other === undefined || (state && before !== undefined && i < before)) return undefined
    // What writes a state is left out where the guard is not finite, and nothing else is.
    const guarded = before !== undefined && writesState(other) !== state
    if (other.kind === 'loop' && !guarded && mayMerge(other, kernel)) {
      if (waits?.differ(other, kernel) !== true) return i
    }
    if (conflict(other, kernel)) return undefined
  }
  return undefined
}

function withoutUnread(entry: LoweredEntry): LoweredEntry {
  const read = new Set<Buffer>()
  for (const kernel of entry.kernels) {
    for (const { buffer } of placesOf(kernel).reads) read.add(buffer)
  }
  for (const { buffer } of Object.values(entry.outputs)) read.add(buffer)
  if (entry.guard !== undefined) read.add(entry.guard.place.buffer)
  const isRead = (buffer: Buffer): boolean => buffer.kind !== 'temporary' || read.has(buffer)
  const kernels = entry.kernels.map((kernel) =>
    kernel.kind === 'loop' ? pruned(kernel, isRead) : kernel,
  )
  return { ...entry, kernels }
}
