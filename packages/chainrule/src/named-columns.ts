/** The columns that a text names, and which of them the data lack. */
import { columnOf, DataError, type Dataset, labelTable } from '@chainrule/data'
import type { DataRequest, Written } from '@chainrule/language'

export interface NamedColumn {
  readonly name: Written<string>
  /** What it is for, as a message goes on with it. */
  readonly purpose: string
}

/** Every column that the text names, in no order. */
export function namedColumns({
  targets,
  columns,
  features,
  split,
  series,
}: DataRequest): NamedColumn[] {
  const named = (purpose: string, ...names: readonly (Written<string> | undefined)[]) =>
    names.flatMap((name) => (name === undefined ? [] : [{ name, purpose }]))
  return [
    ...named(', the target', ...targets.map(({ name }) => name)),
    ...named(', by which rows are weighed', ...targets.map(({ weight }) => weight)),
    ...named('', ...columns.map(({ name }) => name), ...features.flatMap(({ names }) => names)),
    ...named('', split.stratify),
    ...named(', by which the rows are ordered', series?.time),
    ...named(', which tells the series apart', series?.group),
  ]
}

/** Those that the data do not have, each with what is to be said of it, in the order of the text. */
export function missingColumns(
  request: DataRequest,
  data: Dataset,
): { readonly error: DataError; readonly name: Written<string> }[] {
  const table = labelTable(data)
  const lists = new Set(table.lists?.map(({ name }) => name))
  const missing = namedColumns(request).flatMap(({ name, purpose }) => {
    if (lists.has(name.value)) return []
    try {
      columnOf(table, name.value, purpose)
      return []
    } catch (error) {
      if (!(error instanceof DataError)) throw error
      return [{ error, name }]
    }
  })
  return missing.toSorted((a, b) => (a.name.span?.start ?? 0) - (b.name.span?.start ?? 0))
}
