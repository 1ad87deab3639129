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

/** What an error says beside its code and its message. */
export interface ErrorDetails {
  /** What to do about it, in one line. */
  readonly help?: string
  /** What the message speaks of, for programs. */
  readonly data?: Readonly<Record<string, unknown>>
  readonly cause?: unknown
}

/**
 * Every error that a package of Chainrule throws for a mistake of a person is one, whatever its own class. `code` and
 * `data` are for programs and stay the same between versions; `message` says what is wrong and `help` what to do.
 */
export class ChainruleError extends Error {
  override readonly name: string = 'ChainruleError'
  readonly code: string
  readonly help: string | undefined
  readonly data: Readonly<Record<string, unknown>>

  constructor(code: string, message: string, { help, data = {}, cause }: ErrorDetails = {}) {
    super(message, cause === undefined ? undefined : { cause })
    this.code = code
    this.help = help
    this.data = data
  }
}

/** A mistake in a program, or in what was asked of a traced tensor. */
export class ProgramError extends ChainruleError {
  override readonly name: string = 'ProgramError'
  override readonly code: ProgramErrorCode

  constructor(code: ProgramErrorCode, message: string, details?: ErrorDetails) {
    super(code, message, details)
    this.code = code
  }
}

export function shapeMismatch(
  operation: string,
  required: string,
  shapes: readonly Shape[],
): ProgramError {
  const came = shapes.map(formatShape).join(' and ')
  const message = `\`${operation}\` needs ${required}, but got ${came}`
  return new ProgramError('shape-mismatch', message, { data: { operation, required, shapes } })
}

export function dtypeMismatch(
  operation: string,
  required: string,
  types: readonly TensorType[],
): ProgramError {
  const came = types.map(formatType).join(' and ')
  return new ProgramError('dtype-mismatch', `\`${operation}\` needs ${required}, but got ${came}`, {
    help: 'convert with `ops.cast(x, dtype)`',
    data: { operation, required, types },
  })
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
    { data: { operation, required } },
  )
}

export function tracedAsNumber(type: TensorType): ProgramError {
  return new ProgramError(
    'traced-as-number',
    `a traced tensor ${formatType(type)} was used as a plain number; it has no value until the program runs`,
    {
      help: 'compute with `ops` (`ops.mul(x, 2)`), and branch with `ops.select`',
      data: { type },
    },
  )
}

export function foreignTensor(operation: string): ProgramError {
  return new ProgramError('foreign-tensor', `\`${operation}\` got a tensor of another trace`, {
    help: 'use only the tensors that this call was given, and never keep one between calls',
    data: { operation },
  })
}

export function notDifferentiable(reason: string): ProgramError {
  return new ProgramError('not-differentiable', reason)
}

export function programInvalid(
  message: string,
  data: Readonly<Record<string, unknown>> = {},
): ProgramError {
  return new ProgramError('program-invalid', message, { data })
}
