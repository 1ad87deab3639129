/**
 * What a loop's body computes: each node's value, for the four elements that are done at once or for several times four
 * side by side.
 */
import { type Dimension, isRows } from '@chainrule/program'
import type { Callee, FunctionWriter, Local } from '../assembler/function.ts'
import type { LoopKernel, LoopNode } from '../lower/kernels.ts'
import { emitDrawKey, emitDraws } from '../math/threefry.ts'
import { type ElementSite, emitElement, type HostFunction } from './elements.ts'
import type { Level } from './nest.ts'
import { type Address, type Pointers, unitOf } from './pointers.ts'
import {
  loadApart,
  loadNeighbours,
  loadRepeated,
  type Step,
  storeApart,
  storeNeighbours,
} from './transfer.ts'
import { allLanes, constant, type Lanes, made, part, type Value } from './value.ts'

export interface LoopSite {
  readonly f: FunctionWriter
  host(name: HostFunction): Callee
}

/** How many of four elements count, and of how many fours that lie side by side. */
export interface Width {
  readonly lanes: Lanes
  /** More than one only where all lanes count. */
  readonly fours: number
}

export const oneFour: Width = { lanes: allLanes, fours: 1 }

export class LoopNodes {
  readonly #site: LoopSite
  readonly #kernel: LoopKernel
  readonly #pointers: Pointers
  readonly #rows: Local
  readonly #vector: Level | undefined
  /** The innermost level on which a node depends; −1 for none. */
  readonly #depths: number[]
  /** Whether a node differs from one element of the vector's axis to the next. */
  readonly #varies: boolean[]
  /** For each of the fours side by side, the values by node; what does not vary is the first's. */
  readonly #values: (Value | undefined)[][] = []

  constructor(
    site: LoopSite,
    kernel: LoopKernel,
    { nest, pointers, rows }: { nest: readonly Level[]; pointers: Pointers; rows: Local },
  ) {
    this.#site = site
    this.#kernel = kernel
    this.#pointers = pointers
    this.#rows = rows
    this.#vector = nest.find(({ vector }) => vector)
    this.#depths = []
    this.#varies = []
    for (const node of kernel.nodes) {
      this.#depths.push(this.#depthOf(node, nest))
      this.#varies.push(this.#doesVary(node))
    }
  }

  /** Whether the four elements that are done at once belong to one result. */
  get isAcross(): boolean {
    return this.#vector?.reduced !== false
  }

  /** Computes the nodes that change with a level, once its index is there. */
  compute(depth: number, { lanes, fours }: Width): void {
    this.#kernel.nodes.forEach((node, id) => {
      if (this.#depths[id] !== depth) return
      for (let four = 0; four < fours; four++) {
        const values = this.#valuesOf(four)
        const same = four > 0 && this.#varies[id] !== true
        values[id] = same ? this.value(id, 0) : this.#node(node, lanes, four)
      }
    })
  }

  value(id: number, four: number): Value {
    const value = this.#valuesOf(four)[id] ?? this.#valuesOf(0)[id]
    if (value === undefined) throw new Error(`internal: node ${id} is used before it is there`)
    return value
  }

  store(value: Value, access: number, lanes: Lanes, four: number): void {
    const { f } = this.#site
    const stride = this.#vectorStride(access)
    const address = this.#address(access, four)
    if (stride === 1 || lanes === 1) storeNeighbours(f, value, address, lanes)
    else storeApart(f, value, address, this.#step(access), lanes)
  }

  /** What is there and the value, added. */
  added(value: Value, access: number, lanes: Lanes, four: number): Value {
    const old = this.#load(access, lanes, four)
    return emitElement(this.#element(lanes), 'add', [old, value], value.dtype)
  }

  #valuesOf(four: number): (Value | undefined)[] {
    this.#values[four] ??= []
    return this.#values[four]
  }

  #depthOf(node: LoopNode, nest: readonly Level[]): number {
    switch (node.op) {
      case 'constant':
        return -1
      case 'load':
      case 'index':
        return nest.findLastIndex(({ strides }) => (strides[node.access] ?? 0) !== 0)
      default:
        return Math.max(-1, ...node.operands.map((id) => this.#depths[id] ?? -1))
    }
  }

  #doesVary(node: LoopNode): boolean {
    switch (node.op) {
      case 'constant':
        return false
      case 'load':
      case 'index':
        return this.#vectorStride(node.access) !== 0
      default:
        return node.operands.some((id) => this.#varies[id] === true)
    }
  }

  #node(node: LoopNode, lanes: Lanes, four: number): Value {
    const { f } = this.#site
    const part = (id = 0): Local => this.#part(id, four)
    switch (node.op) {
      case 'constant':
        return made(f, node.dtype, () => constant(f, node.dtype, node.value))
      case 'load':
        return this.#load(node.access, lanes, four)
      case 'index':
        return this.#index(node, lanes, four)
      case 'key': {
        f.get(part(node.operands[0])).i32x4(node.site)
        f.get(part(node.operands[1])).get(part(node.operands[2]))
        const { key0, key1 } = emitDrawKey(f)
        return { dtype: 'i32', locals: [key0, key1] }
      }
      case 'draw': {
        const [key0 = 0, key1 = 0] = this.value(node.operands[0] ?? 0, four).locals
        return made(f, 'i32', () => {
          f.get(part(node.operands[1])).get(part(node.operands[2]))
          emitDraws(f, { key0, key1 })
        })
      }
      case 'compute': {
        const operands = node.operands.map((id) => this.value(id, four))
        return emitElement(this.#element(lanes), node.primitive, operands, node.dtype)
      }
    }
  }

  #element(lanes: Lanes): ElementSite {
    const { f, host } = this.#site
    return { f, lanes, host }
  }

  #part(id: number, four: number): Local {
    return part(this.value(id, four), 0)
  }

  #address(access: number, four: number): Address {
    const address = this.#pointers.addresses[access]
    if (address === undefined) throw new Error('internal: an access without a pointer')
    if (four === 0) return address
    return { ...address, offset: address.offset + this.#behind(access, four) }
  }

  /** Bytes, or counts, from the first four elements to those of another four. */
  #behind(access: number, four: number): number {
    const stride = this.#vectorStride(access)
    if (isRows(stride)) throw new Error('internal: fours side by side at a distance of rows')
    return 4 * four * stride * unitOf(this.#kernel.accesses[access])
  }

  /** The stride of an access along the axis that is walked by fours. */
  #vectorStride(access: number): Dimension {
    return this.#vector?.strides[access] ?? 0
  }

  #step(access: number): Step {
    const { f } = this.#site
    const stride = this.#vectorStride(access)
    const bytes = unitOf(this.#kernel.accesses[access])
    if (!isRows(stride)) return stride * bytes
    const local = f.local('i32')
    f.get(this.#rows)
      .i32(stride.rows * bytes)
      .op('i32.mul')
      .set(local)
    return { local }
  }

  #load(access: number, lanes: Lanes, four: number): Value {
    const { f } = this.#site
    const entry = this.#kernel.accesses[access]
    if (entry?.kind !== 'memory') throw new Error('internal: a load of no memory')
    const stride = this.#vectorStride(access)
    const address = this.#address(access, four)
    if (stride === 0) return loadRepeated(f, entry.dtype, address)
    if (stride === 1 && lanes > 1) return loadNeighbours(f, entry.dtype, address)
    return loadApart(f, entry.dtype, address, this.#step(access), lanes)
  }

  /** A count, and along the axis of four its next three. */
  #index({ access, dtype }: Extract<LoopNode, { op: 'index' }>, lanes: Lanes, four: number): Value {
    const { f } = this.#site
    const stride = this.#vectorStride(access)
    const count = made(f, 'i32', () => {
      const { pointer, offset } = this.#address(access, four)
      f.get(pointer)
      if (offset !== 0) f.i32(offset).op('i32.add')
      f.op('i32x4.splat')
      if (stride === 0 || lanes === 1) return
      f.vector(new Uint8Array(Int32Array.of(0, 1, 2, 3).buffer))
      const step = this.#step(access)
      if (typeof step === 'number') f.i32x4(step)
      else f.get(step.local).op('i32x4.splat')
      f.op('i32x4.mul').op('i32x4.add')
    })
    return dtype === 'i32' ? count : emitElement(this.#element(lanes), 'cast', [count], dtype)
  }
}
