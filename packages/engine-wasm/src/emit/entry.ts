/**
 * An entry as a module: one function for each distinct kernel, `run(rows)` that calls them in order, and
 * `runInOrder(order, count, rows)` that runs once for every `rows` indices of an order.
 */
import { elementBytes, sizeAt, type TensorType } from '@chainrule/program'
import type { Callee, Features, FunctionWriter, Local, ValueType } from '../assembler/function.ts'
import { type MemoryImport, ModuleWriter } from '../assembler/module.ts'
import type { Buffer, Kernel, LoopKernel, LoweredEntry, Place } from '../lower/kernels.ts'
import { copyBytes } from './bytes.ts'
import { type HostFunction, hostFunctionOf } from './elements.ts'
import { emitGather, emitScatter } from './indexed.ts'
import { emitLoop } from './loop.ts'

/** Where everything stands when the module runs. */
export interface Addresses {
  of(buffer: Buffer): number
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
  readonly #addresses: Addresses
  readonly #functions = new Map<string, Callee>()
  readonly #hosts = new Map<HostFunction, Callee>()

  constructor(entry: LoweredEntry, addresses: Addresses, features: Features) {
    this.#module = new ModuleWriter(features)
    this.#entry = entry
    this.#addresses = addresses
    for (const name of hostFunctions(entry)) {
      const parameters: ValueType[] = name === 'pow' ? ['f64', 'f64'] : ['f64']
      this.#hosts.set(name, this.#module.import(name, { parameters, results: ['f64'] }))
    }
  }

  emit(memory: MemoryImport): Uint8Array<ArrayBuffer> {
    const calls = this.#entry.kernels.map((kernel) => this.#call(kernel))
    const run = this.#module.define(
      { parameters: i32s(1), results: ['i32'] },
      (f) => {
        calls.forEach((call, at) => {
          if (this.#entry.guard?.before === at) this.#guard(f, this.#entry.guard.place)
          call(f)
        })
        if (this.#entry.guard?.before === calls.length) this.#guard(f, this.#entry.guard.place)
        f.i32(1)
      },
      'run',
    )
    this.#module.define(
      { parameters: i32s(3), results: ['i32'] },
      (f) => this.#inOrder(f, run),
      'runInOrder',
    )
    return this.#module.toBytes(memory)
  }

  /** Defines the kernel's function, if it is not there, and gives what calls it. */
  #call(kernel: Kernel): (f: FunctionWriter) => void {
    switch (kernel.kind) {
      case 'loop': {
        const callee = this.#loopFunction(kernel)
        return (f) => {
          for (const access of kernel.accesses) {
            if (access.kind === 'index') f.i32(0)
            else this.#pushAddress(f, access)
          }
          f.get(0).call(callee)
        }
      }
      case 'gather': {
        const callee = this.#function(kernelKey(kernel), 4, (f) => emitGather(f, kernel))
        return (f) => this.#callWith(f, callee, [kernel.table, kernel.indices, kernel.out])
      }
      case 'scatter': {
        const callee = this.#function(kernelKey(kernel), 4, (f) => emitScatter(f, kernel))
        return (f) => this.#callWith(f, callee, [kernel.indices, kernel.updates, kernel.out])
      }
      case 'product':
        throw new Error('internal: products come later')
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

  #callWith(f: FunctionWriter, callee: Callee, places: readonly Place[]): void {
    for (const place of places) this.#pushAddress(f, place)
    f.get(0).call(callee)
  }

  /** The address of a place's first element; `rows` is local 0. */
  #pushAddress(f: FunctionWriter, { buffer, layout, dtype }: Place): void {
    const bytes = elementBytes[dtype]
    f.i32(this.#addresses.of(buffer) + layout.offset.fixed * bytes)
    if (layout.offset.perRow === 0) return
    f.get(0).i32(layout.offset.perRow * bytes).op('i32.mul').op('i32.add')
  }

  /** Returns 0 where the number is infinite or NaN: then its difference from itself is not 0. */
  #guard(f: FunctionWriter, place: Place): void {
    const type = place.dtype === 'f64' ? 'f64' : 'f32'
    const value = f.local(type)
    this.#pushAddress(f, place)
    f.memory(`${type}.load`).tee(value).get(value).op(`${type}.sub`)
    if (type === 'f64') f.f64(0)
    else f.f32(0)
    f.op(`${type}.eq`).op('i32.eqz')
    f.if(() => f.i32(0).op('return'))
    f.release(value)
  }

  /** Parameters: the order's address, its length, rows a run. Gives the number of runs done. */
  #inOrder(f: FunctionWriter, run: Callee): void {
    const [order, left, rows] = [0, 1, 2]
    const [count, runs] = [f.local('i32'), f.local('i32')]
    f.i32(0).set(runs)
    f.block(() => {
      f.loop(() => {
        f.get(left).op('i32.eqz').branchIf(1)
        f.get(rows).get(left).get(rows).get(left).op('i32.lt_s').op('select').set(count)
        for (const binding of this.#addresses.bindings) loadRows(f, binding, order, count)
        f.get(count).call(run).op('i32.eqz').branchIf(1)
        f.get(runs).i32(1).op('i32.add').set(runs)
        f.get(order).get(count).i32(2).op('i32.shl').op('i32.add').set(order)
        f.get(left).get(count).op('i32.sub').set(left)
        f.branch(0)
      })
    })
    f.get(runs)
  }
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
