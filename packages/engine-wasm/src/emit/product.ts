/** Products of matrices as calls of the functions that are written for their shape. */
import { type Dimension, elementBytes, isRows } from '@chainrule/program'
import type { FunctionWriter, Local } from '../assembler/function.ts'
import { multiply, needed } from '../layout.ts'
import type { Factor, ProductKernel } from '../lower/kernels.ts'
import { panelCount, type Task } from '../lower/tasks.ts'
import type { PanelRange } from '../product/multiply.ts'
import type { ProductKernels, Products } from '../product/products.ts'
import type { Level, Levels, Size, Strides } from '../product/shape.ts'
import { pushDimension } from './indexed.ts'

const sizeOf = (dimension: Dimension): Size => (isRows(dimension) ? 'dynamic' : dimension)

function stridesOf({ side, inner }: Factor): Strides {
  if (isRows(side) || isRows(inner)) throw new Error('internal: a factor whose rows move')
  return { side, inner }
}

function levelsOf({ levels }: ProductKernel): Levels | undefined {
  if (levels === undefined) return undefined
  const { rows, aroundRows, steps, aroundSteps } = levels
  const sized = (all: typeof aroundRows): Level[] =>
    all.map(({ size, stride }) => ({ size: sizeOf(size), stride }))
  return {
    rows: sizeOf(rows),
    aroundRows: sized(aroundRows),
    steps,
    aroundSteps: sized(aroundSteps),
  }
}

/** The functions of a product. */
export function kernelsOf(products: Products, kernel: ProductKernel): ProductKernels {
  const { dtype, m, n, k, left, right } = kernel
  if (isRows(n)) throw new Error('internal: a product as wide as the batch')
  return products.emit({
    dtype,
    m: sizeOf(m),
    n,
    k: sizeOf(k),
    left: stridesOf(left),
    levels: levelsOf(kernel),
    right: stridesOf(right),
    outStride: n,
  })
}

/** K, where the functions are told at run time. */
function pushDepth(f: FunctionWriter, { k }: ProductKernel, rows: Local): void {
  if (isRows(k)) pushDimension(f, k, rows)
}

/** Runs one of two codes by whether the right operand is packed: that depends on M, and on nothing that threads share. */
function whetherPacked(
  f: FunctionWriter,
  { m }: ProductKernel,
  { pack, inPlace, packFrom }: ProductKernels,
  rows: Local,
  packed: () => void,
  unpacked: () => void,
): void {
  if (pack === undefined) unpacked()
  else if (inPlace === undefined) packed()
  else {
    pushDimension(f, m, rows)
    f.i32(packFrom).op('i32.lt_s').if(unpacked, packed)
  }
}

/** What the code of a product finds in locals or pushes. */
export interface ProductPlaces {
  readonly left: Local
  readonly right: Local
  readonly out: Local
  /** Puts the address of the packed right operand on the stack. */
  readonly pushPacked: () => void
  /** Puts the address of this thread's scratch on the stack. */
  readonly pushScratch: () => void
  readonly rows: Local
}

/** Packs panels of the right operand; `from` and `to` are locals, or all panels where they are left out. */
export function emitPack(
  f: FunctionWriter,
  task: Extract<Task, { kind: 'pack' }>,
  { right, pushPacked, rows }: Pick<ProductPlaces, 'right' | 'pushPacked' | 'rows'>,
  panels?: PanelRange,
): void {
  const { product, kernels } = task
  const { pack } = kernels
  if (pack === undefined) throw new Error('internal: nothing to pack')
  const packed = (): void => {
    f.get(right)
    pushPacked()
    if (panels === undefined) f.i32(0).i32(panelCount(task))
    else f.get(panels.from).get(panels.to)
    pushDepth(f, product, rows)
    f.call(pack)
  }
  whetherPacked(f, product, kernels, rows, packed, () => undefined)
}

/** How much of a product a call does: so many of its rows and of its batch, and which panels of its columns. */
export interface ProductExtent {
  readonly pushRows: () => void
  readonly pushBatch: () => void
  /** All of them where left out. */
  readonly panels?: PanelRange | undefined
}

/** Multiplies; moves the pointers where there is a batch of products. */
export function emitMultiply(
  f: FunctionWriter,
  task: Extract<Task, { kind: 'multiply' }>,
  places: ProductPlaces,
  { pushRows, pushBatch, panels }: ProductExtent,
): void {
  const { product, kernels } = task
  const { left, right, out, rows, pushPacked, pushScratch } = places
  const call = (isPacked: boolean): void => {
    const callee = isPacked ? kernels.packed : kernels.inPlace
    if (callee === undefined) return
    f.get(left)
    if (isPacked) pushPacked()
    else f.get(right)
    f.get(out)
    pushScratch()
    pushRows()
    pushDepth(f, product, rows)
    if (product.levels !== undefined) {
      if (panels === undefined) f.i32(0).i32(panelCount(task))
      else f.get(panels.from).get(panels.to)
    }
    f.call(callee)
  }
  const multiplyPacked = (): void => {
    if (task.packed === undefined && kernels.pack !== undefined) {
      f.get(right)
      pushPacked()
      f.i32(0).i32(panelCount(task))
      pushDepth(f, product, rows)
      f.call(kernels.pack)
    }
    call(true)
  }
  const once = (): void =>
    whetherPacked(f, product, kernels, rows, multiplyPacked, () => call(false))
  if (product.batch === 1) once()
  else eachOfBatch(f, product, { left, right, out, rows }, pushBatch, once)
}

function eachOfBatch(
  f: FunctionWriter,
  { dtype, m, n, left, right }: ProductKernel,
  places: Pick<ProductPlaces, 'left' | 'right' | 'out' | 'rows'>,
  pushBatch: () => void,
  once: () => void,
): void {
  const steps: [Local, Dimension][] = [
    [places.left, left.batch],
    [places.right, right.batch],
    [places.out, needed(multiply(m, n))],
  ]
  const count = f.local('i32')
  pushBatch()
  f.set(count)
  f.repeat({ local: count }, () => {
    once()
    for (const [pointer, stride] of steps) {
      f.get(pointer)
      pushDimension(f, stride, places.rows)
      f.i32(elementBytes[dtype]).op('i32.mul').op('i32.add').set(pointer)
    }
  })
  f.release(count)
}
