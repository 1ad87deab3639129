/** A text as rows: windows of characters that follow each other, each with the characters that come next. */
import type { TargetData } from './encoded.ts'
import { DataError, type DataWarning } from './errors.ts'
import type { InputEncoder, TargetEncoder } from './preprocessing.ts'
import { decodeText } from './text.ts'

/** A text that is cut into windows. */
export interface TextWindows {
  readonly kind: 'text'
  readonly rows: number
  /** Characters of a row. */
  readonly window: number
  /** The code points of the whole text. */
  readonly characters: Int32Array
  /** Where in the text each row begins. */
  readonly starts: Int32Array
  /** Whether errors may quote the text. */
  readonly origin: { readonly file: string; readonly quotable: boolean }
}

/** How a text is cut into rows, and what it is called in errors. */
export interface TextOptions {
  readonly window: number
  /** For errors. */
  readonly file?: string
  readonly quotable?: boolean
}

/**
 * Cuts a text into windows, one after the other, as many as have a character behind each of theirs. A line ends in one
 * character, however the file has it.
 *
 * Errors     window-too-long, file-not-text, data-not-utf-8, file-too-large
 */
export function readCharacters(
  input: string | Uint8Array,
  { window, file = 'the text', quotable = true }: TextOptions,
): TextWindows {
  const characters = codePoints(decodeText(input, file, 'text').replaceAll('\r\n', '\n'))
  const rows = Math.floor(Math.max(characters.length - 1, 0) / window)
  if (rows === 0) {
    const message = `${file} has ${characters.length} characters, a window of ${window} takes ${window + 1}`
    throw new DataError('window-too-long', message, {
      help: 'take a shorter window, or give more text',
      data: { file, window, characters: characters.length },
    })
  }
  const starts = Int32Array.from({ length: rows }, (_, row) => row * window)
  return { kind: 'text', rows, window, characters, starts, origin: { file, quotable } }
}

function codePoints(text: string): Int32Array {
  const all = new Int32Array(text.length)
  let count = 0
  for (const character of text) all[count++] = character.codePointAt(0) ?? 0
  return all.subarray(0, count)
}

/** Only these rows, in this order. */
export function takeWindows(data: TextWindows, rows: Int32Array): TextWindows {
  const starts = Int32Array.from(rows, (row) => data.starts[row] ?? 0)
  return { ...data, rows: rows.length, starts }
}

/** The characters of a row. */
export function windowText({ characters, starts, window }: TextWindows, row: number): string {
  const start = starts[row] ?? 0
  const points = characters.subarray(start, start + window)
  return Array.from(points, (point) => String.fromCodePoint(point)).join('')
}

/** The different characters of a text, in the order of their code points. */
export function vocabularyOf({ characters }: TextWindows): string[] {
  const found = new Set(characters)
  return Array.from(found)
    .sort((a, b) => a - b)
    .map((point) => String.fromCodePoint(point))
}

type WindowEncoder = Extract<InputEncoder, { readonly kind: 'text' }>
type CharacterEncoder = Extract<TargetEncoder, { readonly kind: 'character' }>

/** Each character's place in the vocabulary; −1, which no vector stands for, where the model was not trained on it. */
export function encodeWindows(
  { characters, window }: WindowEncoder,
  data: TextWindows,
  warnings: DataWarning[],
): Int32Array {
  const values = lookedUp(data, window, 0, characters)
  const unseen = values.findIndex((value) => value < 0)
  if (unseen >= 0) {
    const count = values.reduce((sum, value) => sum + Number(value < 0), 0)
    warnings.push({
      code: 'level-unseen',
      message: `${data.origin.file}: ${count} of ${values.length} characters were not in the text that the model was trained on, first ${characterAt(data, unseen, 0)}`,
      help: 'the model sees zeros there: train it on a text that has them',
      data: { file: data.origin.file, characters: count },
    })
  }
  return values
}

/** For each character of a window the place of the next one. Errors: target-unseen-class */
export function encodeNext({ classes, places }: CharacterEncoder, data: TextWindows): TargetData {
  const values = lookedUp(data, places, 1, classes)
  const unseen = values.findIndex((value) => value < 0)
  if (unseen >= 0) {
    const character = characterAt(data, unseen, 1)
    throw new DataError(
      'target-unseen-class',
      `${data.origin.file} has ${character}, a character that the model was not trained on`,
      {
        help: 'take it out, or train the model on a text that has it',
        data: { file: data.origin.file },
      },
    )
  }
  return { kind: 'class', classes, places, values }
}

/** The places in a vocabulary of the characters `later` behind those of each row. */
function lookedUp(
  { characters, starts, rows }: TextWindows,
  window: number,
  later: number,
  vocabulary: readonly string[],
): Int32Array {
  const places = new Map(vocabulary.map((character, i) => [character.codePointAt(0) ?? -1, i]))
  const values = new Int32Array(rows * window)
  for (let row = 0; row < rows; row++) {
    const start = (starts[row] ?? 0) + later
    for (let t = 0; t < window; t++)
      values[row * window + t] = places.get(characters[start + t] ?? -1) ?? -1
  }
  return values
}

/** The character of an encoded place, quoted where it may be. */
function characterAt(
  { characters, starts, window, origin }: TextWindows,
  place: number,
  later: number,
): string {
  const start = starts[Math.floor(place / window)] ?? 0
  const point = characters[start + (place % window) + later] ?? 0
  if (!origin.quotable) return 'something'
  return `${JSON.stringify(String.fromCodePoint(point))} (U+${point.toString(16).toUpperCase().padStart(4, '0')})`
}
