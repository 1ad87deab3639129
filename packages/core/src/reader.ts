/** Readers: how files that no built-in kind of data takes become columns. They are given bytes, and open nothing. */

import type { Config } from './configured.ts'
import type { ConfigOf, Empty, Fields } from './fields.ts'
import { columnsOf, type GivenColumns, type ReadColumn } from './reader-columns.ts'

/** What the text names, opened by the host, which keeps to the folders that it may read. */
export interface ReaderFile {
  /** As the text writes it, for errors. */
  readonly name: string
  /** Unpacked where the file is gzipped. */
  readonly bytes: Uint8Array
}

/** What `defineReader` is given: its arguments, and how bytes become columns. */
export interface ReaderDefinition<A extends Fields = Empty, O extends Fields = Empty> {
  readonly name: string
  readonly summary: string
  /** Behind the path, which every reader takes first. */
  readonly arguments?: A
  readonly options?: O
  /**
   * The columns by their names, as many values in each. Missing is `null`, `undefined` or NaN. Lists of numbers, in each row
   * of one shape, are features of several numbers. What is wrong with the file is for `fileInvalid` to say.
   */
  read(file: ReaderFile, config: ConfigOf<A & O>): GivenColumns
}

/** A reader as it is registered, without values for its arguments. */
export interface ReaderPlugin {
  readonly kind: 'reader'
  readonly name: string
  readonly summary: string
  readonly arguments: Fields
  readonly options: Fields
  with(config: Config): Reader
}

/** A reader with its arguments filled in. */
export interface Reader {
  readonly name: string
  readonly config: Config
  /** Where it comes from, if from a plugin of others; for errors. */
  readonly package?: string
  read(file: ReaderFile): GivenColumns
}

/** What a reader makes of a file, if it is columns. Errors: reader-columns, file-invalid. */
export function readBy(reader: Reader, file: ReaderFile): readonly ReadColumn[] {
  return columnsOf(reader, reader.read(file))
}

/** Arguments that `data` takes itself; a reader may not declare one as its own, nor one that is called as a directive. */
export const readerOptions = ['path', 'time', 'group'] as const

/** Kinds of data that are built in; no reader may be called so. */
export const builtInReaders = ['csv', 'json', 'text', 'idx', 'synthetic'] as const

/** Declares a reader: `data NAME "file" …`. */
export function defineReader<const A extends Fields = Empty, const O extends Fields = Empty>(
  definition: ReaderDefinition<A, O>,
): ReaderPlugin {
  const { name, summary } = definition
  return Object.freeze({
    kind: 'reader',
    name,
    summary,
    arguments: definition.arguments ?? {},
    options: definition.options ?? {},
    with: (config) => ({
      name,
      config,
      read: (file) => definition.read(file, config as ConfigOf<A & O>),
    }),
  } satisfies ReaderPlugin)
}
