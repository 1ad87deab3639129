/** Mistyped words that only the data package knows: which generators there are, and what they take. */
import type { DataRequest, Edit } from '@chainrule/language'
import type { DataProblem } from './diagnostics.ts'

/** Writes what was meant in place of a mistyped generator, or of a mistyped option of one. */
export function meantWord(
  { data: { argument, meant } }: Pick<DataProblem, 'data'>,
  { source }: DataRequest,
): readonly Edit[] {
  if (source.kind !== 'synthetic' || typeof meant !== 'string') return []
  const span =
    typeof argument === 'string'
      ? nameSpan(source.places.get(argument)?.start, argument)
      : source.generator.span
  return span === undefined ? [] : [{ span, text: meant }]
}

/** An option begins with its name. */
const nameSpan = (start: number | undefined, name: string): Edit['span'] | undefined =>
  start === undefined ? undefined : { start, end: start + name.length }
