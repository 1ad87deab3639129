/** The default engine. */
import { type Engine, engineErrors, type Program } from '@chainrule/program'
import type { Features } from './assembler/function.ts'
import { WasmExecutable } from './executable.ts'
import { hasRelaxedSimd } from './features.ts'
import { threadsMissing } from './threads/host.ts'

export interface WasmEngine extends Engine {
  readonly name: 'wasm'
  readonly threads: number
  readonly details: string
  compile(program: Program): WasmExecutable | Promise<WasmExecutable>
}

export interface WasmOptions {
  /**
   * `fast` uses the machine's fused multiply-add where it has one; `portable` only what gives the same bits on every
   * machine and in every browser.
   */
  readonly numerics?: 'fast' | 'portable'
  /**
   * How many threads run a program together; 1 where left out. Their number changes no bit. A host that cannot share
   * memory runs one, and says so once.
   */
  readonly threads?: number
}

const mostThreads = 64

/** Of the 4 GiB that 32-bit addresses reach; the rest is for data, packed operands and what lies between. */
const memoryLimit = 0xc000_0000

/**
 * An engine that compiles each entry of a program to a WebAssembly module made for its shapes.
 *
 * Errors     threads-range
 */
export function wasmEngine({ numerics = 'fast', threads = 1 }: WasmOptions = {}): WasmEngine {
  if (!Number.isInteger(threads) || threads < 1 || threads > mostThreads) {
    throw engineErrors.threadsRange(mostThreads, threads)
  }
  const features = { relaxed: numerics === 'fast' && hasRelaxedSimd() }
  const missing = threads > 1 ? threadsMissing() : undefined
  if (missing !== undefined) warnOnce(`chainrule: one thread instead of ${threads}: ${missing}`)
  const possible = missing === undefined ? threads : 1
  return {
    name: 'wasm',
    threads: possible,
    memoryLimit,
    details: describe(features, numerics, possible),
    compile: (program) =>
      possible === 1
        ? WasmExecutable.alone(program, features)
        : WasmExecutable.shared(program, features, possible),
  }
}

const told = new Set<string>()

function warnOnce(message: string): void {
  if (told.has(message)) return
  told.add(message)
  console.warn(message)
}

function describe({ relaxed }: Features, numerics: string, threads: number): string {
  const arithmetic =
    numerics === 'portable'
      ? 'portable arithmetic'
      : relaxed
        ? 'fused multiply-add'
        : 'plain SIMD: this host has no fused multiply-add'
  return `WebAssembly, ${arithmetic}, ${threads === 1 ? 'one thread' : `${threads} threads`}`
}

/** The engine with one thread and the machine's fastest arithmetic. */
export const engineWasm: { compile(program: Program): WasmExecutable } & WasmEngine = {
  ...wasmEngine(),
  compile: (program) => WasmExecutable.alone(program, { relaxed: hasRelaxedSimd() }),
}
