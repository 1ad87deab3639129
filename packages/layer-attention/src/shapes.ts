/** The sizes of attention: B rows, T places that ask, S places that are asked, C channels, H heads of D channels. */
import {
  type Dimension,
  formatShape,
  isRows,
  type Shape,
  sameDimension,
  sameShape,
  shapeMismatch,
} from '@chainrule/core'

/** What attention is given; keys and values are the queries' own sequence where they are left out. */
export interface Inputs<T> {
  readonly query: T
  readonly key: T
  readonly value: T
}

/** [query, key, value, mask] with what is left out filled in. */
export function filled<T>(query: T, key: T | undefined, value: T | undefined): Inputs<T> {
  const keys = key ?? query
  return { query, key: keys, value: value ?? keys }
}

export interface Sizes {
  readonly rows: Dimension
  /** T */
  readonly queries: number
  /** S */
  readonly keys: number
  /** C */
  readonly channels: number
  /** Of the keys and of the values. */
  readonly keyChannels: number
  readonly valueChannels: number
  /** D */
  readonly width: number
}

/** One of the sequences, or it is refused. */
function sequence(what: string, h: Shape) {
  const [rows = 1, places, channels] = h
  if (h.length === 3 && places !== undefined && channels !== undefined) {
    if (!isRows(places) && !isRows(channels) && places >= 1) return { rows, places, channels }
  }
  throw shapeMismatch(
    `\`attention\` needs ${what} that are a sequence of vectors, [B, places, channels], but got ${formatShape(h)}`,
    'put it behind `embed`, or behind a layer that keeps the places',
  )
}

/** Reads the shapes of the inputs, or refuses them. */
export function sizesOf(
  { query, key, value }: Inputs<Shape>,
  mask: Shape | undefined,
  heads: number,
): Sizes {
  const [q, k, v] = [sequence('queries', query), sequence('keys', key), sequence('values', value)]
  if (q.channels % heads !== 0) {
    throw shapeMismatch(
      `\`attention\` needs channels that ${heads} heads share equally, but got ${formatShape(query)}`,
      `choose a number of heads that divides ${q.channels}`,
    )
  }
  if (k.places !== v.places || !sameDimension(k.rows, q.rows) || !sameDimension(v.rows, q.rows)) {
    throw shapeMismatch(
      `\`attention\` needs a value for each key, but got keys ${formatShape(key)} and values ${formatShape(value)}`,
      'take keys and values from the same sequence: `[@queries, @sequence] -> attention`',
    )
  }
  if (mask !== undefined && !sameShape(mask, [q.rows, k.places])) {
    throw shapeMismatch(
      `\`attention\` needs a mask of [B, ${k.places}], a yes or no for each key, but got ${formatShape(mask)}`,
      'give the mask of the sequence that is attended to',
    )
  }
  return {
    rows: q.rows,
    queries: q.places,
    keys: k.places,
    channels: q.channels,
    keyChannels: k.channels,
    valueChannels: v.channels,
    width: q.channels / heads,
  }
}
