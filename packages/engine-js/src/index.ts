/** The reference engine of Chainrule. */
export { engineJs, type JsEngine } from './engine.ts'
export { EngineError, type EngineErrorCode } from './errors.ts'
export type { JsExecutable } from './executable.ts'
