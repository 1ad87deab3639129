/**
 * An entry as a module: one function for each distinct kernel, `run(rows)` that calls them in order, and
 * `runInOrder(order, count, rows)` that runs once for every `rows` indices of an order.
 */
import { elementBytes, sizeAt, type TensorType } from '@chainrule/program'
import type { Callee, Features, FunctionWriter, Local, ValueType } from '../assembler/function.ts'
import { type MemoryImport, ModuleWriter } from '../assembler/module.ts'
import {
  type Buffer,
  type Kernel,
  type LoopKernel,
  type LoweredEntry,
  type Place,
  type ProductKernel,
  placesOf,
} from '../lower/kernels.ts'
import { Products } from '../product/products.ts'
import { copyBytes } from './bytes.ts'
import { type HostFunction, hostFunctionOf } from './elements.ts'
import { emitGather, emitScatter } from './indexed.ts'
import { emitLoop } from './loop.ts'
import { emitProduct, scratchOf } from './product.ts'

/** Where everything stands when the module runs. */
export interface Addresses {
  of(buffer: Buffer): number
  /** Where the memory is that a kernel needs for itself. */
  scratch(kernel: Kernel): number
  /** The inputs whose rows may come from a data set: where the input stands, and where its data set's address is kept. */
  readonly bindings: readonly Binding[]
}

export interface Binding {
  readonly name: string
  readonly type: TensorType
  readonly input: number
  /** Holds the address of the data set's first row, 0 where none is bound. */
  readonly slot: number
}

const i32s = (count: number): ValueType[] => Array.from({ length: count }, () => 'i32' as const)

export class EntryEmitter {
  readonly #module: ModuleWriter
  readonly #entry: LoweredEntry
  readonly #products: Products
  readonly #maxBatch: number
  readonly #functions = new Map<string, Callee>()
  readonly #hosts = new Map<HostFunction, Callee>()

  constructor(entry: LoweredEntry, maxBatch: number, features: Features) {
    this.#module = new ModuleWriter(features)
    this.#entry = entry
    this.#maxBatch = maxBatch
    for (const name of hostFunctions(entry)) {
      const parameters: ValueType[] = name === 'pow' ? ['f64', 'f64'] : ['f64']
      this.#hosts.set(name, this.#module.import(name, { parameters, results: ['f64'] }))
    }
    this.#products = new Products(this.#module)
  }

  /** Bytes that a kernel needs for itself while it runs. */
  scratchBytes(kernel: Kernel): number {
    if (kernel.kind !== 'product') return 0
    const { packBytes, threadBytes } = scratchOf(this.#products, kernel, this.#maxBatch)
    return packBytes + threadBytes
  }

  emit(addresses: Addresses, memory: MemoryImport): Uint8Array<ArrayBuffer> {
    const { kernels, guard } = this.#entry
    const calls = kernels.map((kernel) => this.#call(kernel, addresses))
    const run = this.#module.define(
      { parameters: i32s(1), results: ['i32'] },
      (f) => {
        const finite = f.local('i32')
        f.i32(1).set(finite)
        calls.forEach((call, at) => {
          if (guard?.before === at) pushIsFinite(f, addresses, guard.place).set(finite)
          // What writes no state runs all the same: outputs show the run that was stopped, not the one before.
          if (guard !== undefined && writesState(kernels[at])) f.get(finite).if(() => call(f))
          else call(f)
        })
        if (guard?.before === calls.length) pushIsFinite(f, addresses, guard.place).set(finite)
        f.get(finite)
      },
      'run',
    )
    this.#module.define(
      { parameters: i32s(3), results: ['i32'] },
      (f) => emitInOrder(f, addresses.bindings, run),
      'runInOrder',
    )
    return this.#module.toBytes(memory)
  }

  /** Defines the kernel's function, if it is not there, and gives what calls it. */
  #call(kernel: Kernel, addresses: Addresses): (f: FunctionWriter) => void {
    switch (kernel.kind) {
      case 'loop': {
        const callee = this.#loopFunction(kernel)
        return (f) => {
          for (const access of kernel.accesses) {
            if (access.kind === 'index') f.i32(0)
            else pushAddress(f, addresses, access)
          }
          f.get(0).call(callee)
        }
      }
      case 'gather': {
        const callee = this.#function(kernelKey(kernel), 4, (f) => emitGather(f, kernel))
        return (f) => callWith(f, callee, addresses, [kernel.table, kernel.indices, kernel.out])
      }
      case 'scatter': {
        const callee = this.#function(kernelKey(kernel), 4, (f) => emitScatter(f, kernel))
        return (f) => callWith(f, callee, addresses, [kernel.indices, kernel.updates, kernel.out])
      }
      case 'product':
        return (f) => this.#product(f, kernel, addresses)
    }
  }

  #loopFunction(kernel: LoopKernel): Callee {
    return this.#function(loopKey(kernel), kernel.accesses.length + 1, (f) => {
      emitLoop({ f, host: (name) => this.#host(name) }, kernel)
    })
  }

  #function(key: string, parameters: number, write: (f: FunctionWriter) => void): Callee {
    let callee = this.#functions.get(key)
    if (callee === undefined) {
      callee = this.#module.define({ parameters: i32s(parameters), results: [] }, write)
      this.#functions.set(key, callee)
    }
    return callee
  }

  #host(name: HostFunction): Callee {
    const callee = this.#hosts.get(name)
    if (callee === undefined) throw new Error(`internal: ${name} was not imported`)
    return callee
  }

  #product(f: FunctionWriter, kernel: ProductKernel, addresses: Addresses): void {
    const [left, right, out] = [f.local('i32'), f.local('i32'), f.local('i32')]
    const places = [kernel.left.place, kernel.right.place, kernel.out]
    for (const [i, local] of [left, right, out].entries()) {
      pushAddress(f, addresses, places[i] as Place)
      f.set(local)
    }
    const scratch = this.scratchBytes(kernel) > 0 ? addresses.scratch(kernel) : 0
    emitProduct(f, this.#products, kernel, { left, right, out, scratch }, this.#maxBatch)
    f.release(left, right, out)
  }
}

function callWith(
  f: FunctionWriter,
  callee: Callee,
  addresses: Addresses,
  places: readonly Place[],
): void {
  for (const place of places) pushAddress(f, addresses, place)
  f.get(0).call(callee)
}

/** The address of a place's first element; `rows` is local 0. */
function pushAddress(
  f: FunctionWriter,
  addresses: Addresses,
  { buffer, layout, dtype }: Place,
): void {
  const bytes = elementBytes[dtype]
  f.i32(addresses.of(buffer) + layout.offset.fixed * bytes)
  if (layout.offset.perRow === 0) return
  f.get(0)
    .i32(layout.offset.perRow * bytes)
    .op('i32.mul')
    .op('i32.add')
}

function writesState(kernel: Kernel | undefined): boolean {
  return (
    kernel !== undefined && placesOf(kernel).writes.some(({ buffer }) => buffer.kind === 'state')
  )
}

/** 1, or 0 where the number is infinite or NaN: then its difference from itself is not 0. */
function pushIsFinite(f: FunctionWriter, addresses: Addresses, place: Place): FunctionWriter {
  const type = place.dtype === 'f64' ? 'f64' : 'f32'
  const value = f.local(type)
  pushAddress(f, addresses, place)
  f.memory(`${type}.load`).tee(value).get(value).op(`${type}.sub`)
  if (type === 'f64') f.f64(0)
  else f.f32(0)
  f.release(value)
  return f.op(`${type}.eq`)
}

/** Parameters: the order's address, its length, rows a run. Gives the number of runs done. */
function emitInOrder(f: FunctionWriter, bindings: readonly Binding[], run: Callee): void {
  const [order, left, rows] = [0, 1, 2]
  const [count, runs] = [f.local('i32'), f.local('i32')]
  f.i32(0).set(runs)
  f.block(() => {
    f.loop(() => {
      f.get(left).op('i32.eqz').branchIf(1)
      f.get(rows).get(left).get(rows).get(left).op('i32.lt_s').op('select').set(count)
      for (const binding of bindings) loadRows(f, binding, order, count)
      f.get(count).call(run).op('i32.eqz').branchIf(1)
      f.get(runs).i32(1).op('i32.add').set(runs)
      f.get(order).get(count).i32(2).op('i32.shl').op('i32.add').set(order)
      f.get(left).get(count).op('i32.sub').set(left)
      f.branch(0)
    })
  })
  f.get(runs)
}

/** Copies the rows that the next `count` indices name from the data set, if one is bound, to the input. */
function loadRows(f: FunctionWriter, binding: Binding, order: Local, count: Local): void {
  const bytes = sizeAt(binding.type.shape, 1) * elementBytes[binding.type.dtype]
  const [data, index, from, to] = [f.local('i32'), f.local('i32'), f.local('i32'), f.local('i32')]
  f.i32(binding.slot).memory('i32.load').tee(data)
  f.if(() => {
    f.get(order).set(index).i32(binding.input).set(to)
    f.repeat({ local: count }, () => {
      f.get(data).get(index).memory('i32.load').i32(bytes).op('i32.mul').op('i32.add').set(from)
      copyBytes(f, to, from, bytes)
      f.advance(index, 4).advance(to, bytes)
    })
  })
  f.release(data, index, from, to)
}

function hostFunctions({ kernels }: LoweredEntry): Set<HostFunction> {
  const names = new Set<HostFunction>()
  for (const kernel of kernels) {
    if (kernel.kind !== 'loop') continue
    for (const node of kernel.nodes) {
      const name = node.op === 'compute' ? hostFunctionOf(node.primitive, node.dtype) : undefined
      if (name !== undefined) names.add(name)
    }
  }
  return names
}

/** Equal for loops that differ in nothing but their addresses. */
function loopKey({ shape, accesses, nodes, stores, reductions, reduced }: LoopKernel): string {
  const forms = accesses.map((access) =>
    access.kind === 'index' ? ['index', access.strides] : [access.dtype, access.layout.strides],
  )
  return JSON.stringify([shape, forms, nodes, stores, reductions, reduced])
}

function kernelKey(kernel: Kernel): string {
  return JSON.stringify(kernel, (name, value: unknown) =>
    ['table', 'indices', 'updates', 'out'].includes(name) ? undefined : value,
  )
}
