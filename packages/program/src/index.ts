/** The tensor program: primitives, tracing, derivatives, passes. See the package's README for the first file to open. */
export type { Engine, Executable } from './engine.ts'
export { ProgramError, type ProgramErrorCode } from './errors.ts'
export { type Axes, broadcastShape, createOps, type Operand, type Ops } from './ops.ts'
export type { Attributes, DotAttributes, Primitive, WindowAttributes } from './primitives.ts'
export type {
  Entry,
  Instruction,
  Program,
  StateDeclaration,
  StateKind,
  ValueId,
} from './program.ts'
export { inferType, windowPositions } from './shape-rules.ts'
export { Tensor, Trace } from './trace.ts'
export * from './types.ts'
