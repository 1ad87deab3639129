/** The default engine. */
import type { Engine, Program } from '@chainrule/program'
import { WasmExecutable } from './executable.ts'
import { hasRelaxedSimd } from './features.ts'

export interface WasmEngine extends Engine {
  readonly name: 'wasm'
  compile(program: Program): WasmExecutable
}

export interface WasmOptions {
  /**
   * `fast` uses the machine's fused multiply-add where it has one; `portable` only what gives the same bits on every
   * machine and in every browser.
   */
  readonly numerics?: 'fast' | 'portable'
}

/** An engine that compiles each entry of a program to a WebAssembly module made for its shapes. */
export function wasmEngine({ numerics = 'fast' }: WasmOptions = {}): WasmEngine {
  const features = { relaxed: numerics === 'fast' && hasRelaxedSimd() }
  return { name: 'wasm', compile: (program) => new WasmExecutable(program, features) }
}

export const engineWasm: WasmEngine = wasmEngine()
