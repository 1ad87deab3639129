import type { ReaderPlugin } from '@chainrule/core'
import type { Argument, Directive } from '../ast.ts'
import type { DataSource } from '../experiment.ts'
import type { Context } from './context.ts'
import type { Taker } from './defaults.ts'
import { literal, path, readTableArguments, series, wordOf, written } from './source-arguments.ts'

/** `data sparse "a.svm" features=10`: data that a reader of a plugin reads. */

/** The reader that an argument names. */
export function readerNamed(argument: Argument, { registry }: Context): ReaderPlugin | undefined {
  const word = wordOf(argument)
  return word === undefined ? undefined : registry.find('reader', word)
}

/** What stands behind its name: the path, its own arguments, and what every table takes. */
export function takerOf({ arguments: args, options }: ReaderPlugin): Taker {
  return { arguments: { path, ...args }, options: { ...options, ...series } }
}

export function readReaderSource(
  reader: ReaderPlugin,
  { name, arguments: [first] }: Directive,
  args: readonly Argument[],
  context: Context,
): DataSource | undefined {
  const { name: kind } = reader
  const subject = { name: `data ${kind}`, ...takerOf(reader), literal }
  const read = readTableArguments(kind, subject, args, name.span, context)
  if (read === undefined) return undefined
  const { path: _, time: __, group: ___, ...config } = read.config
  return {
    kind: 'reader',
    name: written(kind, first?.span),
    path: read.path,
    reader: reader.with(config),
    ...read.columns,
  }
}
