/**
 * An entry's kernels as tasks: what is done in one go, and what it touches. A product whose right operand is packed is two
 * tasks, so that threads can share the packing; products that come after it with the same operand find it packed.
 */
import { type Dimension, sameShape, sizeAt } from '@chainrule/program'
import { aligned } from '../alignment.ts'
import { areAlike } from '../layout.ts'
import type { ProductKernels } from '../product/products.ts'
import {
  type Buffer,
  type Kernel,
  type LoweredEntry,
  type Place,
  type Places,
  type ProductKernel,
  placesOf,
} from './kernels.ts'

/** The product's functions, which tell how much memory they need. */
export type KernelsOf = (kernel: ProductKernel) => ProductKernels

/** Memory that each thread needs for itself while a task runs. */
export interface Scratch {
  readonly kind: 'scratch'
  readonly bytesPerThread: number
}

/** What a plan finds a place for. */
export type Owner = Buffer | Scratch

export interface Multiply {
  readonly kind: 'multiply'
  readonly product: ProductKernel
  readonly kernels: ProductKernels
  /** What a `pack` task has made, which may be left unused where there are few rows. */
  readonly packed: Place | undefined
  readonly scratch: Scratch | undefined
  /** Of a thread's scratch, the bytes into which it packs by itself. */
  readonly ownPackBytes: number
}

export type Task =
  | { readonly kind: 'kernel'; readonly kernel: Exclude<Kernel, ProductKernel> }
  | {
      /** Puts the right operand in the order in which `multiply` reads it. */
      readonly kind: 'pack'
      readonly product: ProductKernel
      readonly kernels: ProductKernels
      readonly packed: Place
    }
  | Multiply
  /** Ends the run where a number is not finite. */
  | { readonly kind: 'guard'; readonly place: Place }

/** A right operand that has been packed, and is as it was then. */
interface Packing {
  readonly kernels: ProductKernels
  readonly product: ProductKernel
  readonly packed: Place
}

/** Whether both products find their right operand in the same place, packed in the same way: by M too, whether at all. */
function packAlike(a: ProductKernel, b: ProductKernel): boolean {
  const [x, y] = [a.right, b.right]
  return (
    x.place.buffer === y.place.buffer &&
    areAlike(x.place.layout, y.place.layout) &&
    a.dtype === b.dtype &&
    sameShape([x.side, x.inner, a.m, a.n, a.k], [y.side, y.inner, b.m, b.n, b.k])
  )
}

function productTasks(
  product: ProductKernel,
  kernelsOf: KernelsOf,
  maxBatch: number,
  packings: Packing[],
  nextId: () => number,
): Task[] {
  const kernels = kernelsOf(product)
  const most = (dimension: Dimension): number => sizeAt([dimension], maxBatch)
  const packBytes = aligned(kernels.packBytes(most(product.n), most(product.k)))
  const threadBytes = aligned(kernels.threadBytes(most(product.m), most(product.k)))
  // In a batch of products each has a right operand of its own: whoever multiplies packs it.
  const together = kernels.pack !== undefined && product.batch === 1
  const ownPackBytes = together ? 0 : packBytes
  const bytesPerThread = threadBytes + ownPackBytes
  const scratch: Scratch | undefined =
    bytesPerThread > 0 ? { kind: 'scratch', bytesPerThread } : undefined
  if (!together) {
    return [{ kind: 'multiply', product, kernels, packed: undefined, scratch, ownPackBytes }]
  }
  const known = packings.find(
    (each) => each.kernels.pack === kernels.pack && packAlike(each.product, product),
  )
  if (known !== undefined) {
    return [{ kind: 'multiply', product, kernels, packed: known.packed, scratch, ownPackBytes }]
  }
  const sizes = [packBytes]
  const buffer: Buffer = { kind: 'temporary', id: nextId(), dtype: 'u8', sizes }
  const offset = { fixed: 0, perRow: 0 }
  const packed: Place = { buffer, layout: { offset, sizes, strides: [1] }, dtype: 'u8' }
  packings.push({ kernels, product, packed })
  return [
    { kind: 'pack', product, kernels, packed },
    { kind: 'multiply', product, kernels, packed, scratch, ownPackBytes },
  ]
}

/** The tasks in the order in which one thread does them. */
export function tasksOf(
  { kernels, guard }: LoweredEntry,
  kernelsOf: KernelsOf,
  maxBatch: number,
): Task[] {
  let id = -1
  const tasks: Task[] = []
  let packings: Packing[] = []
  kernels.forEach((kernel, at) => {
    if (guard?.before === at) tasks.push({ kind: 'guard', place: guard.place })
    if (kernel.kind !== 'product') tasks.push({ kind: 'kernel', kernel })
    else tasks.push(...productTasks(kernel, kernelsOf, maxBatch, packings, () => id--))
    const written = new Set(placesOf(kernel).writes.map(({ buffer }) => buffer))
    packings = packings.filter(({ product }) => !written.has(product.right.place.buffer))
  })
  if (guard?.before === kernels.length) tasks.push({ kind: 'guard', place: guard.place })
  return tasks
}

/** Panels of columns of a product; the leftover columns count as one. */
export function panelCount({ product, kernels }: Extract<Task, { kind: 'pack' | 'multiply' }>) {
  return Math.ceil(sizeAt([product.n], 1) / kernels.panelColumns)
}

/** The places that a task reads, and those that it writes. */
export function touchedBy(task: Task): Places {
  switch (task.kind) {
    case 'kernel':
      return placesOf(task.kernel)
    case 'guard':
      return { reads: [task.place], writes: [] }
    case 'pack':
      return { reads: [task.product.right.place], writes: [task.packed] }
    case 'multiply': {
      const { left, right, out } = task.product
      const packed = task.packed === undefined ? [] : [task.packed]
      return { reads: [left.place, right.place, ...packed], writes: [out] }
    }
  }
}
