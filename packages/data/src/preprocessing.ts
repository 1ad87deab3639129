/** The fitted preprocessing: plain JSON that travels with the saved model, so that it takes raw columns. */
import { sizeOf } from '@chainrule/program'
import type { ColumnType, NumericType } from './cells.ts'
import type { Series } from './series.ts'

/** The version of the format; another is refused. */
export const preprocessingVersion = 1

/** How raw rows become the numbers of a model, as it was fitted to the training rows. */
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

/** How a target becomes numbers, and what weighs and shifts it. */
export type TargetEncoder = TargetValues & {
  /** The column by which rows are weighed; where data have none, all count the same. */
  readonly weight?: string
  /** How many rows of a series later its value stands. */
  readonly shift?: number
}

/** What a target is encoded to, apart from what weighs and shifts it. */
export type TargetValues =
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
