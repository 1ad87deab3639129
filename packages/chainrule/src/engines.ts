/** The built-in engines. Apart from the other batteries, as not every command runs something. */
import type { Engine } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { engineWasm, type WasmOptions, wasmEngine } from '@chainrule/engine-wasm'
import { engineOption, engineUnknown } from './errors.ts'

/** The engines as they are when nothing is asked of them, by their names; the first is the default. */
export const engines: readonly Engine[] = [engineWasm, engineJs]

/** Runs where nothing else is asked for. */
export const defaultEngine: Engine = engineWasm

/** The judge of the others, for checks. */
export const referenceEngine: Engine = engineJs

/** Which engine is to run a model, and how. */
export interface EngineChoice extends WasmOptions {
  /** `wasm` where left out. */
  readonly engine?: string
}

/**
 * The engine that is asked for.
 *
 * Errors     engine-unknown, engine-option, threads-range
 */
export function chooseEngine({ engine: name = 'wasm', ...options }: EngineChoice): Engine {
  if (name === 'wasm') return wasmEngine(options)
  const engine = engines.find((each) => each.name === name)
  if (engine === undefined) throw engineUnknown(name, engines)
  const [option] = Object.keys(options)
  if (option !== undefined) throw engineOption(option, name)
  return engine
}
