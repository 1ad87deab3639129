/** A metric over rows in batches, for the tests beside this file. */
import {
  B,
  type CollectedRows,
  type Engine,
  type Metric,
  type RawValue,
  Registry,
  type Shape,
  type TargetKind,
} from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { evaluator } from '@chainrule/testing-vectors'
import { metrics } from '../src/index.ts'

const registry = new Registry(metrics)

export interface Rows {
  /** Numbers that a row's prediction has. */
  readonly width: number
  readonly prediction: readonly number[]
  readonly target: readonly number[]
  readonly weight?: readonly number[]
  /** Targets are class numbers, one a row. */
  readonly classes?: boolean
  /** Left out: classes, or for a single number a row, yes or no. */
  readonly kind?: TargetKind
}

type Named = Readonly<Record<string, RawValue>>

/** A metric that is a number, over the rows, which come in batches of `batch`, the last one smaller. */
export async function measure(
  name: string,
  rows: Rows,
  { named = {}, ...options }: Options & { readonly named?: Named } = {},
): Promise<number> {
  const metric = registry.make('metric', name, named)
  if (metric.style === 'tabulating') throw new Error(`${name} is a table`)
  if (metric.style === 'collecting') return metric.collect(collected(rows))
  return metric.finish(await sumsOf(metric, rows, options))
}

/** A metric that is a table. */
export async function tabulate(
  name: string,
  rows: Rows,
  options: Options = {},
): Promise<readonly (readonly number[])[]> {
  const metric = registry.make('metric', name)
  if (metric.style !== 'tabulating') throw new Error(`${name} is no table`)
  return metric.finish(await sumsOf(metric, rows, options))
}

interface Options {
  readonly float?: 'f32' | 'f64'
  readonly batch?: number
  /** The reference engine where left out. */
  readonly engine?: Engine
}

function collected({ width, prediction, target, weight }: Rows): CollectedRows {
  const count = prediction.length / width
  return {
    predictions: Float64Array.from(prediction),
    targets: Float64Array.from(target),
    weights: weight === undefined ? new Float64Array(count).fill(1) : Float64Array.from(weight),
    width,
    targetWidth: target.length / count,
  }
}

async function sumsOf(
  metric: Exclude<Metric, { readonly style: 'collecting' }>,
  rows: Rows,
  { float = 'f64', batch = 3, engine = engineJs }: Options,
): Promise<Record<string, number[]>> {
  const { name } = metric
  const { width, prediction, target, classes = false } = rows
  const kind = rows.kind ?? (classes || width > 1 ? 'class' : 'binary')
  const count = prediction.length / width
  const weight = rows.weight ?? prediction.slice(0, count).map(() => 1)
  const targetWidth = classes ? 1 : width
  const targetShape: Shape = classes ? [B] : [B, width]
  const sums: Record<string, number[]> = {}
  for (let from = 0; from < Math.max(count, 1); from += batch) {
    const to = Math.min(from + batch, count)
    const values = (all: readonly number[], size: number) => all.slice(from * size, to * size)
    const found = await evaluator(engine)(
      {
        prediction: { shape: [B, width], values: values(prediction, width) },
        target: {
          shape: targetShape,
          values: values(target, targetWidth),
          ...(classes ? { dtype: 'i32' } : {}),
        },
        weight: { shape: [B], values: values(weight, 1) },
      },
      (ops, tensors) => {
        const traced = metric.accumulate(ops, { kind, ...tensors })
        const narrow = Object.entries(traced).find(([, { dtype }]) => dtype !== 'f64')
        if (narrow !== undefined) throw new Error(`${name} adds up ${narrow[0]} in too few digits`)
        return traced
      },
      { rows: to - from, float },
    )
    for (const [sum, values] of Object.entries(found)) {
      sums[sum] = values.map((value, i) => value + (sums[sum]?.[i] ?? 0))
    }
  }
  return sums
}
