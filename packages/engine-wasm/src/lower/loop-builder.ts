/** Puts a loop together: accesses and nodes, each once. */
import { type DType, type Shape, sameShape } from '@chainrule/program'
import { type Layout, selectAxes } from '../layout.ts'
import type { Access, LoopKernel, LoopNode, LoopReduction, LoopStore, Place } from './kernels.ts'

export class LoopBuilder {
  readonly #shape: Shape
  readonly #reduced: readonly number[]
  readonly #accesses: Access[] = []
  readonly #nodes: LoopNode[] = []
  readonly #stores: LoopStore[] = []
  readonly #reductions: LoopReduction[] = []

  constructor(shape: Shape, reduced: readonly number[] = []) {
    this.#shape = shape
    this.#reduced = reduced
  }

  /** The elements of a place whose layout has the loop's shape. */
  load(place: Place): number {
    const access = this.#access({ kind: 'memory', ...place })
    return this.node({ op: 'load', access, dtype: place.dtype })
  }

  /** The index along an axis. */
  index(axis: number, dtype: DType): number {
    const strides = this.#shape.map((_, i) => (i === axis ? 1 : 0))
    return this.counter(strides, dtype)
  }

  /** A number that grows with the indices. */
  counter(strides: Layout['strides'], dtype: DType): number {
    return this.node({ op: 'index', access: this.#access({ kind: 'index', strides }), dtype })
  }

  /** A node; a load, index or constant that is there already is not made again. */
  node(node: LoopNode): number {
    const known = this.#nodes.findIndex((other) => sameLeaf(node, other))
    if (known >= 0) return known
    return this.#nodes.push(node) - 1
  }

  store(node: number, place: Place, accumulate = false): void {
    const access = this.#access({ kind: 'memory', ...place }, true)
    this.#stores.push(accumulate ? { node, access, accumulate } : { node, access })
  }

  /** `place` has the shape that is left when the reduced axes are taken away. */
  reduce(primitive: LoopReduction['primitive'], node: number, place: Place): void {
    const strides = [...place.layout.strides]
    for (const axis of this.#reduced.toSorted((a, b) => a - b)) strides.splice(axis, 0, 0)
    const layout = { ...place.layout, sizes: this.#shape, strides }
    const access = this.#access({ kind: 'memory', ...place, layout }, true)
    this.#reductions.push({ primitive, node, access })
  }

  /** The loop, without axes of one element: loops over the same elements are then of the same shape. */
  build(): LoopKernel {
    const kept = this.#shape.flatMap((size, axis) => (size === 1 ? [] : [axis]))
    const accesses = this.#accesses.map((access): Access => {
      if (access.kind === 'memory') return { ...access, layout: selectAxes(access.layout, kept) }
      return { ...access, strides: kept.map((axis) => access.strides[axis] ?? 0) }
    })
    return {
      kind: 'loop',
      shape: kept.map((axis) => this.#shape[axis] ?? 1),
      accesses,
      nodes: this.#nodes,
      stores: this.#stores,
      reductions: this.#reductions,
      reduced: kept.flatMap((axis, i) => (this.#reduced.includes(axis) ? [i] : [])),
    }
  }

  #access(access: Access, fresh = false): number {
    const known = fresh ? -1 : this.#accesses.findIndex((other) => sameAccess(access, other))
    return known >= 0 ? known : this.#accesses.push(access) - 1
  }
}

function sameAccess(a: Access, b: Access): boolean {
  if (a.kind === 'index') return b.kind === 'index' && sameShape(a.strides, b.strides)
  if (b.kind === 'index' || a.buffer !== b.buffer || a.dtype !== b.dtype) return false
  const { offset, strides } = a.layout
  return (
    offset.fixed === b.layout.offset.fixed &&
    offset.perRow === b.layout.offset.perRow &&
    sameShape(strides, b.layout.strides)
  )
}

function sameLeaf(a: LoopNode, b: LoopNode): boolean {
  if (a.dtype !== b.dtype) return false
  if (a.op === 'constant') return b.op === 'constant' && Object.is(a.value, b.value)
  if (a.op === 'load' || a.op === 'index') return b.op === a.op && a.access === b.access
  return false
}
