/**
 * A loop as a function of the module: `(address of each pointer, rows)`.
 *
 * Its nest of levels is walked with pointers that move along with the indices and back when a level is done; accesses
 * that move alike share one. What does not change within a level is computed before it.
 */
import { type Dimension, elementBytes, isRows } from '@chainrule/program'
import type { Callee, FunctionWriter, Local } from '../assembler/function.ts'
import type { Access, LoopKernel, LoopNode } from '../lower/kernels.ts'
import { emitDrawKey, emitDraws } from '../math/threefry.ts'
import { type ElementSite, emitElement, type HostFunction } from './elements.ts'
import { pushDimension } from './indexed.ts'
import { isEmpty, type Level, nestOf } from './nest.ts'
import { type Address, type Pointers, pointersOf } from './pointers.ts'
import { type Accumulator, acrossLanes, begin, rounded, take } from './reductions.ts'
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

/** Bytes from one index to the next, or counts. */
function unit(access: Access): number {
  return access.kind === 'index' ? 1 : elementBytes[access.dtype]
}

class LoopEmitter {
  readonly #f: FunctionWriter
  readonly #site: LoopSite
  readonly #kernel: LoopKernel
  readonly #nest: readonly Level[]
  readonly #pointers: Pointers
  readonly #rows: Local
  readonly #values: (Value | undefined)[] = []
  /** The innermost level on which a node depends; −1 for none. */
  readonly #depths: number[]
  readonly #accumulators: Accumulator[] = []
  /** The level of which only a share is walked; its count is the parameter after the rows. */
  readonly #shared: number | undefined
  /** For argmax, the index along the reduced axis. */
  #position: Local | undefined

  constructor(site: LoopSite, kernel: LoopKernel, shared: number | undefined) {
    this.#f = site.f
    this.#site = site
    this.#kernel = kernel
    this.#nest = nestOf(kernel)
    this.#pointers = pointersOf(kernel)
    this.#rows = this.#pointers.leaders.length
    this.#shared = shared
    this.#depths = []
    for (const node of kernel.nodes) this.#depths.push(this.#depthOf(node))
  }

  emit(): void {
    this.#compute(-1, allLanes)
    this.#level(0, this.#nest.some(({ vector }) => vector) ? allLanes : 1)
  }

  // Levels

  /** Whether the results of the reductions are complete when the levels from `depth` on are done. */
  #isBoundary(depth: number): boolean {
    const { reductions } = this.#kernel
    const before = this.#nest[depth - 1]
    return reductions.length > 0 && before?.reduced !== true && this.#nest[depth]?.reduced !== false
  }

  #level(depth: number, lanes: Lanes): void {
    if (!this.#isBoundary(depth)) {
      this.#walk(depth, lanes)
      return
    }
    this.#beginReductions()
    this.#walk(depth, lanes)
    this.#finishReductions(lanes)
  }

  #walk(depth: number, lanes: Lanes): void {
    const level = this.#nest[depth]
    if (level === undefined) {
      this.#body(lanes)
      return
    }
    if (level.vector) this.#byFours(depth, level)
    else this.#oneByOne(depth, level, lanes)
    if (depth > 0) this.#rewind(depth, level)
  }

  #oneByOne(depth: number, level: Level, lanes: Lanes): void {
    const position = this.#startPosition(level)
    this.#repeat(depth, () => {
      this.#compute(depth, lanes)
      this.#level(depth + 1, lanes)
      this.#advance(level, 1)
      if (position !== undefined) this.#f.advance(position, 1)
    })
  }

  #byFours(depth: number, level: Level): void {
    const f = this.#f
    const step = (lanes: Lanes): void => {
      this.#compute(depth, lanes)
      this.#level(depth + 1, lanes)
      this.#advance(level, lanes)
    }
    if (this.#mustGoSingly(level)) {
      const position = this.#startPosition(level)
      this.#repeat(depth, () => {
        step(1)
        if (position !== undefined) f.advance(position, 1)
      })
      return
    }
    const { size } = level
    if (!isRows(size) && depth !== this.#shared) {
      f.repeat(Math.floor(size / 4), () => step(allLanes))
      const rest = size % 4
      if (rest > 0) step(rest as Lanes)
      return
    }
    const count = f.local('i32')
    this.#pushCount(depth)
    f.i32(2).op('i32.shr_u').set(count)
    f.repeat({ local: count }, () => step(allLanes))
    this.#pushCount(depth)
    f.i32(3).op('i32.and').set(count)
    f.repeat({ local: count }, () => step(1))
    f.release(count)
  }

  /** How many indices of a level are walked. */
  #pushCount(depth: number): void {
    if (depth === this.#shared) this.#f.get(this.#rows + 1)
    else pushDimension(this.#f, this.#nest[depth]?.size ?? 1, this.#rows)
  }

  /** The first of several largest elements is known only if they are looked at in order. */
  #mustGoSingly(level: Level): boolean {
    return level.reduced && this.#kernel.reductions.some(({ primitive }) => primitive === 'argmax')
  }

  #startPosition(level: Level): Local | undefined {
    if (!this.#mustGoSingly(level)) return undefined
    const position = this.#f.local('i32')
    this.#f.i32(0).set(position)
    this.#position = position
    return position
  }

  #repeat(depth: number, body: () => void): void {
    const f = this.#f
    const size = this.#nest[depth]?.size ?? 1
    if (!isRows(size) && depth !== this.#shared) {
      f.repeat(size, body)
      return
    }
    const count = f.local('i32')
    this.#pushCount(depth)
    f.set(count)
    f.repeat({ local: count }, body)
    f.release(count)
  }

  // Pointers

  #advance(level: Level, indices: number): void {
    this.#move(level, (f, pointer, stride, bytes) => {
      if (!isRows(stride)) {
        f.advance(pointer, stride * bytes * indices)
        return
      }
      f.get(pointer)
        .get(this.#rows)
        .i32(stride.rows * bytes * indices)
        .op('i32.mul')
      f.op('i32.add').set(pointer)
    })
  }

  /** Back to the level's first index. */
  #rewind(depth: number, { size, strides }: Level): void {
    this.#move({ strides }, (f, pointer, stride, bytes) => {
      if (depth === this.#shared) {
        f.get(pointer)
        this.#pushCount(depth)
        pushDimension(f, stride, this.#rows)
        f.op('i32.mul').i32(bytes).op('i32.mul').op('i32.sub').set(pointer)
        return
      }
      if (!isRows(stride) && !isRows(size)) {
        f.advance(pointer, -stride * bytes * size)
        return
      }
      f.get(pointer)
      let factor = bytes
      const symbolic = [stride, size].filter((dimension) => {
        factor *= isRows(dimension) ? dimension.rows : dimension
        return isRows(dimension)
      })
      f.i32(factor)
      for (const _ of symbolic) f.get(this.#rows).op('i32.mul')
      f.op('i32.sub').set(pointer)
    })
  }

  #move(
    { strides }: Pick<Level, 'strides'>,
    move: (f: FunctionWriter, pointer: Local, stride: Dimension, bytes: number) => void,
  ): void {
    this.#pointers.leaders.forEach((leader, pointer) => {
      const access = this.#kernel.accesses[leader]
      const stride = strides[leader] ?? 0
      if (access !== undefined && stride !== 0) move(this.#f, pointer, stride, unit(access))
    })
  }

  // Nodes

  #depthOf(node: LoopNode): number {
    switch (node.op) {
      case 'constant':
        return -1
      case 'load':
      case 'index':
        return this.#nest.findLastIndex(({ strides }) => (strides[node.access] ?? 0) !== 0)
      default:
        return Math.max(-1, ...node.operands.map((id) => this.#depths[id] ?? -1))
    }
  }

  /** Computes the nodes that change with a level, once its index is there. */
  #compute(depth: number, lanes: Lanes): void {
    this.#kernel.nodes.forEach((node, id) => {
      if (this.#depths[id] === depth) this.#values[id] = this.#node(node, lanes)
    })
  }

  #node(node: LoopNode, lanes: Lanes): Value {
    const f = this.#f
    switch (node.op) {
      case 'constant':
        return made(f, node.dtype, () => constant(f, node.dtype, node.value))
      case 'load':
        return this.#load(node.access, lanes)
      case 'index':
        return this.#index(node, lanes)
      case 'key': {
        f.get(this.#part(node.operands[0])).i32x4(node.site)
        f.get(this.#part(node.operands[1])).get(this.#part(node.operands[2]))
        const { key0, key1 } = emitDrawKey(f)
        return { dtype: 'i32', locals: [key0, key1] }
      }
      case 'draw': {
        const [key0 = 0, key1 = 0] = this.#value(node.operands[0] ?? 0).locals
        return made(f, 'i32', () => {
          f.get(this.#part(node.operands[1])).get(this.#part(node.operands[2]))
          emitDraws(f, { key0, key1 })
        })
      }
      case 'compute': {
        const site: ElementSite = { f, lanes, host: (name) => this.#site.host(name) }
        const operands = node.operands.map((id) => this.#value(id))
        return emitElement(site, node.primitive, operands, node.dtype)
      }
    }
  }

  #part(id = 0): Local {
    return part(this.#value(id), 0)
  }

  #value(id: number): Value {
    const value = this.#values[id]
    if (value === undefined) throw new Error(`internal: node ${id} is used before it is there`)
    return value
  }

  #address(access: number): Address {
    const address = this.#pointers.addresses[access]
    if (address === undefined) throw new Error('internal: an access without a pointer')
    return address
  }

  /** The stride of an access along the axis that is walked by fours. */
  #vectorStride(access: number): Dimension {
    return this.#nest.find(({ vector }) => vector)?.strides[access] ?? 0
  }

  #step(access: number): Step {
    const stride = this.#vectorStride(access)
    const entry = this.#kernel.accesses[access]
    const bytes = entry === undefined ? 0 : unit(entry)
    if (!isRows(stride)) return stride * bytes
    const local = this.#f.local('i32')
    this.#f
      .get(this.#rows)
      .i32(stride.rows * bytes)
      .op('i32.mul')
      .set(local)
    return { local }
  }

  #load(access: number, lanes: Lanes): Value {
    const f = this.#f
    const entry = this.#kernel.accesses[access]
    if (entry?.kind !== 'memory') throw new Error('internal: a load of no memory')
    const stride = this.#vectorStride(access)
    const address = this.#address(access)
    if (stride === 0) return loadRepeated(f, entry.dtype, address)
    if (stride === 1 && lanes > 1) return loadNeighbours(f, entry.dtype, address)
    return loadApart(f, entry.dtype, address, this.#step(access), lanes)
  }

  /** A count, and along the axis of four its next three. */
  #index({ access, dtype }: Extract<LoopNode, { op: 'index' }>, lanes: Lanes): Value {
    const f = this.#f
    const stride = this.#vectorStride(access)
    const count = made(f, 'i32', () => {
      f.get(this.#address(access).pointer).op('i32x4.splat')
      if (stride === 0 || lanes === 1) return
      f.vector(new Uint8Array(Int32Array.of(0, 1, 2, 3).buffer))
      const step = this.#step(access)
      if (typeof step === 'number') f.i32x4(step)
      else f.get(step.local).op('i32x4.splat')
      f.op('i32x4.mul').op('i32x4.add')
    })
    if (dtype === 'i32') return count
    const site: ElementSite = { f, lanes, host: (name) => this.#site.host(name) }
    return emitElement(site, 'cast', [count], dtype)
  }

  // Results

  #body(lanes: Lanes): void {
    const f = this.#f
    for (const { node, access, accumulate } of this.#kernel.stores) {
      const value = this.#value(node)
      const old = accumulate === true ? this.#load(access, lanes) : undefined
      this.#store(old === undefined ? value : this.#sum(old, value, lanes), access, lanes)
    }
    this.#kernel.reductions.forEach(({ primitive, node }, i) => {
      const accumulator = this.#accumulators[i]
      if (accumulator === undefined) throw new Error('internal: a reduction that was not begun')
      const position = this.#position
      const at =
        position === undefined ? undefined : made(f, 'i32', () => f.get(position).op('i32x4.splat'))
      // Where each of the four has a result of its own, all are taken in: what does not count is not stored.
      const counted = this.#isAcross() ? lanes : allLanes
      take(f, primitive, accumulator, this.#value(node), counted, at)
    })
  }

  #sum(x: Value, y: Value, lanes: Lanes): Value {
    const site: ElementSite = { f: this.#f, lanes, host: (name) => this.#site.host(name) }
    return emitElement(site, 'add', [x, y], x.dtype)
  }

  #store(value: Value, access: number, lanes: Lanes): void {
    const stride = this.#vectorStride(access)
    const address = this.#address(access)
    if (stride === 1 || lanes === 1) storeNeighbours(this.#f, value, address, lanes)
    else storeApart(this.#f, value, address, this.#step(access), lanes)
  }

  /** Whether the four elements that are done at once belong to one result. */
  #isAcross(): boolean {
    return this.#nest.find(({ vector }) => vector)?.reduced !== false
  }

  #beginReductions(): void {
    this.#accumulators.length = 0
    for (const { primitive, node } of this.#kernel.reductions) {
      const dtype = this.#kernel.nodes[node]?.dtype ?? 'f32'
      this.#accumulators.push(begin(this.#f, primitive, dtype))
    }
  }

  #finishReductions(lanes: Lanes): void {
    const f = this.#f
    this.#kernel.reductions.forEach(({ primitive, access }, i) => {
      const accumulator = this.#accumulators[i]
      const target = this.#kernel.accesses[access]
      if (accumulator === undefined || target?.kind !== 'memory') {
        throw new Error('internal: a reduction without a place')
      }
      const across = this.#isAcross()
      let result = accumulator.index ?? accumulator.value
      if (across && primitive !== 'argmax') {
        result = acrossLanes(f, primitive, accumulator.value)
      }
      // The result's pointer moves along with the elements that it is made of.
      this.#store(rounded(f, result, target.dtype), access, across ? 1 : lanes)
    })
  }
}

/**
 * Writes the loop; its parameters are the addresses of `pointersOf`, then the number of rows. Where a level is shared, the
 * addresses are those of the share's first index, and its number of indices is the last parameter.
 */
export function emitLoop(site: LoopSite, kernel: LoopKernel, shared?: number): void {
  if (isEmpty(kernel.shape) && kernel.reductions.length === 0) return
  new LoopEmitter(site, kernel, shared).emit()
}
