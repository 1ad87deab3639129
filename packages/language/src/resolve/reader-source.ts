import type { ReaderPlugin } from '@chainrule/core'
import type { Argument, Directive } from '../ast.ts'
import type { DataSource } from '../experiment.ts'
import { given } from './arguments.ts'
import type { Context } from './context.ts'
import type { Taker } from './defaults.ts'
import { readArguments } from './plugins.ts'
import { seriesWithoutTime } from './series-errors.ts'
import {
  literal,
  path,
  refuseBarePaths,
  refuseDirectives,
  series,
  seriesColumns,
  wordOf,
  written,
} from './source-arguments.ts'

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

export function readBy(
  reader: ReaderPlugin,
  { name, arguments: [first] }: Directive,
  args: readonly Argument[],
  context: Context,
): DataSource | undefined {
  const { name: word } = reader
  if (refuseBarePaths(args, ['path'], context) || refuseDirectives(word, args, context))
    return undefined
  const subject = { name: `data ${word}`, ...takerOf(reader), literal }
  const read = readArguments(subject, given(args), name.span, context)
  if (read.config === undefined) return undefined
  const { path: file, time: _, group: __, ...config } = read.config
  const columns = seriesColumns(read)
  if (columns.time === undefined && columns.group?.span !== undefined) {
    context.report(seriesWithoutTime(columns.group.span, 'group', word))
    return undefined
  }
  return {
    kind: 'reader',
    name: written(word, first?.span),
    path: written(String(file), read.written.get('path')?.value.span),
    reader: reader.with(config),
    ...columns,
  }
}
