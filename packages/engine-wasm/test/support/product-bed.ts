/** Runs matrix products in a memory of their own, and says what they must give. */
import type { Callee } from '../../src/assembler/function.ts'
import { ModuleWriter } from '../../src/assembler/module.ts'
import { type ProductKernels, Products } from '../../src/product/products.ts'
import type { Level, ProductShape, Strides } from '../../src/product/shape.ts'

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

/** The place of index `i`, of which so many lie at one distance within levels. */
function within(i: number, count: number, stride: number, around: readonly Level[]): number {
  let at = (i % count) * stride
  let rest = Math.floor(i / count)
  for (const level of around.toReversed()) {
    const size = level.size === 'dynamic' ? Number.POSITIVE_INFINITY : level.size
    at += (rest % size) * level.stride
    rest = Math.floor(rest / size)
  }
  return at
}

/** Where the left operand's element of a row and a step of k is. */
export function leftAt({ left, levels }: ProductShape, row: number, step: number): number {
  if (levels === undefined) return row * left.side + step * left.inner
  const rows = levels.aroundRows.length === 0 ? Number.POSITIVE_INFINITY : Number(levels.rows)
  return (
    within(row, rows, left.side, levels.aroundRows) +
    within(step, levels.steps, left.inner, levels.aroundSteps)
  )
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
   * The result of a product done by `path` in shares of rows and panels that begin at `cuts`; of panels alone where the
   * left operand lies in levels.
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
    const before = memory.buffer.slice(0)
    const { exports } = new WebAssembly.Instance(this.#module, { env: { memory } })
    const call = (name: string, ...numbers: number[]): void => callWith([], name, ...numbers)
    const callWith = (last: readonly number[], name: string, ...numbers: number[]): void => {
      const dynamic = [
        shape.n === 'dynamic' ? [sizes.n] : [],
        shape.k === 'dynamic' ? [sizes.k] : [],
      ]
      ;(exports[name] as (...numbers: number[]) => void)(...numbers, ...dynamic.flat(), ...last)
    }
    const panels = shares(Math.ceil(sizes.n / kernels.panelColumns), cuts)
    if (path === 'packed') {
      for (const [from, to] of panels) call('pack', layout.right, layout.packed, from, to)
    }
    const right = path === 'packed' ? layout.packed : layout.right
    if (shape.levels !== undefined) {
      for (const range of panels) {
        callWith(range, path, layout.left, right, layout.out, layout.thread, sizes.m)
      }
    } else
      for (const [from, to] of shares(sizes.m, cuts)) {
        const left = layout.left + from * shape.left.side * bytesOf(shape)
        const out = layout.out + from * shape.outStride * bytesOf(shape)
        call(path, left, right, out, layout.thread, to - from)
      }
    this.#checkStores(sizes, layout, before, memory.buffer)
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
    const places = { left: 0, right: 0, out: 0 }
    for (const name of ['left', 'right', 'out'] as const)
      places[name] = take(operands[name].byteLength)
    const pages = Math.ceil((end + operands[last].byteLength) / page) + 1
    const unit = bytesOf(this.shape)
    const padding = Math.ceil(overRead / unit) * unit
    places[last] = pages * page - padding - operands[last].byteLength
    return { packed, thread, pages, ...places }
  }

  /** Every byte must be as before except scratch and the elements of the result. */
  #checkStores(
    { m, n, k }: Sizes,
    { packed, thread, out }: { packed: number; thread: number; out: number },
    before: ArrayBuffer,
    after: ArrayBuffer,
  ): void {
    const { shape, kernels } = this
    const row = (shape.outStride || n) * bytesOf(shape)
    const within = (at: number, begin: number, bytes: number): boolean =>
      at >= begin && at < begin + bytes
    const [wordsBefore, wordsAfter] = [new Uint32Array(before), new Uint32Array(after)]
    for (let word = 0; word < wordsAfter.length; word++) {
      if (wordsAfter[word] === wordsBefore[word]) continue
      const at = word * 4
      const [below, across] = [Math.floor((at - out) / row), (at - out) % row]
      const element = at >= out && below < m && across < n * bytesOf(shape)
      const scratch =
        within(at, packed, kernels.packBytes(n, k)) || within(at, thread, kernels.threadBytes(m, k))
      if (!element && !scratch) throw new Error(`${at - out} bytes from the result was written`)
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
  const bounds = [0, ...cuts.filter((cut) => cut <= count), count]
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
          (left[leftAt(shape, i, q)] ?? 0) *
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

/**
 * The result of a plain loop in float32, rounded after each operation.
 *
 * With four lanes, lane j adds up the terms of k = j, j + 4, … and those left over go to the first lanes: two at a
 * time, then one.
 */
export function plainLoop(
  shape: ProductShape,
  { m, n, k }: Sizes,
  { left, right, out }: Operands,
  lanes: 1 | 4,
): Float32Array {
  const result = Float32Array.from(out)
  const whole = k - (k % lanes)
  const laneOf = (q: number): number => (q < whole ? q % lanes : (q - whole) % 2)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const at = i * shape.outStride + j
      const before = shape.accumulate ? (out[at] ?? 0) : 0
      const sums = new Float32Array(lanes)
      if (lanes === 1) sums[0] = before
      for (let q = 0; q < k; q++) {
        const a = left[leftAt(shape, i, q)] ?? 0
        const b = right[j * shape.right.side + q * shape.right.inner] ?? 0
        const lane = laneOf(q)
        sums[lane] = (sums[lane] ?? 0) + Math.fround(a * b)
      }
      const [s0 = 0, s1 = 0, s2 = 0, s3 = 0] = sums
      const total = Math.fround(Math.fround(s0 + s2) + Math.fround(s1 + s3))
      result[at] = lanes === 1 ? s0 : shape.accumulate ? total + before : total
    }
  }
  return result
}
