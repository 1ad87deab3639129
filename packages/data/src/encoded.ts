/** Rows as numbers, ready to train: what `apply` gives and the trainer takes. Row-major typed arrays, one row after another. */

import { sizeOf } from '@chainrule/program'
import { type Reach, widest } from './indices.ts'

/** What the program subtracts and divides by where values stay as they are stored. */
export interface Normalise {
  readonly mean: number
  readonly deviation: number
}

/** The values of one input of the model. */
export type FeatureData = FeatureValues & {
  /** Of one row. */
  readonly shape: readonly number[]
  /** Numbers from the start of a row to that of the next, where rows overlap: windows of a series. */
  readonly step?: number
}

type FeatureValues =
  | { readonly dtype: 'f32'; readonly values: Float32Array }
  /** Whole numbers, and how far those of a table reach. */
  | { readonly dtype: 'i32'; readonly values: Int32Array; readonly reach?: Reach }
  /** 1 for yes, 0 for no. */
  | { readonly dtype: 'bool'; readonly values: Uint8Array }
  | {
      readonly dtype: 'u8'
      readonly values: Uint8Array
      readonly normalise: Normalise
    }

/**
 * The values of one target. Two classes come in either form, as the recipe's `as` asks: `class` holds indices 0 and 1 for
 * a model with two outputs and cross-entropy, `binary` holds 0.0 and 1.0 for one output and binary cross-entropy; 1 is the
 * second of `classes`.
 */
export type TargetData = TargetValues & {
  /** How much each row counts; left out, all count the same. */
  readonly weights?: Float32Array
}

type TargetValues =
  | {
      readonly kind: 'class'
      readonly classes: readonly string[]
      /** Classes of a row, one for each place of a sequence; 1 where left out. */
      readonly places?: number
      readonly values: Int32Array
    }
  | {
      readonly kind: 'binary'
      readonly classes: readonly [string, string]
      readonly values: Float32Array
    }
  | {
      /** Values in the data's own units, `width` a row; the program standardises with `mean` and `deviation`. */
      readonly kind: 'number'
      readonly values: Float32Array
      readonly width: number
      readonly mean: readonly number[]
      /** Never 0. */
      readonly deviation: readonly number[]
    }

/** Data as numbers in typed arrays, which an engine binds. */
export interface EncodedData {
  readonly rows: number
  /** By the name of the model's input. */
  readonly features: Readonly<Record<string, FeatureData>>
  /** By the name of the target; empty where only predictions are asked for. */
  readonly targets: Readonly<Record<string, TargetData>>
}

/** Only these rows, in this order. All rows in their own order are not copied. */
export function takeRows(data: EncodedData, rows: Int32Array): EncodedData {
  if (rows.length === data.rows && rows.every((row, i) => row === i)) return data
  const features = Object.entries(data.features).map(([name, feature]) => [
    name,
    takeFeature(feature, rows),
  ])
  const targets = Object.entries(data.targets).map(([name, target]) => [
    name,
    takeTarget(target, rows),
  ])
  return {
    rows: rows.length,
    features: Object.fromEntries(features),
    targets: Object.fromEntries(targets),
  }
}

/** The rows of one and then of the other, encoded by the same preprocessing. Bytes that stand so already are not copied. */
export function joinRows(one: EncodedData, other: EncodedData): EncodedData {
  const features = Object.entries(one.features).map(([name, feature]) => [
    name,
    joinFeature(feature, other.features[name]),
  ])
  const targets = Object.entries(one.targets).map(([name, target]) => [
    name,
    joinTarget(target, one.rows, other.targets[name], other.rows),
  ])
  return {
    rows: one.rows + other.rows,
    features: Object.fromEntries(features),
    targets: Object.fromEntries(targets),
  }
}

function joinFeature(feature: FeatureData, other: FeatureData | undefined): FeatureData {
  const values = joinValues(feature.values, other?.values)
  const joined = { ...feature, values } as FeatureData
  if (joined.dtype !== 'i32' || other?.dtype !== 'i32') return joined
  const reach = widest(joined.reach, other.reach)
  return reach === undefined ? joined : { ...joined, reach }
}

/** Where only one of both weighs its rows, those of the other count 1. */
function joinTarget(
  target: TargetData,
  rows: number,
  other: TargetData | undefined,
  otherRows: number,
): TargetData {
  const values = joinValues(target.values, other?.values)
  const joined = { ...target, values } as TargetData
  if (target.weights === undefined && other?.weights === undefined) return joined
  const weights = new Float32Array(rows + otherRows).fill(1)
  if (target.weights !== undefined) weights.set(target.weights)
  if (other?.weights !== undefined) weights.set(other.weights, rows)
  return { ...joined, weights }
}

type Values = Float32Array | Int32Array | Uint8Array

function joinValues(one: Values, other: Values | undefined): Values {
  if (other === undefined) throw new Error('internal: both have the same inputs and targets')
  const length = one.length + other.length
  const { buffer, byteOffset, byteLength } = one
  const behind = buffer === other.buffer && byteOffset + byteLength === other.byteOffset
  if (behind && one instanceof Uint8Array) return new Uint8Array(buffer, byteOffset, length)
  const all =
    one instanceof Float32Array
      ? new Float32Array(length)
      : one instanceof Int32Array
        ? new Int32Array(length)
        : new Uint8Array(length)
  all.set(one)
  all.set(other, one.length)
  return all
}

/** Rows that overlap become rows of their own. */
function takeFeature({ step, ...feature }: FeatureData, rows: Int32Array): FeatureData {
  const width = sizeOf(feature.shape)
  const length = rows.length * width
  const take = <T extends Values>(values: T, into: T): T =>
    gather(values, into, rows, width, step ?? width)
  switch (feature.dtype) {
    case 'f32':
      return { ...feature, values: take(feature.values, new Float32Array(length)) }
    case 'i32':
      return { ...feature, values: take(feature.values, new Int32Array(length)) }
    case 'u8':
    case 'bool':
      return { ...feature, values: take(feature.values, new Uint8Array(length)) }
  }
}

function takeTarget(target: TargetData, rows: Int32Array): TargetData {
  const { weights } = target
  const values = takeValues(target, rows)
  if (weights === undefined) return values
  return { ...values, weights: gather(weights, new Float32Array(rows.length), rows, 1) }
}

function takeValues(target: TargetData, rows: Int32Array): TargetData {
  switch (target.kind) {
    case 'class': {
      const { places = 1 } = target
      const values = new Int32Array(rows.length * places)
      return { ...target, values: gather(target.values, values, rows, places) }
    }
    case 'binary':
      return { ...target, values: gather(target.values, new Float32Array(rows.length), rows, 1) }
    case 'number': {
      const { width } = target
      return {
        ...target,
        values: gather(target.values, new Float32Array(rows.length * width), rows, width),
      }
    }
  }
}

function gather<T extends Float32Array | Int32Array | Uint8Array>(
  from: T,
  into: T,
  rows: Int32Array,
  width: number,
  step = width,
): T {
  for (const [i, row] of rows.entries()) {
    into.set(from.subarray(row * step, row * step + width), i * width)
  }
  return into
}
