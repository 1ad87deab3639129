/**
 * An entry as a module: a function for each distinct kernel, `run(rows, thread)` that does the tasks in order, and
 * `runInOrder(order, count, rows, thread)` that runs once for every `rows` indices of an order. Where there are several
 * threads all of them call the same function at the same time.
 */
import { elementBytes, sizeAt, type TensorType } from '@chainrule/program'
import type { Callee, Features, FunctionWriter, Local, ValueType } from '../assembler/function.ts'
import { type MemoryImport, ModuleWriter } from '../assembler/module.ts'
import type { LoweredEntry, ProductKernel } from '../lower/kernels.ts'
import type { ScheduledTask } from '../lower/schedule.ts'
import type { Sharing } from '../lower/sharing.ts'
import { type Task, touchedBy } from '../lower/tasks.ts'
import { type ProductKernels, Products } from '../product/products.ts'
import { copyBytes } from './bytes.ts'
import { type HostFunction, hostFunctionOf } from './elements.ts'
import { kernelsOf } from './product.ts'
import type { RunLocals } from './shares.ts'
import { type Addresses, TaskEmitter } from './task.ts'

/** An input whose rows may come from a data set. */
export interface Binding {
  readonly name: string
  readonly type: TensorType
  /** Where the input stands. */
  readonly input: number
  /** Holds the address of the data set's first row, 0 where none is bound, and the bytes from one row to the next. */
  readonly slot: number
}

const i32s = (count: number): ValueType[] => Array.from({ length: count }, () => 'i32' as const)

export interface EntrySettings {
  readonly features: Features
  /** Where several threads run the entry together. */
  readonly sharing: Sharing | undefined
}

export class EntryEmitter {
  readonly #module: ModuleWriter
  readonly #sharing: Sharing | undefined
  readonly #products: Products
  readonly #hosts = new Map<HostFunction, Callee>()
  readonly #barrier: Callee | undefined

  constructor(entry: LoweredEntry, { features, sharing }: EntrySettings) {
    this.#module = new ModuleWriter(features)
    this.#sharing = sharing
    for (const name of hostFunctions(entry)) {
      const parameters: ValueType[] = name === 'pow' ? ['f64', 'f64'] : ['f64']
      this.#hosts.set(name, this.#module.import(name, { parameters, results: ['f64'] }))
    }
    this.#products = new Products(this.#module)
    this.#barrier = sharing?.defineBarrier(this.#module)
  }

  /** The functions of a product, which say how much memory they need. */
  kernelsOf(product: ProductKernel): ProductKernels {
    return kernelsOf(this.#products, product)
  }

  emit(
    tasks: readonly ScheduledTask[],
    addresses: Addresses,
    bindings: readonly Binding[],
    memory: MemoryImport,
  ): Uint8Array<ArrayBuffer> {
    const once = this.#defineOnce(tasks, addresses)
    this.#module.define(
      { parameters: i32s(2), results: ['i32'] },
      (f) => this.#once(f, once, 0, 1),
      'run',
    )
    this.#module.define(
      { parameters: i32s(4), results: ['i32'] },
      (f) => this.#inOrder(f, bindings, once),
      'runInOrder',
    )
    return this.#module.toBytes(memory)
  }

  /** All tasks once, parameters rows and thread; gives 0 where a guard is not finite. */
  #defineOnce(tasks: readonly ScheduledTask[], addresses: Addresses): Callee {
    const host = (name: HostFunction): Callee => {
      const callee = this.#hosts.get(name)
      if (callee === undefined) throw new Error(`internal: ${name} was not imported`)
      return callee
    }
    const emitter = new TaskEmitter(this.#module, { addresses, sharing: this.#sharing, host })
    const guarded = tasks.some(({ task }) => task.kind === 'guard')
    const prepared = tasks.map((scheduled) => ({
      time: scheduled.time,
      // What writes no state runs all the same: outputs show the run that was stopped, not the one before.
      conditional: guarded && writesState(scheduled.task),
      emit: emitter.prepare(scheduled),
    }))
    return this.#module.define({ parameters: i32s(2), results: ['i32'] }, (f) => {
      const locals = this.#runLocals(f)
      f.i32(1).set(locals.finite)
      let time = 0
      for (const { time: at, conditional, emit } of prepared) {
        for (; time < at; time++) this.#wait(f)
        if (conditional) f.get(locals.finite).if(() => emit(f, locals))
        else emit(f, locals)
      }
      f.get(locals.finite)
    })
  }

  #runLocals(f: FunctionWriter): RunLocals {
    const [rows, thread] = [0, 1]
    const finite = f.local('i32')
    if (this.#sharing === undefined) return { rows, thread, finite, firstRow: rows, rowCount: rows }
    const locals = { rows, thread, finite, firstRow: f.local('i32'), rowCount: f.local('i32') }
    this.#sharing.emitRowShare(f, locals)
    return locals
  }

  /** All tasks, and the end of them in every thread; whether the guard was finite stays on the stack. */
  #once(f: FunctionWriter, once: Callee, rows: Local, thread: Local): void {
    f.get(rows).get(thread).call(once)
    this.#wait(f)
  }

  /** Waits for the other threads, if there are any. */
  #wait(f: FunctionWriter): void {
    if (this.#barrier !== undefined) f.call(this.#barrier)
  }

  /** Parameters: the order's address, its length, rows a run, thread. Gives the number of runs done. */
  #inOrder(f: FunctionWriter, bindings: readonly Binding[], once: Callee): void {
    const [order, left, rows, thread] = [0, 1, 2, 3]
    const [count, runs] = [f.local('i32'), f.local('i32')]
    f.i32(0).set(runs)
    f.block(() => {
      f.loop(() => {
        f.get(left).op('i32.eqz').branchIf(1)
        f.get(rows).get(left).get(rows).get(left).op('i32.lt_s').op('select').set(count)
        this.#load(f, bindings, order, count, thread)
        this.#once(f, once, count, thread)
        f.op('i32.eqz').branchIf(1)
        f.get(runs).i32(1).op('i32.add').set(runs)
        f.get(order).get(count).i32(2).op('i32.shl').op('i32.add').set(order)
        f.get(left).get(count).op('i32.sub').set(left)
        f.branch(0)
      })
    })
    f.get(runs)
  }

  /** Puts the rows that the next `count` indices name into the inputs, each thread those of its share. */
  #load(
    f: FunctionWriter,
    bindings: readonly Binding[],
    order: Local,
    count: Local,
    thread: Local,
  ): void {
    if (this.#sharing === undefined) {
      for (const binding of bindings) loadRows(f, binding, order, count)
      return
    }
    const share = { rows: count, thread, firstRow: f.local('i32'), rowCount: f.local('i32') }
    const from = f.local('i32')
    this.#sharing.emitRowShare(f, share)
    f.get(order).get(share.firstRow).i32(2).op('i32.shl').op('i32.add').set(from)
    for (const binding of bindings) loadRows(f, binding, from, share.rowCount, share.firstRow)
    f.release(share.firstRow, share.rowCount, from)
  }
}

/** Copies the rows that the next `count` indices name from the data set, if one is bound, to the input from `first` on. */
function loadRows(
  f: FunctionWriter,
  binding: Binding,
  order: Local,
  count: Local,
  first?: Local,
): void {
  const bytes = sizeAt(binding.type.shape, 1) * elementBytes[binding.type.dtype]
  const [data, step] = [f.local('i32'), f.local('i32')]
  const [index, from, to] = [f.local('i32'), f.local('i32'), f.local('i32')]
  f.i32(binding.slot).memory('i32.load').tee(data)
  f.if(() => {
    f.i32(binding.slot + 4)
      .memory('i32.load')
      .set(step)
    f.get(order).set(index).i32(binding.input)
    if (first !== undefined) f.get(first).i32(bytes).op('i32.mul').op('i32.add')
    f.set(to)
    f.repeat({ local: count }, () => {
      f.get(data).get(index).memory('i32.load').get(step).op('i32.mul').op('i32.add').set(from)
      copyBytes(f, to, from, bytes)
      f.advance(index, 4).advance(to, bytes)
    })
  })
  f.release(data, step, index, from, to)
}

function writesState(task: Task): boolean {
  return touchedBy(task).writes.some(({ buffer }) => buffer.kind === 'state')
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

/** Whether an entry calls the host, which only the thread that compiled it can do. */
export function callsHost(entry: LoweredEntry): boolean {
  return hostFunctions(entry).size > 0
}
