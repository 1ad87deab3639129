/** The preprocessing of a saved model, looked at before it is believed. */
import { levelOf } from './cells.ts'
import { DataError } from './errors.ts'
import {
  type FeatureEncoder,
  type InputEncoder,
  type Preprocessing,
  preprocessingVersion,
  type TargetEncoder,
  type TargetValues,
} from './preprocessing.ts'
import type { Series } from './series.ts'

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
