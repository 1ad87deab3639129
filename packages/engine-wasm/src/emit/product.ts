/** Products of matrices as calls of the functions that are written for their shape. */
import { type Dimension, elementBytes, isRows, sizeAt } from '@chainrule/program'
import type { FunctionWriter, Local } from '../assembler/function.ts'
import { multiply, needed } from '../layout.ts'
import type { Factor, ProductKernel } from '../lower/kernels.ts'
import { aligned } from '../lower/plan.ts'
import type { ProductKernels, Products } from '../product/products.ts'
import type { Size, Strides } from '../product/shape.ts'
import { pushDimension } from './indexed.ts'

const sizeOf = (dimension: Dimension): Size => (isRows(dimension) ? 'dynamic' : dimension)

function stridesOf({ side, inner }: Factor): Strides {
  if (isRows(side) || isRows(inner)) throw new Error('internal: a factor whose rows move')
  return { side, inner }
}

export function kernelsOf(products: Products, kernel: ProductKernel): ProductKernels {
  const { dtype, m, n, k, left, right } = kernel
  if (isRows(n)) throw new Error('internal: a product as wide as the batch')
  return products.emit({
    dtype,
    m: sizeOf(m),
    n,
    k: sizeOf(k),
    left: stridesOf(left),
    right: stridesOf(right),
    outStride: n,
  })
}

interface Scratch {
  /** The packed right operand. */
  readonly packBytes: number
  /** What the rows of the left operand are packed into, block by block. */
  readonly threadBytes: number
}

export function scratchOf(products: Products, kernel: ProductKernel, maxBatch: number): Scratch {
  const { packBytes, threadBytes } = kernelsOf(products, kernel)
  const most = (dimension: Dimension): number => sizeAt([dimension], maxBatch)
  return {
    packBytes: aligned(packBytes(most(kernel.n), most(kernel.k))),
    threadBytes: aligned(threadBytes(most(kernel.m), most(kernel.k))),
  }
}

/** The addresses of the operands, in locals that the code may change, and that of the scratch memory. */
export interface ProductAddresses {
  readonly left: Local
  readonly right: Local
  readonly out: Local
  readonly scratch: number
}

/** Calls the product's functions; `rows` is local 0. */
export function emitProduct(
  f: FunctionWriter,
  products: Products,
  kernel: ProductKernel,
  { left, right, out, scratch }: ProductAddresses,
  maxBatch: number,
): void {
  const kernels = kernelsOf(products, kernel)
  const { packBytes } = scratchOf(products, kernel, maxBatch)
  const rows: Local = 0
  const own = scratch + packBytes
  const pushSizes = (): void => {
    if (isRows(kernel.k)) pushDimension(f, kernel.k, rows)
  }
  const packed = (): void => {
    if (kernels.pack === undefined || kernels.packed === undefined) return
    const panels = Math.ceil(sizeAt([kernel.n], 1) / kernels.panelColumns)
    f.get(right).i32(scratch).i32(0).i32(panels)
    pushSizes()
    f.call(kernels.pack)
    f.get(left).i32(scratch).get(out).i32(own)
    pushDimension(f, kernel.m, rows)
    pushSizes()
    f.call(kernels.packed)
  }
  const inPlace = (): void => {
    if (kernels.inPlace === undefined) return
    f.get(left).get(right).get(out).i32(own)
    pushDimension(f, kernel.m, rows)
    pushSizes()
    f.call(kernels.inPlace)
  }
  const once = (): void => {
    if (kernels.pack === undefined) inPlace()
    else if (kernels.inPlace === undefined) packed()
    else {
      pushDimension(f, kernel.m, rows)
      f.i32(kernels.packFrom).op('i32.lt_s').if(inPlace, packed)
    }
  }
  if (kernel.batch === 1) {
    once()
    return
  }
  const count = f.local('i32')
  pushDimension(f, kernel.batch, rows)
  f.set(count)
  const bytes = elementBytes[kernel.dtype]
  const steps: [Local, Dimension][] = [
    [left, kernel.left.batch],
    [right, kernel.right.batch],
    [out, needed(multiply(kernel.m, kernel.n))],
  ]
  f.repeat({ local: count }, () => {
    once()
    for (const [pointer, stride] of steps) {
      f.get(pointer)
      pushDimension(f, stride, rows)
      f.i32(bytes).op('i32.mul').op('i32.add').set(pointer)
    }
  })
  f.release(count)
}
