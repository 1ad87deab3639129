/** The body of one WebAssembly function, written instruction by instruction. */
import { ByteWriter } from './bytes.ts'
import {
  type LaneName,
  lane,
  type MemoryLaneName,
  type MemoryName,
  memory,
  memoryLane,
  type PlainName,
  plain,
} from './opcodes.ts'

export type ValueType = 'i32' | 'i64' | 'f32' | 'f64' | 'v128'

export const valueTypes: Readonly<Record<ValueType, number>> = {
  i32: 0x7f,
  i64: 0x7e,
  f32: 0x7d,
  f64: 0x7c,
  v128: 0x7b,
}

/** A parameter or local variable, by its index. */
export type Local = number

/** What a function takes and gives. */
export interface Signature {
  readonly parameters: readonly ValueType[]
  readonly results: readonly ValueType[]
}

/** A function of the module, by its index: the imported ones come first. */
export interface Callee extends Signature {
  readonly index: number
}

/** Which instructions beyond fixed-width SIMD the host has. */
export interface Features {
  /** Fused multiply-add that may round once or twice, as the machine likes it. */
  readonly relaxed: boolean
}

type MemoryRow = readonly [opcode: readonly [number, number?], bytes: number]

const emptyBlock = 0x40
const zeros = new Uint8Array(16)

/**
 * The vectors that a module's functions use as constants, each a global that nothing sets: V8 makes a constant vector anew
 * with three instructions wherever it is used, within loops too, and loads a global with one.
 */
export class Constants {
  readonly vectors: Uint8Array[] = []
  readonly #known = new Map<string, number>()

  indexOf(bytes: Uint8Array): number {
    const key = bytes.join()
    let index = this.#known.get(key)
    if (index === undefined) {
      index = this.vectors.push(bytes) - 1
      this.#known.set(key, index)
    }
    return index
  }
}

/**
 * Writes a function's code. Methods append one instruction and return the writer, so that code reads in the order of
 * the stack: `f.get(a).get(b).op('f32x4.add').set(c)`.
 */
export class FunctionWriter implements Signature {
  readonly parameters: readonly ValueType[]
  readonly results: readonly ValueType[]
  readonly features: Features
  readonly locals: ValueType[] = []
  readonly code = new ByteWriter()
  readonly #constants: Constants
  readonly #free = new Map<ValueType, Local[]>()

  constructor(signature: Signature, features: Features, constants = new Constants()) {
    this.#constants = constants
    this.parameters = signature.parameters
    this.results = signature.results
    this.features = features
  }

  /** A local variable, one that was released where there is one. It does not start from zero. */
  local(type: ValueType): Local {
    const freed = this.#free.get(type)?.pop()
    if (freed !== undefined) return freed
    this.locals.push(type)
    return this.parameters.length + this.locals.length - 1
  }

  /** Gives a local variable back for another use. */
  release(...locals: readonly Local[]): void {
    for (const local of locals) {
      const type = this.locals[local - this.parameters.length]
      if (type === undefined) throw new Error('internal: a parameter was released')
      const list = this.#free.get(type) ?? []
      if (list.includes(local)) throw new Error('internal: a local was released twice')
      list.push(local)
      this.#free.set(type, list)
    }
  }

  get(local: Local): this {
    this.code.byte(0x20)
    this.code.unsigned(local)
    return this
  }

  set(local: Local): this {
    this.code.byte(0x21)
    this.code.unsigned(local)
    return this
  }

  tee(local: Local): this {
    this.code.byte(0x22)
    this.code.unsigned(local)
    return this
  }

  i32(value: number): this {
    this.code.byte(0x41)
    this.code.signed(value)
    return this
  }

  i64(value: bigint): this {
    this.code.byte(0x42)
    this.code.signed64(value)
    return this
  }

  f32(value: number): this {
    this.code.byte(0x43)
    this.code.float32(value)
    return this
  }

  f64(value: number): this {
    this.code.byte(0x44)
    this.code.float64(value)
    return this
  }

  /** The same float32 in all four lanes. */
  f32x4(value: number): this {
    return this.#constant(new Float32Array(4).fill(value))
  }

  /** The same float64 in both lanes. */
  f64x2(value: number): this {
    return this.#constant(new Float64Array(2).fill(value))
  }

  /** The same int32 in all four lanes. */
  i32x4(value: number): this {
    return this.#constant(new Int32Array(4).fill(value))
  }

  #constant({ buffer }: { readonly buffer: ArrayBuffer }): this {
    const bytes = new Uint8Array(buffer)
    if (bytes.every((byte) => byte === 0)) return this.vector(zeros)
    this.code.byte(0x23)
    this.code.unsigned(this.#constants.indexOf(bytes))
    return this
  }

  /** A vector of sixteen bytes. */
  vector(bytes: Uint8Array): this {
    this.code.byte(0xfd).byte(12)
    this.code.bytes(bytes)
    return this
  }

  /** An instruction without immediates. */
  op(name: PlainName): this {
    const [first, second] = plain[name]
    this.code.byte(first)
    if (second !== undefined) this.code.unsigned(second)
    return this
  }

  /** A load or store at the address on the stack plus `offset` bytes. */
  memory(name: MemoryName, offset = 0): this {
    const [[first, second], bytes]: MemoryRow = memory[name]
    this.code.byte(first)
    if (second !== undefined) this.code.unsigned(second)
    // Atomics must state their exact alignment; others may be anywhere.
    this.#memoryImmediate(first === 0xfe ? 31 - Math.clz32(bytes) : 0, offset)
    return this
  }

  /** Copies bytes; the stack has where to, where from, how many. */
  copyMemory(): this {
    this.code.byte(0xfc).byte(10).byte(0).byte(0)
    return this
  }

  /** Sets bytes; the stack has where, the byte, how many. */
  fillMemory(): this {
    this.code.byte(0xfc).byte(11).byte(0)
    return this
  }

  /** A load or store of one lane at the address on the stack plus `offset` bytes. */
  memoryLane(name: MemoryLaneName, index: number, offset = 0): this {
    this.code.byte(0xfd)
    this.code.unsigned(memoryLane[name][0])
    this.#memoryImmediate(0, offset)
    this.code.byte(index)
    return this
  }

  /** Takes or replaces one lane of a vector. */
  lane(name: LaneName, index: number): this {
    this.code.byte(0xfd)
    this.code.unsigned(lane[name])
    this.code.byte(index)
    return this
  }

  /** The four-byte lanes `lanes` of the two vectors on the stack, which count as eight. */
  shuffle32(...lanes: readonly [number, number, number, number]): this {
    this.code.byte(0xfd).byte(13)
    for (const at of lanes)
      this.code
        .byte(4 * at)
        .byte(4 * at + 1)
        .byte(4 * at + 2)
        .byte(4 * at + 3)
    return this
  }

  /** a·b + c of the three float32 vectors on the stack; rounded once where the host has it, and then only. */
  madd32(): this {
    if (this.features.relaxed) return this.op('f32x4.relaxed_madd')
    return this.#multiplyThenAdd('f32x4.mul', 'f32x4.add')
  }

  /** a·b + c of the three float64 vectors on the stack. */
  madd64(): this {
    if (this.features.relaxed) return this.op('f64x2.relaxed_madd')
    return this.#multiplyThenAdd('f64x2.mul', 'f64x2.add')
  }

  /** Of the first vector where the mask on top is set, of the second elsewhere; the mask's lanes are all ones or zeros. */
  select32(): this {
    return this.op(this.features.relaxed ? 'i32x4.relaxed_laneselect' : 'v128.bitselect')
  }

  /** Runs `body` again and again; within it `branch(0)` and `branchIf(0)` go to its start. */
  loop(body: () => void): this {
    this.code.byte(0x03).byte(emptyBlock)
    body()
    this.code.byte(0x0b)
    return this
  }

  /** Within `body`, `branch(0)` and `branchIf(0)` go to its end. */
  block(body: () => void): this {
    this.code.byte(0x02).byte(emptyBlock)
    body()
    this.code.byte(0x0b)
    return this
  }

  /** Takes the condition from the stack. */
  if(then: () => void, otherwise?: () => void): this {
    this.code.byte(0x04).byte(emptyBlock)
    then()
    if (otherwise !== undefined) {
      this.code.byte(0x05)
      otherwise()
    }
    this.code.byte(0x0b)
    return this
  }

  branch(depth: number): this {
    this.code.byte(0x0c)
    this.code.unsigned(depth)
    return this
  }

  branchIf(depth: number): this {
    this.code.byte(0x0d)
    this.code.unsigned(depth)
    return this
  }

  /** Branches by the number on the stack: to its entry of `depths`, or to `otherwise` from their end on. */
  branchTable(depths: readonly number[], otherwise: number): this {
    this.code.byte(0x0e)
    this.code.unsigned(depths.length)
    for (const depth of depths) this.code.unsigned(depth)
    this.code.unsigned(otherwise)
    return this
  }

  call({ index }: Callee): this {
    this.code.byte(0x10)
    this.code.unsigned(index)
    return this
  }

  /** Runs `body` `count` times, counting a local down; `count` is a number or a local with one, and may be 0. */
  repeat(count: number | { readonly local: Local }, body: () => void): this {
    if (typeof count === 'number') {
      if (count <= 0) return this
      if (count === 1) {
        body()
        return this
      }
    }
    const left = this.local('i32')
    const counted = (): void => {
      this.loop(() => {
        body()
        this.get(left).i32(1).op('i32.sub').tee(left).branchIf(0)
      })
    }
    if (typeof count === 'number') {
      this.i32(count).set(left)
      counted()
    } else {
      this.get(count.local).tee(left)
      this.if(counted)
    }
    this.release(left)
    return this
  }

  /** Moves an address by a number of bytes. */
  advance(pointer: Local, bytes: number): this {
    if (bytes === 0) return this
    return this.get(pointer).i32(bytes).op('i32.add').set(pointer)
  }

  #multiplyThenAdd(multiply: PlainName, add: PlainName): this {
    const addend = this.local('v128')
    this.set(addend).op(multiply).get(addend).op(add)
    this.release(addend)
    return this
  }

  #memoryImmediate(alignment: number, offset: number): void {
    this.code.byte(alignment)
    this.code.unsigned(offset)
  }
}
