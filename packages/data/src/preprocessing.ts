/** The fitted preprocessing: plain JSON that travels with the saved model, so that it takes raw columns. */
import { sizeOf } from '@chainrule/program'
import { type ColumnType, levelOf, type NumericType } from './cells.ts'
import { DataError } from './errors.ts'
import type { Series } from './series.ts'

export const preprocessingVersion = 1

export interface Preprocessing {
  readonly version: typeof preprocessingVersion
  readonly inputs: readonly InputEncoder[]
  readonly targets: readonly TargetEncoder[]
  /** Rows are ordered by time, and inputs take windows of them. */
  readonly series?: Series
}

/** One input of the model: columns side by side, or images as bytes. */
export type InputEncoder =
  | {
      readonly kind: 'columns'
      readonly name: string
      /** i32: the columns' whole numbers as they are; bool: a yes or no of each. */
      readonly dtype: 'f32' | 'i32' | 'bool'
      readonly columns: readonly FeatureEncoder[]
      /** The whole numbers are indices from 0 on and less than this, where something is looked up by them. */
      readonly below?: number
    }
  | {
      readonly kind: 'images'
      readonly name: string
      readonly shape: readonly number[]
      readonly mean: number
      readonly deviation: number
    }
  | {
      /** Windows of a text: each character's place in `characters`. */
      readonly kind: 'text'
      readonly name: string
      readonly characters: readonly string[]
      readonly window: number
    }

/** How one column becomes numbers. `fill` stands for a missing value; `null` refuses it. */
export type FeatureEncoder =
  | {
      readonly type: NumericType
      readonly column: string
      /** (x - offset) / divisor: mean and deviation, or minimum and range; divisor 0, a constant, gives 0. */
      readonly offset: number
      readonly divisor: number
      readonly fill: number | null
    }
  | { readonly type: 'boolean'; readonly column: string; readonly fill: boolean | null }
  | {
      /** One-hot in the order of `levels`; a level that is not among them gives zeros. */
      readonly type: 'category'
      readonly column: string
      readonly levels: readonly string[]
      readonly fill: string | null
    }
  | {
      /** A list of numbers in each row, scaled as one. */
      readonly type: 'list'
      readonly column: string
      readonly shape: readonly number[]
      readonly offset: number
      readonly divisor: number
    }

export type TargetEncoder = TargetValues & {
  /** The column by which rows are weighed; where data have none, all count the same. */
  readonly weight?: string
  /** How many rows of a series later its value stands. */
  readonly shift?: number
}

type TargetValues =
  | {
      readonly kind: 'class'
      readonly name: string
      readonly column: string
      readonly type: ColumnType
      /** As the data spell them; read by `type`, so that `yes`, `Yes` and `true` are one class of truth values. */
      readonly classes: readonly string[]
    }
  | {
      readonly kind: 'binary'
      readonly name: string
      readonly column: string
      readonly type: ColumnType
      /** As the data spell them. The second is 1. */
      readonly classes: readonly [string, string]
    }
  | {
      readonly kind: 'number'
      readonly name: string
      readonly columns: readonly string[]
      /** Truth values count as 0 and 1. */
      readonly types: readonly ('number' | 'boolean')[]
      readonly mean: readonly number[]
      /** 1 where the column is constant. */
      readonly deviation: readonly number[]
    }
  | {
      /** Of windows of a text: the character behind each of so many places. */
      readonly kind: 'character'
      readonly name: string
      readonly classes: readonly string[]
      readonly places: number
    }

/** The numbers that a column gives. */
export function encoderWidth(encoder: FeatureEncoder): number {
  if (encoder.type === 'list') return sizeOf(encoder.shape)
  return encoder.type === 'category' ? encoder.levels.length : 1
}

/** The shape of one row of an input; with a window, of as many rows. */
export function inputShape(
  input: InputEncoder,
  { window }: Partial<Series> = {},
): readonly number[] {
  if (input.kind === 'images') return input.shape
  if (input.kind === 'text') return [input.window]
  const [first, ...more] = input.columns
  const width = input.columns.reduce((sum, encoder) => sum + encoderWidth(encoder), 0)
  const isList = first?.type === 'list' && more.length === 0
  if (window !== undefined) return [window, width]
  return isList ? first.shape : [width]
}

/** What each number of a row stands for: `width`, `sex=FEMALE`. */
export function featureNames(input: InputEncoder): string[] {
  if (input.kind !== 'columns') return []
  return input.columns.flatMap((encoder) => {
    if (encoder.type === 'category')
      return encoder.levels.map((level) => `${encoder.column}=${level}`)
    if (encoder.type !== 'list') return [encoder.column]
    return Array.from({ length: encoderWidth(encoder) }, (_, i) => `${encoder.column}[${i}]`)
  })
}

/** The columns of a file that a target needs. */
export function targetColumns(target: TargetEncoder): readonly string[] {
  if (target.kind === 'character') return []
  return target.kind === 'number' ? target.columns : [target.column]
}

/** Checks what a saved model's metadata holds. Errors: preprocessing-invalid, preprocessing-version */
export function parsePreprocessing(value: unknown): Preprocessing {
  const all = record(value, 'preprocessing')
  if (all['version'] !== preprocessingVersion) {
    throw new DataError(
      'preprocessing-version',
      `the model's preprocessing has version ${JSON.stringify(all['version'])}, this reads ${preprocessingVersion}`,
      { help: 'use the version of Chainrule that saved the model, or train it again' },
    )
  }
  return {
    version: preprocessingVersion,
    inputs: list(all['inputs'], 'inputs', parseInput),
    targets: list(all['targets'], 'targets', parseTarget),
    ...(all['series'] === undefined ? {} : { series: parseSeries(all['series'], 'series') }),
  }
}

function parseSeries(value: unknown, at: string): Series {
  const { time, type, group, window } = record(value, at)
  return {
    time: text(time, `${at}.time`),
    type: word(type, `${at}.type`, ['timestamp', 'number']),
    ...(group === undefined ? {} : { group: text(group, `${at}.group`) }),
    ...(window === undefined ? {} : { window: size(window, `${at}.window`) }),
  }
}

function parseInput(value: unknown, at: string): InputEncoder {
  const it = record(value, at)
  const name = text(it['name'], `${at}.name`)
  const kind = word(it['kind'], `${at}.kind`, ['columns', 'images', 'text'])
  if (kind === 'columns') {
    const dtype = word(it['dtype'], `${at}.dtype`, ['f32', 'i32', 'bool'])
    const columns = list(it['columns'], `${at}.columns`, parseFeature)
    const { below } = it
    return {
      ...{ kind, name, dtype, columns },
      ...(below === undefined ? {} : { below: size(below, `${at}.below`) }),
    }
  }
  if (kind === 'text') {
    const characters = vocabulary(it['characters'], `${at}.characters`)
    return { kind, name, characters, window: size(it['window'], `${at}.window`) }
  }
  return {
    kind,
    name,
    shape: list(it['shape'], `${at}.shape`, size),
    mean: finite(it['mean'], `${at}.mean`),
    deviation: positive(it['deviation'], `${at}.deviation`),
  }
}

function parseFeature(value: unknown, at: string): FeatureEncoder {
  const it = record(value, at)
  const column = text(it['column'], `${at}.column`)
  const type = word(it['type'], `${at}.type`, [...columnTypes, 'list'])
  const fill = <T>(read: (value: unknown, at: string) => T): T | null =>
    it['fill'] === null ? null : read(it['fill'], `${at}.fill`)
  if (type === 'category') {
    return { type, column, levels: list(it['levels'], `${at}.levels`, text), fill: fill(text) }
  }
  if (type === 'boolean') return { type, column, fill: fill(truth) }
  const divisor = finite(it['divisor'], `${at}.divisor`)
  if (divisor < 0) throw invalid(`${at}.divisor`, 'a number from 0 on')
  const scale = { offset: finite(it['offset'], `${at}.offset`), divisor }
  if (type === 'list')
    return { type, column, shape: list(it['shape'], `${at}.shape`, size), ...scale }
  return { type, column, ...scale, fill: fill(finite) }
}

function parseTarget(value: unknown, at: string): TargetEncoder {
  const { weight, shift } = record(value, at)
  return {
    ...parseTargetValues(value, at),
    ...(weight === undefined ? {} : { weight: text(weight, `${at}.weight`) }),
    ...(shift === undefined ? {} : { shift: size(shift, `${at}.shift`) }),
  }
}

function parseTargetValues(value: unknown, at: string): TargetValues {
  const it = record(value, at)
  const name = text(it['name'], `${at}.name`)
  const kind = word(it['kind'], `${at}.kind`, ['class', 'binary', 'number', 'character'])
  if (kind === 'character') {
    const classes = vocabulary(it['classes'], `${at}.classes`)
    return { kind, name, classes, places: size(it['places'], `${at}.places`) }
  }
  if (kind === 'number') {
    const columns = list(it['columns'], `${at}.columns`, text)
    const mean = list(it['mean'], `${at}.mean`, finite)
    const deviation = list(it['deviation'], `${at}.deviation`, positive)
    const types = list(it['types'], `${at}.types`, (type, where) =>
      word(type, where, ['number', 'boolean']),
    )
    const lengths = new Set([columns.length, types.length, mean.length, deviation.length])
    if (columns.length === 0 || lengths.size > 1) {
      throw invalid(at, 'one type, one mean and one deviation for each column')
    }
    return { kind, name, columns, types, mean, deviation }
  }
  const column = text(it['column'], `${at}.column`)
  const type = word(it['type'], `${at}.type`, columnTypes)
  const classes = list(it['classes'], `${at}.classes`, text)
  if (new Set(classes.map((word) => levelOf(word, type))).size < classes.length)
    throw invalid(`${at}.classes`, 'classes that differ')
  if (kind === 'class') return { kind, name, column, type, classes }
  const [negative, affirmative] = classes
  if (negative === undefined || affirmative === undefined || classes.length !== 2) {
    throw invalid(`${at}.classes`, 'two classes')
  }
  return { kind, name, column, type, classes: [negative, affirmative] }
}

const columnTypes = ['number', 'integer', 'category', 'boolean', 'timestamp'] as const

/** Characters, each once. */
function vocabulary(value: unknown, at: string): string[] {
  const characters = list(value, at, text)
  const isOne = (character: string): boolean => [...character].length === 1
  if (new Set(characters).size < characters.length || !characters.every(isOne))
    throw invalid(at, 'characters that differ')
  return characters
}

function invalid(at: string, required: string): DataError {
  return new DataError(
    'preprocessing-invalid',
    `the model's preprocessing is damaged: ${at} must be ${required}`,
    {
      help: 'the file may have been changed or cut off; take a fresh copy, or train the model again',
      data: { at },
    },
  )
}

function record(value: unknown, at: string): Readonly<Record<string, unknown>> {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw invalid(at, 'an object')
  return value as Readonly<Record<string, unknown>>
}

function list<T>(value: unknown, at: string, read: (value: unknown, at: string) => T): T[] {
  if (!Array.isArray(value)) throw invalid(at, 'a list')
  return value.map((element, i) => read(element, `${at}[${i}]`))
}

function text(value: unknown, at: string): string {
  if (typeof value !== 'string') throw invalid(at, 'a text')
  return value
}

function truth(value: unknown, at: string): boolean {
  if (typeof value !== 'boolean') throw invalid(at, 'true or false')
  return value
}

function finite(value: unknown, at: string): number {
  if (typeof value !== 'number' || !Number.isFinite(value)) throw invalid(at, 'a finite number')
  return value
}

function positive(value: unknown, at: string): number {
  const number = finite(value, at)
  if (number <= 0) throw invalid(at, 'above 0')
  return number
}

function size(value: unknown, at: string): number {
  const number = finite(value, at)
  if (!Number.isInteger(number) || number < 1) throw invalid(at, 'a whole number from 1 on')
  return number
}

function word<const W extends string>(value: unknown, at: string, words: readonly W[]): W {
  const found = words.find((each) => each === value)
  if (found === undefined) throw invalid(at, `one of ${words.join(', ')}`)
  return found
}
