/** Vectors of float32 and float64: the instructions by which one set of kernels serves both. */
import type { FunctionWriter, Local } from '../assembler/function.ts'
import type { MemoryName } from '../assembler/opcodes.ts'
import type { Count } from './shape.ts'

export interface Element {
  readonly bytes: number
  /** Elements in a vector of 16 bytes. */
  readonly lanes: number
  readonly load: MemoryName
  readonly store: MemoryName
  /** Loads an element into all lanes. */
  readonly splat: MemoryName
  /** a·b + c of the three vectors on the stack. */
  readonly multiplyAdd: (f: FunctionWriter) => void
}

export const elements: Readonly<Record<'f32' | 'f64', Element>> = {
  f32: {
    bytes: 4,
    lanes: 4,
    load: 'f32.load',
    store: 'f32.store',
    splat: 'v128.load32_splat',
    multiplyAdd: (f) => f.madd32(),
  },
  f64: {
    bytes: 8,
    lanes: 2,
    load: 'f64.load',
    store: 'f64.store',
    splat: 'v128.load64_splat',
    multiplyAdd: (f) => f.madd64(),
  },
}

export const vectorBytes = 16

interface Place {
  readonly pointer: Local
  readonly offset: number
}

/** Stores the first `lanes` (1 … all) elements of a vector and touches nothing behind them. */
export function storeLanes(
  f: FunctionWriter,
  element: Element,
  place: Place,
  vector: Local,
  lanes: Count,
): void {
  if (typeof lanes === 'number') {
    storeKnownLanes(f, element, place, vector, lanes)
    return
  }
  const upTo = (count: number): void => {
    const store = (): void => storeKnownLanes(f, element, place, vector, count)
    if (count === 1) store()
    else
      f.get(lanes.local)
        .i32(count)
        .op('i32.eq')
        .if(store, () => upTo(count - 1))
  }
  upTo(element.lanes)
}

function storeKnownLanes(
  f: FunctionWriter,
  element: Element,
  { pointer, offset }: Place,
  vector: Local,
  lanes: number,
): void {
  const put = (name: 'v128.store32_lane' | 'v128.store64_lane', lane: number, at: number): void => {
    f.get(pointer)
      .get(vector)
      .memoryLane(name, lane, offset + at)
  }
  const filled = lanes * element.bytes
  if (filled === vectorBytes) f.get(pointer).get(vector).memory('v128.store', offset)
  if (filled === 8 || filled === 12) put('v128.store64_lane', 0, 0)
  if (filled === 4) put('v128.store32_lane', 0, 0)
  if (filled === 12) put('v128.store32_lane', 2, 8)
}
