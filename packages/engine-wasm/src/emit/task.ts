/** Tasks as code of an entry's `run`: the whole of them, or a thread's share. */
import { type Dimension, elementBytes, isRows, sizeAt } from '@chainrule/program'
import type { Callee, FunctionWriter, Local, ValueType } from '../assembler/function.ts'
import type { ModuleWriter } from '../assembler/module.ts'
import type { Buffer, Kernel, LoopKernel, Place } from '../lower/kernels.ts'
import type { ScheduledTask } from '../lower/schedule.ts'
import type { Share } from '../lower/share.ts'
import type { Sharing } from '../lower/sharing.ts'
import type { Multiply, Owner, Task } from '../lower/tasks.ts'
import type { PanelRange } from '../product/multiply.ts'
import type { HostFunction } from './elements.ts'
import { emitGather, emitScatter, pushDimension } from './indexed.ts'
import { emitLoop } from './loop.ts'
import { nestOf } from './nest.ts'
import { type Pointers, pointersOf } from './pointers.ts'
import { emitMultiply, emitPack } from './product.ts'
import type { RunLocals } from './shares.ts'

/** Where everything stands when the module runs. */
export interface Addresses {
  of(owner: Owner | Buffer): number
}

export interface TaskSettings {
  readonly addresses: Addresses
  /** Where several threads do the tasks together. */
  readonly sharing: Sharing | undefined
  host(name: HostFunction): Callee
}

/** What a share moves addresses by: a first row or unit, and how many of them. */
interface Part {
  readonly first: Local
  readonly count: Local
}

export class TaskEmitter {
  readonly #module: ModuleWriter
  readonly #settings: TaskSettings
  readonly #functions = new Map<string, Callee>()
  readonly #pointers = new Map<LoopKernel, Pointers>()

  constructor(module: ModuleWriter, settings: TaskSettings) {
    this.#module = module
    this.#settings = settings
  }

  /** Defines the functions that a task calls, and gives what calls them. */
  prepare({ task, share }: ScheduledTask): (f: FunctionWriter, locals: RunLocals) => void {
    const callee = this.#calleeOf(task, share)
    const { sharing } = this.#settings
    return (f, locals) => {
      if (sharing === undefined) this.#emit(f, task, callee, locals, undefined)
      else this.#emitShare(f, { task, share, callee, sharing }, locals)
    }
  }

  /** A thread's share of a task. */
  #emitShare(
    f: FunctionWriter,
    { task, share, callee, sharing }: SharedTask,
    locals: RunLocals,
  ): void {
    if (share.by === 'thread') {
      f.get(locals.thread).i32(share.thread).op('i32.eq')
      f.if(() => this.#emit(f, task, callee, locals, undefined))
      return
    }
    if (share.by === 'rows') {
      const part = { first: locals.firstRow, count: locals.rowCount }
      this.#emit(f, task, callee, locals, { sharing, share, part })
      return
    }
    if (share.by === 'panels' && task.kind === 'multiply') {
      const panels = sharing.emitUnitShare(f, share.panels, locals.thread)
      this.#multiply(f, task, locals, undefined, panels)
      f.release(panels.from, panels.to)
      return
    }
    if (share.by === 'units') {
      const { from, to } = sharing.emitUnitShare(f, share.units, locals.thread)
      if (task.kind === 'pack') this.#pack(f, task, locals, { from, to })
      else {
        f.get(to).get(from).op('i32.sub').set(to)
        this.#emit(f, task, callee, locals, { sharing, share, part: { first: from, count: to } })
      }
      f.release(from, to)
      return
    }
    this.#emit(f, task, callee, locals, undefined)
  }

  #emit(
    f: FunctionWriter,
    task: Task,
    callee: Callee | undefined,
    locals: RunLocals,
    shared: Shared | undefined,
  ): void {
    switch (task.kind) {
      case 'guard':
        this.#guard(f, task.place, locals)
        return
      case 'pack':
        this.#pack(f, task, locals)
        return
      case 'multiply':
        this.#multiply(f, task, locals, shared)
        return
      case 'kernel':
        if (callee === undefined) throw new Error('internal: a kernel without a function')
        if (task.kernel.kind === 'loop') this.#loop(f, task.kernel, callee, locals, shared)
        else this.#indexed(f, task.kernel, callee, locals, shared)
    }
  }

  // Functions

  #calleeOf(task: Task, share: Share): Callee | undefined {
    if (task.kind !== 'kernel') return undefined
    const { kernel } = task
    switch (kernel.kind) {
      case 'loop': {
        const level = isPart(share) ? this.#settings.sharing?.sharedLevel(kernel) : undefined
        const pointers = this.#pointersOf(kernel)
        const parameters = pointers.leaders.length + (level === undefined ? 1 : 2)
        return this.#function(`${loopKey(kernel, pointers)} ${level ?? ''}`, parameters, (f) => {
          emitLoop({ f, host: (name) => this.#settings.host(name) }, kernel, pointers, level)
        })
      }
      case 'gather':
        return this.#function(kernelKey(kernel), 4, (f) => emitGather(f, kernel))
      case 'scatter':
        return this.#function(kernelKey(kernel), 4, (f) => emitScatter(f, kernel))
    }
  }

  #function(key: string, parameters: number, write: (f: FunctionWriter) => void): Callee {
    let callee = this.#functions.get(key)
    if (callee === undefined) {
      const types = Array.from({ length: parameters }, (): ValueType => 'i32')
      callee = this.#module.define({ parameters: types, results: [] }, write)
      this.#functions.set(key, callee)
    }
    return callee
  }

  // Addresses

  #pointersOf(kernel: LoopKernel): Pointers {
    let pointers = this.#pointers.get(kernel)
    if (pointers === undefined) {
      pointers = pointersOf(kernel)
      this.#pointers.set(kernel, pointers)
    }
    return pointers
  }

  /** The address of a place's first element, or of the first that a share touches. */
  #pushAddress(
    f: FunctionWriter,
    { buffer, layout, dtype }: Place,
    rows: Local,
    first?: { readonly local: Local; readonly step: number },
  ): void {
    const bytes = elementBytes[dtype]
    f.i32(this.#settings.addresses.of(buffer) + layout.offset.fixed * bytes)
    if (layout.offset.perRow !== 0) {
      f.get(rows)
        .i32(layout.offset.perRow * bytes)
        .op('i32.mul')
        .op('i32.add')
    }
    if (first === undefined || first.step === 0) return
    f.get(first.local)
      .i32(first.step * bytes)
      .op('i32.mul')
      .op('i32.add')
  }

  // Kinds of tasks

  #loop(
    f: FunctionWriter,
    kernel: LoopKernel,
    callee: Callee,
    { rows }: RunLocals,
    shared: Shared | undefined,
  ): void {
    for (const index of this.#pointersOf(kernel).leaders) {
      const access = kernel.accesses[index]
      const step = shared?.sharing.loopStep(kernel, index, shared.share) ?? 0
      const first = shared === undefined ? undefined : { local: shared.part.first, step }
      if (access?.kind === 'memory') this.#pushAddress(f, access, rows, first)
      else if (first === undefined || step === 0) f.i32(0)
      else f.get(first.local).i32(step).op('i32.mul')
    }
    f.get(rows)
    if (shared !== undefined) {
      const { size } = nestOf(kernel)[shared.sharing.sharedLevel(kernel) ?? 0] ?? { size: 1 }
      const units = shared.share.by === 'units' ? shared.share.units : 1
      f.get(shared.part.count)
        .i32(isRows(size) ? size.rows : size / units)
        .op('i32.mul')
    }
    f.call(callee)
  }

  #indexed(
    f: FunctionWriter,
    kernel: Exclude<Kernel, LoopKernel | { kind: 'product' }>,
    callee: Callee,
    { rows }: RunLocals,
    shared: Shared | undefined,
  ): void {
    if (kernel.kind === 'scatter') {
      for (const place of [kernel.indices, kernel.updates, kernel.out]) {
        this.#pushAddress(f, place, rows)
      }
      f.get(rows).call(callee)
      return
    }
    const perRow = isRows(kernel.count) ? kernel.count.rows : 0
    const at = (step: number) =>
      shared === undefined ? undefined : { local: shared.part.first, step }
    this.#pushAddress(f, kernel.table, rows)
    this.#pushAddress(f, kernel.indices, rows, at(perRow))
    this.#pushAddress(f, kernel.out, rows, at(perRow * sizeAt([kernel.width], 1)))
    f.get(shared === undefined ? rows : shared.part.count).call(callee)
  }

  #pack(
    f: FunctionWriter,
    task: Extract<Task, { kind: 'pack' }>,
    { rows }: RunLocals,
    panels?: PanelRange,
  ): void {
    const right = f.local('i32')
    this.#pushAddress(f, task.product.right.place, rows)
    f.set(right)
    const pushPacked = (): void => this.#pushAddress(f, task.packed, rows)
    emitPack(f, task, { right, pushPacked, rows }, panels)
    f.release(right)
  }

  #multiply(
    f: FunctionWriter,
    task: Multiply,
    { rows, thread }: RunLocals,
    shared: Shared | undefined,
    panels?: PanelRange,
  ): void {
    const { product } = task
    const pointers = { left: f.local('i32'), right: f.local('i32'), out: f.local('i32') }
    const places = { left: product.left.place, right: product.right.place, out: product.out }
    for (const operand of ['left', 'right', 'out'] as const) {
      const step = shared?.sharing.productStep(task, operand) ?? 0
      const first = shared === undefined ? undefined : { local: shared.part.first, step }
      this.#pushAddress(f, places[operand], rows, first)
      f.set(pointers[operand])
    }
    const pushScratch = (offset: number): void => {
      if (task.scratch === undefined) {
        f.i32(0)
        return
      }
      f.i32(this.#settings.addresses.of(task.scratch) + offset)
      if (this.#settings.sharing === undefined) return
      f.get(thread).i32(task.scratch.bytesPerThread).op('i32.mul').op('i32.add')
    }
    const { packed } = task
    const share = (dimension: Dimension, isShared: boolean): void => {
      if (!isShared || shared === undefined) pushDimension(f, dimension, rows)
      else
        f.get(shared.part.count)
          .i32(isRows(dimension) ? dimension.rows : 1)
          .op('i32.mul')
    }
    const byBatch = isRows(product.batch)
    emitMultiply(
      f,
      task,
      {
        ...pointers,
        pushPacked: () =>
          packed === undefined ? pushScratch(0) : this.#pushAddress(f, packed, rows),
        pushScratch: () => pushScratch(task.ownPackBytes),
        rows,
      },
      {
        pushRows: () => share(product.m, !byBatch),
        pushBatch: () => share(product.batch, byBatch),
        panels,
      },
    )
    f.release(pointers.left, pointers.right, pointers.out)
  }

  /** Notes where the number is infinite or NaN: then its difference from itself is not 0. */
  #guard(f: FunctionWriter, place: Place, { rows, finite }: RunLocals): void {
    const type = place.dtype === 'f64' ? 'f64' : 'f32'
    const value = f.local(type)
    this.#pushAddress(f, place, rows)
    f.memory(`${type}.load`).tee(value).get(value).op(`${type}.sub`)
    if (type === 'f64') f.f64(0)
    else f.f32(0)
    f.op(`${type}.eq`).set(finite)
    f.release(value)
  }
}

interface Shared {
  readonly sharing: Sharing
  readonly share: Share
  readonly part: Part
}

/** A task that several threads do together, and the function that it calls. */
interface SharedTask {
  readonly task: Task
  readonly share: Share
  readonly callee: Callee | undefined
  readonly sharing: Sharing
}

const isPart = ({ by }: Share): boolean => by === 'rows' || by === 'units'

/** Equal for loops that differ in nothing but their addresses. */
function loopKey(kernel: LoopKernel, { addresses }: Pointers): string {
  const { shape, accesses, nodes, stores, reductions, reduced } = kernel
  const forms = accesses.map((access) =>
    access.kind === 'index' ? ['index', access.strides] : [access.dtype, access.layout.strides],
  )
  const parts = [shape, forms, addresses, nodes, stores, reductions, reduced]
  return JSON.stringify(parts, (_, value: unknown) => distinctly(value))
}

/** JSON writes −0 as 0, and all that is not finite as null. */
function distinctly(value: unknown): unknown {
  if (Object.is(value, -0)) return '-0'
  return typeof value === 'number' && !Number.isFinite(value) ? String(value) : value
}

function kernelKey(kernel: Kernel): string {
  return JSON.stringify(kernel, (name, value: unknown) =>
    ['table', 'indices', 'updates', 'out'].includes(name) ? undefined : value,
  )
}
