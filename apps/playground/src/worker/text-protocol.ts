/** What the page asks about a text and about data before they are trained: settings, changes, descriptions. Plain data. */

import type { NetworkView } from './protocol.ts'

/** The values that hold, written in the text or by default. */
export interface Settings {
  readonly optimizer: string
  readonly learningRate: number | undefined
  /** Missing where the optimizer takes all rows at once. */
  readonly batch: number | undefined
  readonly epochs: number
  readonly seed: number
  /** Missing where the text names no data. */
  readonly data: DataSettings | undefined
}

export type DataSettings = SyntheticSettings | FileSettings

interface CommonSettings {
  /** Missing where the rows are split by time. */
  readonly split: Shares | undefined
  readonly target: string | undefined
}

export interface SyntheticSettings extends CommonSettings {
  readonly kind: 'synthetic'
  readonly generator: string
  readonly points: number
  readonly noise: number
  readonly seed: number
  /** Missing where the generator takes none. */
  readonly classes: number | undefined
}

export interface FileSettings extends CommonSettings {
  readonly kind: 'csv' | 'json' | 'text' | 'idx' | 'reader'
  readonly path: string
}

/** Percent of the rows. */
export interface Shares {
  readonly train: number
  readonly validate: number
  readonly test: number
}

export type GeneratorSetting = 'points' | 'noise' | 'classes' | 'data-seed'

/** One thing that is to be otherwise. */
export type Change =
  | {
      readonly setting: 'learning-rate' | 'batch' | 'epochs' | 'seed' | GeneratorSetting
      readonly value: number
    }
  | { readonly setting: 'generator'; readonly value: string }
  | { readonly setting: 'split'; readonly value: Shares }

/** What a table turned out to hold, and a text to begin with. */
export interface DescribedFile {
  readonly rows: number
  readonly columns: readonly DescribedColumn[]
  readonly target: string | undefined
  readonly warnings: readonly string[]
  /** One that trains; missing where none was found. */
  readonly text: string | undefined
  /** Why there is none, and what to do. */
  readonly lacks: string | undefined
}

export interface DescribedColumn {
  readonly name: string
  readonly type: string
  readonly missing: number
  readonly distinct: number
  /** The first few values. */
  readonly examples: readonly string[]
}

/** A few points of a generator, for its picture. */
export interface Preview {
  readonly name: string
  readonly about: string
  readonly x: Float32Array
  readonly y: Float32Array
  readonly target: Float32Array
  readonly isRegression: boolean
}

/** A saved model that is only shown and asked. */
export interface SavedView {
  readonly network: NetworkView
  /** The least and the greatest number of each parameter. */
  readonly ranges: Readonly<Record<string, readonly [number, number]>>
  /** What a row consists of; missing where it is no list of single values, such as an image. */
  readonly fields: readonly SavedField[] | undefined
}

export type SavedField =
  | {
      readonly name: string
      readonly kind: 'number'
      /** In the middle of those that it was trained on. */
      readonly usual: number | undefined
    }
  | { readonly name: string; readonly kind: 'category'; readonly levels: readonly string[] }

/** Some images of the data and what the model says of them. */
export interface Samples {
  readonly width: number
  readonly height: number
  /** One image after the other, a byte a pixel. */
  readonly pixels: Uint8Array
  readonly labels: readonly string[]
  readonly predicted: readonly string[]
}

/** What the model says of one row: the likeliest class with all shares, or numbers. */
export interface Said {
  readonly head: string
  readonly value: string
  readonly shares: readonly { readonly name: string; readonly share: number }[]
}
