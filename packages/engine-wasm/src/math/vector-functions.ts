/** The functions of one operand on float32 lanes, by the names that the program's primitives have. */
import type { FunctionWriter } from '../assembler/function.ts'
import { emitErf } from './error-function.ts'
import { emitExp, emitExpm1, emitSigmoid, emitTanh } from './exponential.ts'
import { emitLog, emitLog1p } from './logarithm.ts'
import { emitCos, emitSin } from './trigonometric.ts'

/**
 * Each replaces the f32x4 on top of the stack by the function of each lane. Locals are taken from the writer and
 * released. A lane's result depends on that lane alone. Bounds of the errors stand in the package's README.
 */
export const vectorFunctions = {
  exp: emitExp,
  expm1: emitExpm1,
  log: emitLog,
  log1p: emitLog1p,
  tanh: emitTanh,
  sigmoid: emitSigmoid,
  erf: emitErf,
  sin: emitSin,
  cos: emitCos,
} satisfies Readonly<Record<string, (f: FunctionWriter) => void>>

export type VectorFunction = keyof typeof vectorFunctions
