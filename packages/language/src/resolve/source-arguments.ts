import { type Config, optional } from '@chainrule/core'
import type { Argument, Span } from '../ast.ts'
import { diagnostic } from '../diagnostic.ts'
import { dataDirectives } from '../directives.ts'
import type { SeriesColumns, Written } from '../experiment.ts'
import { quote } from '../quote.ts'
import { given, type ReadArguments, type Subject } from './arguments.ts'
import type { Context } from './context.ts'
import { pathText } from './evaluate.ts'
import { readArguments } from './plugins.ts'
import { seriesWithoutTime } from './series-errors.ts'
import { text } from './text-field.ts'

/** What all sources that are tables take: a path, and the columns that order the rows. */

export const path = text('a path in quotes')
const column = optional(text('the name of a column'))
export const series = { time: column, group: column }
/** Arguments whose words are names of columns. */
export const literal: ReadonlySet<string> = new Set(Object.keys(series))

/** The word that an argument without a name is. */
export const wordOf = ({ name, value }: Argument): string | undefined =>
  name === undefined && value.kind === 'word' ? pathText(value.path) : undefined

export const written = (value: string, at: Span | undefined): Written<string> =>
  at === undefined ? { value } : { value, span: at }

/** Paths are texts: `iris.csv` without quotes would be a word. */
export function refuseBarePaths(
  args: readonly Argument[],
  paths: readonly string[],
  { scope, report }: Context,
): boolean {
  const isBare = ({ name, value }: Argument, i: number): boolean =>
    (name === undefined ? i === 0 : paths.includes(name.text)) &&
    value.kind === 'word' &&
    scope.find(pathText(value.path)) === undefined
  const bare = args.filter(isBare)
  for (const { value } of bare) {
    const { start, end } = value.span
    report(
      diagnostic('argument-type', value.span, {
        message: 'a path stands in quotes',
        label: 'not a text',
        edits: [
          { span: { start, end: start }, text: '"' },
          { span: { start: end, end }, text: '"' },
        ],
      }),
    )
  }
  return bare.length > 0
}

/** `data csv "a.csv" target=y`: what is said of the data stands in the braces. */
function refuseDirectives(kind: string, args: readonly Argument[], { report }: Context): boolean {
  const words = args.map(({ name, value, span }, i) => {
    const isWord = i > 0 && value.kind === 'word'
    return name ?? { span, text: isWord ? pathText(value.path) : '' }
  })
  const first = words.find(({ text }) => dataDirectives.has(text))
  if (first === undefined) return false
  const { span, text: word } = first
  report(
    diagnostic('argument-unknown', span, {
      message: `${quote(word)} stands among the arguments of \`data ${kind}\``,
      label: 'what is said of the data stands in braces',
      help: `write \`data ${kind} "…" { ${word} … }\``,
    }),
  )
  return true
}

/** What stands behind the kind of a source that is a table. */
interface TableArguments {
  readonly path: Written<string>
  readonly columns: SeriesColumns
  /** All arguments. */
  readonly config: Config
}

/** Reads the arguments of `data KIND`, one of which is the path; says what is wrong and yields `undefined`. */
export function readTableArguments(
  kind: string,
  subject: Subject,
  args: readonly Argument[],
  span: Span,
  context: Context,
): TableArguments | undefined {
  if (refuseBarePaths(args, ['path'], context) || refuseDirectives(kind, args, context))
    return undefined
  const read = readArguments(subject, given(args), span, context)
  if (read.config === undefined) return undefined
  const columns = seriesColumns(read)
  if (columns.time === undefined && columns.group?.span !== undefined) {
    context.report(seriesWithoutTime(columns.group.span, 'group', kind))
    return undefined
  }
  const file = written(String(read.config['path']), read.written.get('path')?.value.span)
  return { path: file, columns, config: read.config }
}

/** `time=timestamp group=station` */
function seriesColumns({ config = {}, written: places }: ReadArguments): SeriesColumns {
  const named = Object.keys(series).flatMap((option) => {
    const name = config[option]
    return typeof name === 'string'
      ? [[option, written(name, places.get(option)?.value.span)] as const]
      : []
  })
  return Object.fromEntries(named)
}
