/** One linear memory, handed out from its start and never moved: state, inputs, data sets, and room for what lies between. */
import { type DType, elementBytes, engineErrors, type Values } from '@chainrule/program'

import { aligned } from './alignment.ts'
import type { MemoryImport } from './assembler/module.ts'
import { controlEnd } from './threads/control.ts'
import { type WasmMemory, wasm } from './webassembly.ts'

const pageBytes = 65_536
/** The largest memory that 32-bit addresses reach, less a page that holds no tensor. */
const maxPages = 65_535
/** Loads may read so far past the end of a tensor. */
const overread = 64

export class ArenaMemory {
  readonly wasm: WasmMemory
  /** What modules must say of the memory that they import. */
  readonly type: MemoryImport
  #used = controlEnd
  #pages = 1

  /** Memory for one thread, or `shared` by several. */
  constructor(shared: boolean) {
    this.type = { minimum: 1, maximum: maxPages, shared }
    this.wasm = new wasm.Memory({ initial: 1, maximum: maxPages, shared })
  }

  /** Bytes handed out. */
  get bytes(): number {
    return this.#used
  }

  /** Bytes that can still be handed out, if the host gives them. */
  get left(): number {
    return maxPages * pageBytes - overread - this.#used
  }

  /** Reserves zeroed bytes and gives their address. Typed arrays made before may be detached. */
  reserve(bytes: number): number {
    const address = this.#used
    const end = address + aligned(bytes)
    const pages = Math.ceil((end + overread) / pageBytes)
    if (pages > this.#pages) this.#grow(pages, bytes)
    this.#used = end
    return address
  }

  /** The live elements at an address. */
  values(dtype: DType, address: number, length: number): Values {
    const { buffer } = this.wasm
    switch (dtype) {
      case 'f32':
        return new Float32Array(buffer, address, length)
      case 'f64':
        return new Float64Array(buffer, address, length)
      case 'i32':
        return new Int32Array(buffer, address, length)
      case 'bool':
      case 'u8':
        return new Uint8Array(buffer, address, length)
    }
  }

  #grow(pages: number, bytes: number): void {
    if (pages > maxPages) throw engineErrors.memoryExhausted(bytes, this.#used)
    try {
      this.wasm.grow(pages - this.#pages)
    } catch {
      throw engineErrors.memoryExhausted(bytes, this.#used)
    }
    this.#pages = pages
  }
}

export function bytesOf(dtype: DType, length: number): number {
  return length * elementBytes[dtype]
}
