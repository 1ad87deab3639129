/** How the columns of a table were read, as directives of the language say it. */
import {
  type FeatureEncoder,
  type InputEncoder,
  type MissingPolicy,
  type Preprocessing,
  targetColumns,
} from '@chainrule/data'
import type { DataRequest, ReadColumn, ReadColumns } from '@chainrule/language'
import type { TrainingData } from './training-data.ts'

/** `undefined` for data that are no table, or that the text does not name itself. */
export function readColumns(
  request: DataRequest | undefined,
  data: TrainingData | undefined,
): ReadColumns | undefined {
  const kind = request?.source.kind
  if (request?.span === undefined || data === undefined) return undefined
  if (kind !== 'csv' && kind !== 'json' && kind !== 'reader') return undefined
  const { preprocessing } = data
  const inputs = preprocessing.inputs.flatMap((input) => (input.kind === 'columns' ? [input] : []))
  const written = request.inputs ?? []
  const rules = new Map(request.columns.map(({ name, missing }) => [name.value, missing]))
  const columns = new Map<string, ReadColumn>()
  for (const column of [
    ...inputs.flatMap((input) => featureColumns(input, rules)),
    ...targets(preprocessing),
  ])
    if (!columns.has(column.name)) columns.set(column.name, column)
  return {
    features: inputs.map((input) => ({
      input: written.length > 1 ? input.name : undefined,
      names: input.columns.map(({ column }) => column),
    })),
    columns: [...columns.values()],
  }
}

function featureColumns(
  { columns }: Extract<InputEncoder, { kind: 'columns' }>,
  rules: ReadonlyMap<string, MissingPolicy | undefined>,
): ReadColumn[] {
  return columns.flatMap((encoder) =>
    // A list has neither a type to write nor gaps to fill.
    encoder.type === 'list'
      ? []
      : [
          {
            name: encoder.column,
            type: encoder.type,
            missing: rules.get(encoder.column) ?? usualFill(encoder),
          },
        ],
  )
}

/** What stands for a missing value where the text does not say. */
const usualFill = ({ type }: FeatureEncoder): MissingPolicy =>
  type === 'category' || type === 'boolean' ? 'most' : 'mean'

function targets({ targets: encoders }: Preprocessing): ReadColumn[] {
  return encoders.flatMap((encoder) => {
    if (encoder.kind === 'character') return []
    const types = encoder.kind === 'number' ? encoder.types : [encoder.type]
    return targetColumns(encoder).map((name, i) => ({ name, type: types[i] ?? 'number' }))
  })
}
