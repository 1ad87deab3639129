/** Fields for sizes in space, and for what is put round the edges. */
import type { Field, Parsed, RawValue } from '@chainrule/core'

/** One number for every axis of space, or one each: `3`, `3x5`. */
export type Extent = number | readonly number[]

const largest = 0x7fff_ffff

function parseExtent(
  value: RawValue,
  { from, axes }: { readonly from: number; readonly axes: number },
  required: string,
): Parsed<Extent> {
  const sizes = typeof value === 'number' ? [value] : Array.isArray(value) ? value : []
  const whole = sizes.filter((size): size is number => Number.isInteger(size))
  if (whole.length !== sizes.length || whole.length < 1 || whole.length > axes)
    return { ok: false, code: 'argument-type', required }
  if (whole.some((size) => size < from || size > largest))
    return { ok: false, code: 'argument-range', required }
  return { ok: true, value: typeof value === 'number' ? value : whole }
}

const sizesSchema = (from: number, axes: number) => {
  const size = { type: 'integer', minimum: from }
  return [size, { type: 'array', items: size, minItems: 1, maxItems: axes }]
}

/** A whole number from 1, or one each for height and width. */
export function extent(options: { readonly default?: number } = {}): Field<Extent> {
  const { default: fallback } = options
  const required = 'a whole number from 1, or height and width as in `3x3`'
  return {
    required,
    default: fallback,
    optional: fallback !== undefined,
    schema: { oneOf: sizesSchema(1, 2), ...(fallback === undefined ? {} : { default: fallback }) },
    parse: (value) => parseExtent(value, { from: 1, axes: 2 }, required),
  }
}

/** As many sizes as a row is to have: `1568`, `7x7x32`. */
export function rowShape(): Field<Extent> {
  const required = 'the sizes of a row, whole numbers from 1 as in `7x7x32`'
  return {
    required,
    default: undefined,
    optional: false,
    schema: { oneOf: sizesSchema(1, 8) },
    parse: (value) => parseExtent(value, { from: 1, axes: 8 }, required),
  }
}

const paddingWords = ['same', 'valid', 'causal'] as const
type PaddingWord = (typeof paddingWords)[number]

/** A word, or so many places on either side. */
export type Padding = PaddingWord | Extent

/**
 * What is put round the edges. `valid`: nothing. `same`: as much as makes ⌈size / stride⌉ positions, what is odd at the
 * end. `causal`: all of it before the first, so that no position sees a later one.
 */
export function padding({ words }: { readonly words: readonly PaddingWord[] }): Field<Padding> {
  const named = words.map((word) => `\`${word}\``).join(', ')
  const required = `${named}, or how many places on either side`
  return {
    required,
    default: 'valid',
    optional: true,
    schema: { oneOf: [{ enum: words }, ...sizesSchema(0, 2)], default: 'valid' },
    parse: (value) => {
      if (typeof value !== 'string') return parseExtent(value, { from: 0, axes: 2 }, required)
      const found = words.find((word) => word === value)
      return found === undefined
        ? { ok: false, code: 'argument-word', required, words }
        : { ok: true, value: found }
    },
  }
}
