/** The tensor program: primitives, tracing, derivatives, passes. See the package's README for the first file to open. */
export { backpropagate, type Seed } from './backpropagate.ts'
export { dayStart, zoneSeconds } from './calendar.ts'
export { type Differentiation, differentiate } from './differentiate.ts'
export { editDistance } from './edit-distance.ts'
export type { Engine, Executable } from './engine.ts'
export * as engineErrors from './engine-errors.ts'
export { EngineError, type EngineErrorCode } from './engine-errors.ts'
export { ChainruleError, type ErrorDetails, ProgramError, type ProgramErrorCode } from './errors.ts'
export {
  countsRows,
  requireDataRows,
  requireKnown,
  requireOrder,
  requireRows,
} from './executable-checks.ts'
export { programFromJson, programToJson } from './json.ts'
export { erf } from './math/error-function.ts'
export { exp, expm1, sigmoid, tanh } from './math/exponential.ts'
export { log, log1p } from './math/logarithm.ts'
export { pow } from './math/pow.ts'
export { draw24, drawKey, fillDraws, threefry2x32, type WordPair } from './math/threefry.ts'
export { cos, sin } from './math/trigonometric.ts'
export { type Axes, broadcastShape, createOps, type Operand, type Ops } from './ops.ts'
export { shareCommonSubexpressions } from './passes/common-subexpressions.ts'
export { removeDeadCode } from './passes/dead-code.ts'
export { foldConstants } from './passes/fold-constants.ts'
export { optimise } from './passes/optimise.ts'
export { inPrecision } from './passes/precision.ts'
export { type Rewrite, rewriteEntry } from './passes/rewrite.ts'
export type {
  Attributes,
  BinaryPrimitive,
  ComparisonPrimitive,
  DotAttributes,
  Primitive,
  UnaryPrimitive,
  WindowAttributes,
} from './primitives.ts'
export { printEntry, printProgram } from './print.ts'
export { printable } from './printable.ts'
export type {
  Entry,
  Instruction,
  Program,
  StateDeclaration,
  StateKind,
  ValueId,
} from './program.ts'
export {
  type BinaryRule,
  binaryRule,
  binaryRules,
  castRule,
  elementRule,
  not,
  type UnaryRule,
  unaryRule,
  unaryRules,
} from './scalar-rules.ts'
export { windowPositions } from './shape-checks.ts'
export { inferType } from './shape-rules.ts'
export { Tensor, Trace } from './trace.ts'
export * from './types.ts'
export { verify } from './verify.ts'
export { denseView, uniformStep, type View, viewOf, viewRules, viewSize } from './views.ts'
