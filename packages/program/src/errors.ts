/** Every error that this package throws for a mistake of its caller; one builder a code. */
import { formatShape, formatType, type Shape, type TensorType } from './types.ts'

export type ProgramErrorCode =
  | 'shape-mismatch'
  | 'dtype-mismatch'
  | 'attribute-invalid'
  | 'traced-as-number'
  | 'foreign-tensor'
  | 'not-differentiable'
  | 'program-invalid'

export class ProgramError extends Error {
  override readonly name = 'ProgramError'
  readonly code: ProgramErrorCode
  readonly help: string | undefined

  constructor(code: ProgramErrorCode, message: string, help?: string) {
    super(help === undefined ? message : `${message}\n  = help: ${help}`)
    this.code = code
    this.help = help
  }
}

export function shapeMismatch(
  operation: string,
  required: string,
  shapes: readonly Shape[],
): ProgramError {
  const came = shapes.map(formatShape).join(' and ')
  return new ProgramError('shape-mismatch', `\`${operation}\` needs ${required}, but got ${came}`)
}

export function dtypeMismatch(
  operation: string,
  required: string,
  types: readonly TensorType[],
): ProgramError {
  const came = types.map(formatType).join(' and ')
  return new ProgramError(
    'dtype-mismatch',
    `\`${operation}\` needs ${required}, but got ${came}`,
    'convert with `ops.cast(x, dtype)`',
  )
}

/** What came, short enough to read. */
function brief(value: unknown): string {
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}

export function attributeInvalid(operation: string, required: string, came: unknown): ProgramError {
  return new ProgramError(
    'attribute-invalid',
    `\`${operation}\` needs ${required}, but got ${brief(came)}`,
  )
}

export function tracedAsNumber(type: TensorType): ProgramError {
  return new ProgramError(
    'traced-as-number',
    `a traced tensor ${formatType(type)} was used as a plain number; it has no value until the program runs`,
    'compute with `ops` (`ops.mul(x, 2)`), and branch with `ops.select`',
  )
}

export function foreignTensor(operation: string): ProgramError {
  return new ProgramError(
    'foreign-tensor',
    `\`${operation}\` got a tensor of another trace`,
    'use only the tensors that this call was given, and never keep one between calls',
  )
}

export function notDifferentiable(reason: string): ProgramError {
  return new ProgramError('not-differentiable', reason)
}

export function programInvalid(message: string): ProgramError {
  return new ProgramError('program-invalid', message)
}
