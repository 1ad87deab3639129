/** Runs matrix products in a memory of their own, and says what they must give. */
import type { Callee } from '../../src/assembler/function.ts'
import { ModuleWriter } from '../../src/assembler/module.ts'
import { type ProductKernels, Products } from '../../src/product/products.ts'
import type { ProductShape, Strides } from '../../src/product/shape.ts'

export type Numbers = Float32Array | Float64Array

/** The sizes of a call. */
export interface Sizes {
  readonly m: number
  readonly n: number
  readonly k: number
}

export interface Operands {
  readonly left: Numbers
  readonly right: Numbers
  /** What is in the result before. */
  readonly out: Numbers
}

const page = 65536
/** What an operand may be over-read by. */
const overRead = 12

export const bytesOf = ({ dtype }: ProductShape): number => (dtype === 'f32' ? 4 : 8)

/** Elements from the first to the last that a strided operand touches. */
export function extent(a: number, b: number, { side, inner }: Strides): number {
  return a === 0 || b === 0 ? 0 : (a - 1) * side + (b - 1) * inner + 1
}

/** The functions of one product, callable. */
export class ProductBed {
  readonly shape: ProductShape
  readonly kernels: ProductKernels
  /** Bytes of the module. */
  readonly size: number
  readonly #module: WebAssembly.Module

  constructor(shape: ProductShape, relaxed: boolean) {
    const module = new ModuleWriter({ relaxed })
    const kernels = new Products(module).emit(shape)
    for (const name of ['pack', 'packed', 'inPlace'] as const) {
      const callee = kernels[name]
      if (callee !== undefined) exported(module, name, callee)
    }
    const bytes = module.toBytes({ minimum: 0, maximum: 65536, shared: false })
    this.shape = shape
    this.kernels = kernels
    this.size = bytes.length
    this.#module = new WebAssembly.Module(bytes)
  }

  /**
   * The result of a product done by `path` in shares of rows and panels that begin at `cuts`.
   *
   * One operand lies so close to the end of memory that a longer over-read than allowed traps; all else is NaN, so that
   * what was over-read shows if it is used. Throws where a byte changed that is no element of the result.
   */
  run(
    path: 'packed' | 'inPlace',
    sizes: Sizes,
    operands: Operands,
    { last = 'right', cuts = [] }: { last?: keyof Operands; cuts?: readonly number[] } = {},
  ): Numbers {
    const { shape, kernels } = this
    const layout = this.#layout(sizes, operands, last)
    const memory = new WebAssembly.Memory({ initial: layout.pages, maximum: layout.pages })
    const all = new (shape.dtype === 'f32' ? Float32Array : Float64Array)(memory.buffer)
    all.fill(Number.NaN)
    for (const name of ['left', 'right', 'out'] as const) {
      all.set(operands[name], layout[name] / bytesOf(shape))
    }
    const before = new Uint8Array(memory.buffer.slice(0))
    const { exports } = new WebAssembly.Instance(this.#module, { env: { memory } })
    const call = (name: string, ...numbers: number[]): void => {
      const dynamic = [
        shape.n === 'dynamic' ? [sizes.n] : [],
        shape.k === 'dynamic' ? [sizes.k] : [],
      ]
      ;(exports[name] as (...numbers: number[]) => void)(...numbers, ...dynamic.flat())
    }
    if (path === 'packed') {
      for (const [from, to] of shares(Math.ceil(sizes.n / kernels.panelColumns), cuts)) {
        call('pack', layout.right, layout.packed, from, to)
      }
    }
    const right = path === 'packed' ? layout.packed : layout.right
    for (const [from, to] of shares(sizes.m, cuts)) {
      const left = layout.left + from * shape.left.side * bytesOf(shape)
      const out = layout.out + from * shape.outStride * bytesOf(shape)
      call(path, left, right, out, layout.thread, to - from)
    }
    this.#checkStores(sizes, layout, before, new Uint8Array(memory.buffer))
    const start = layout.out / bytesOf(shape)
    return all.slice(start, start + operands.out.length)
  }

  #layout({ m, n, k }: Sizes, operands: Operands, last: keyof Operands) {
    let end = 64
    const take = (bytes: number): number => {
      const begin = end
      end = Math.ceil((end + bytes + overRead + 4) / 16) * 16
      return begin
    }
    const packed = take(this.kernels.packBytes(n, k))
    const thread = take(this.kernels.threadBytes(m, k))
    const scratchEnd = end
    const places = { left: 0, right: 0, out: 0 }
    for (const name of ['left', 'right', 'out'] as const)
      places[name] = take(operands[name].byteLength)
    const pages = Math.ceil((end + operands[last].byteLength) / page) + 1
    const unit = bytesOf(this.shape)
    const padding = Math.ceil(overRead / unit) * unit
    places[last] = pages * page - padding - operands[last].byteLength
    return { packed, thread, scratchEnd, pages, ...places }
  }

  /** Every byte must be as before except scratch and the elements of the result. */
  #checkStores(
    { m, n }: Sizes,
    { out, scratchEnd }: { out: number; scratchEnd: number },
    before: Uint8Array,
    after: Uint8Array,
  ): void {
    const unit = bytesOf(this.shape)
    const row = this.shape.outStride * unit
    for (let at = 0; at < after.length; at++) {
      if (after[at] === before[at]) continue
      const [below, across] = [Math.floor((at - out) / row), (at - out) % row]
      const element = at >= out && below < m && across < n * unit
      const scratch = at >= 64 && at < scratchEnd
      if (!element && !scratch) throw new Error(`byte ${at - out} from the result was written`)
    }
  }
}

function exported(module: ModuleWriter, name: string, callee: Callee): void {
  const { parameters } = callee
  module.define(
    { parameters, results: [] },
    (f) => {
      for (const index of parameters.keys()) f.get(index)
      f.call(callee)
    },
    name,
  )
}

function shares(count: number, cuts: readonly number[]): [number, number][] {
  const bounds = [0, ...cuts.filter((cut) => cut < count), count]
  return bounds.slice(1).map((to, i) => [bounds[i] ?? 0, to])
}

/** The result in float64, and for each element Σ |left| · |right|, by which rounding errors are bounded. */
export function expected(shape: ProductShape, { m, n, k }: Sizes, { left, right, out }: Operands) {
  const sums = Float64Array.from(out)
  const scale = new Float64Array(out.length)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const at = i * shape.outStride + j
      let sum = shape.accumulate ? (out[at] ?? 0) : 0
      let bound = Math.abs(sum)
      for (let q = 0; q < k; q++) {
        const term =
          (left[i * shape.left.side + q * shape.left.inner] ?? 0) *
          (right[j * shape.right.side + q * shape.right.inner] ?? 0)
        sum += term
        bound += Math.abs(term)
      }
      sums[at] = sum
      scale[at] = bound
    }
  }
  return { sums, scale }
}

/** The result of a plain loop in float32, rounded after each operation. */
export function plainLoop(shape: ProductShape, { m, n, k }: Sizes, { left, right, out }: Operands) {
  const result = Float32Array.from(out)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const at = i * shape.outStride + j
      let sum = shape.accumulate ? (out[at] ?? 0) : 0
      for (let q = 0; q < k; q++) {
        const a = left[i * shape.left.side + q * shape.left.inner] ?? 0
        const b = right[j * shape.right.side + q * shape.right.inner] ?? 0
        sum = Math.fround(sum + Math.fround(a * b))
      }
      result[at] = sum
    }
  }
  return result
}
