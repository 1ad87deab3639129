/** The default engine of Chainrule: WebAssembly made for the shapes of a program. */
export { engineWasm, type WasmEngine, type WasmOptions, wasmEngine } from './engine.ts'
export type { WasmExecutable } from './executable.ts'
export { hasRelaxedSimd, hasSimd } from './features.ts'
