/** The reference engine of Chainrule. */

export { EngineError, type EngineErrorCode } from '@chainrule/program'
export { engineJs, type JsEngine } from './engine.ts'
export type { JsExecutable } from './executable.ts'
