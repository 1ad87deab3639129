/** What every engine says of a mistake in the use of an executable; one builder a code. */
import { ChainruleError, type ErrorDetails } from './errors.ts'
import { type DType, formatType, type TensorType, type Values } from './types.ts'

export type EngineErrorCode =
  | 'unknown-entry'
  | 'unknown-state'
  | 'unknown-input'
  | 'unknown-output'
  | 'output-before-run'
  | 'rows-range'
  | 'values-type'
  | 'values-length'
  | 'bind-step'
  | 'bind-without-rows'
  | 'order-index'
  | 'disposed'
  | 'memory-exhausted'
  | 'thread-lost'
  | 'threads-range'

/** A mistake in the use of an executable. */
export class EngineError extends ChainruleError {
  override readonly name: string = 'EngineError'
  override readonly code: EngineErrorCode

  constructor(code: EngineErrorCode, message: string, details?: ErrorDetails) {
    super(code, message, details)
    this.code = code
  }
}

export type NameKind = 'entry' | 'state' | 'input' | 'output'

export function unknownName(kind: NameKind, name: string, known: readonly string[]): EngineError {
  const list = known.length === 0 ? 'none' : known.map((word) => `\`${word}\``).join(', ')
  return new EngineError(`unknown-${kind}`, `the program has no ${kind} \`${name}\``, {
    help: `there is: ${list}`,
    data: { kind, name, known },
  })
}

export function outputBeforeRun(entry: string, name: string): EngineError {
  return new EngineError(
    'output-before-run',
    `output \`${name}\` of \`${entry}\` was asked for before \`${entry}\` has run`,
    { help: `call \`run('${entry}', rows)\` first`, data: { entry, name } },
  )
}

export function rowsRange(least: number, most: number, came: number): EngineError {
  return new EngineError(
    'rows-range',
    `\`run\` needs a whole number of rows from ${least} to ${most}, but got ${came}`,
    {
      help: 'a larger batch needs a program that was traced with a larger `maxBatch`',
      data: { least, most, came },
    },
  )
}

const arrayNames: Readonly<Record<DType, string>> = {
  f32: 'Float32Array',
  f64: 'Float64Array',
  i32: 'Int32Array',
  bool: 'Uint8Array',
  u8: 'Uint8Array',
}

export function valuesType(input: string, type: TensorType, values: Values): EngineError {
  return new EngineError(
    'values-type',
    `input \`${input}\` is ${formatType(type)} and needs a ${arrayNames[type.dtype]}, but got a ${values.constructor.name}`,
    { data: { input, type, came: values.constructor.name } },
  )
}

export function valuesLength(
  input: string,
  width: number,
  step: number,
  length: number,
): EngineError {
  const required =
    step === width ? 'a multiple of that' : `so many and a multiple of the step ${step} more`
  return new EngineError(
    'values-length',
    `input \`${input}\` has ${width} elements a row and needs ${required}, but got ${length}`,
    { data: { input, width, step, length } },
  )
}

export function bindStep(input: string, step: number): EngineError {
  return new EngineError(
    'bind-step',
    `the rows of input \`${input}\` are a whole number of elements from 1 on apart, but got ${step}`,
    { help: 'leave the step out where the rows lie side by side', data: { input, step } },
  )
}

export function bindWithoutRows(input: string, type: TensorType): EngineError {
  return new EngineError(
    'bind-without-rows',
    `\`bind\` needs an input whose first axis alone counts rows, but \`${input}\` is ${formatType(type)}`,
    { help: 'write its elements into `input(name)` instead', data: { input, type } },
  )
}

export function orderIndex(index: number, input: string, rows: number): EngineError {
  return new EngineError(
    'order-index',
    `\`order\` has the index ${index}, but the data set of input \`${input}\` has ${rows} rows`,
    { data: { index, input, rows } },
  )
}

export function disposed(): EngineError {
  return new EngineError('disposed', 'the executable was used after `dispose`', {
    help: 'compile the program again',
  })
}

export function memoryExhausted(asked: number, held: number): EngineError {
  const megabytes = (bytes: number): string =>
    `${Math.ceil(bytes / 1e6).toLocaleString('en-US')} MB`
  return new EngineError(
    'memory-exhausted',
    `${megabytes(asked)} more are needed beside the ${megabytes(held)} in use, but the host gives no more`,
    { help: 'take a smaller batch, a smaller model or fewer rows', data: { asked, held } },
  )
}

export function threadLost(thread: number | undefined, reason: string): EngineError {
  const which = thread === undefined ? 'a thread' : `thread ${thread}`
  return new EngineError('thread-lost', `${which} of the engine was lost: ${reason}`, {
    help: 'begin again, with one thread (`threads: 1`, `--threads 1`) if it happens again',
    data: { thread, reason },
  })
}

export function threadsRange(most: number, came: number): EngineError {
  return new EngineError(
    'threads-range',
    `an engine runs on a whole number of threads from 1 to ${most}, but got ${came}`,
    { data: { most, came } },
  )
}
