/**
 * The whole way of a series: rows in the order of time, split, features fitted to the rows of the training part and targets
 * to its windows, all rows encoded once. Windows are read from them where they stand, and never copied.
 */
import { cadenceIn, encodeLater, farthest, rowsWithTargets } from './apply-series.ts'
import { warnUneven } from './cadence.ts'
import { withoutTarget } from './column-errors.ts'
import { encodeInput } from './encode-input.ts'
import type { DataWarning } from './errors.ts'
import { fitInputs } from './fit.ts'
import { fitTargets } from './fit-target.ts'
import type { Parts, Prepared } from './prepare.ts'
import { preprocessingVersion, type TargetEncoder } from './preprocessing.ts'
import type { Recipe, SeriesRecipe } from './recipe.ts'
import {
  longestStretch,
  type Ordered,
  orderRows,
  type Series,
  stretchesOf,
  windowEnds,
  windowTooLong,
} from './series.ts'
import { partNames, partsOfSeries, type TimeSplit, warnWithoutPart } from './series-parts.ts'
import type { SplitParts } from './split.ts'
import { type Table, takeTableRows } from './table.ts'
import { tooFewRows } from './table-errors.ts'
import { guessTimeType } from './times.ts'

type SeriesOf = Recipe & { readonly series: SeriesRecipe }

/** Errors: time-missing, time-invalid, time-twice, split-time, split-part, window-too-long, rows-none, those of fitting */
export function prepareSeries(
  unordered: Table,
  recipe: SeriesOf,
  asked: SplitParts & { readonly times?: TimeSplit } = {},
): Prepared {
  const { time } = recipe.series
  const series: Series = { ...recipe.series, type: guessTimeType(unordered, time) }
  const ordered = orderRows(unordered, series)
  const { table } = ordered
  const part = partsOfSeries(ordered, series, asked)
  const warnings = [
    ...warnUneven(cadenceIn(ordered, series), table, time),
    ...warnWithoutPart(table, part, time),
  ]
  const ends = endsInParts(ordered, part, series, farthest(recipe.targets))
  const complete = rowsWithTargets(table, recipe.targets, ends)
  const columns = recipe.targets.flatMap((target) => target.columns)
  const missing = ends.length - complete.length
  if (missing > 0) warnings.push(withoutTarget(table, columns, missing))
  const parts = partsOf(complete, part)
  if (parts.train.length < 2) throw tooFewRows(table.origin.file, parts.train.length, 'training')
  const inputs = fitInputs(table, recipe, rowsOfPart(part, 0), warnings)
  const targets = fitLater(table, recipe, complete, part, warnings)
  const features = inputs.map((input) => [input.name, encodeInput(input, table, warnings, series)])
  const later = targets.map((target) => [target.name, encodeLater(target, table, complete)])
  return {
    preprocessing: { version: preprocessingVersion, inputs, targets, series },
    encoded: {
      rows: table.rows,
      features: Object.fromEntries(features),
      targets: Object.fromEntries(later),
    },
    parts,
    warnings,
  }
}

/** The ends of all windows that stay in one part of one series, their targets included. Errors: window-too-long */
function endsInParts(
  { table, group }: Ordered,
  part: Int32Array,
  series: Series,
  later: number,
): Int32Array {
  const stretch = part.map((number, row) => (group[row] ?? 0) * 4 + number + 1)
  const ends = windowEnds(stretch, series.window ?? 1, later).filter(
    (row) => (part[row] ?? -1) >= 0,
  )
  for (const [number, name] of partNames.entries()) {
    if (!part.includes(number) || ends.some((row) => part[row] === number)) continue
    const own = stretchesOf(stretch).filter(([first]) => part[first] === number)
    throw windowTooLong(table, `the ${name} part`, series, later, longestStretch(own))
  }
  return ends
}

function partsOf(rows: Int32Array, part: Int32Array): Parts {
  const [train, validation, test] = partNames.map((_, number) =>
    rows.filter((row) => part[row] === number),
  )
  return {
    train: train ?? new Int32Array(0),
    ...(validation === undefined || validation.length === 0 ? {} : { validation }),
    ...(test === undefined || test.length === 0 ? {} : { test }),
  }
}

function rowsOfPart(part: Int32Array, number: number): Int32Array {
  return Int32Array.from(part.keys()).filter((row) => part[row] === number)
}

/** Each target fitted to the values that stand its rows later than the windows end. */
function fitLater(
  table: Table,
  recipe: SeriesOf,
  ends: Int32Array,
  part: Int32Array,
  warnings: DataWarning[],
): TargetEncoder[] {
  const train = Int32Array.from(ends.keys()).filter((i) => part[ends[i] ?? 0] === 0)
  return recipe.targets.flatMap((target) => {
    const { shift = 0 } = target
    const later = takeTableRows(
      table,
      ends.map((row) => row + shift),
    )
    const encoders = fitTargets(later, { ...recipe, targets: [target] }, train, warnings)
    return encoders.map((encoder) => (shift === 0 ? encoder : { ...encoder, shift }))
  })
}
