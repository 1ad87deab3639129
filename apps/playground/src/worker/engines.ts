/** The engines of the worker. They compute portably: a link is to lead to the same weights on every machine. */
import { type WasmEngine, wasmEngine } from '@chainrule/engine-wasm'

const numerics = 'portable'

export const oneThread = wasmEngine({ numerics })

/** Parameters from which on threads gain more than they cost, about. */
const worthThreads = 20_000

/** For a network of so many parameters. */
export const engineFor = (parameters: number, threads: number): WasmEngine =>
  parameters < worthThreads ? oneThread : wasmEngine({ numerics, threads })
