/** What a model is measured by, and how sums become it. */
import type { MetricTable } from './metric.ts'
import type { HeadMetric } from './training-program.ts'

/** Loss and metrics by name; with several heads each head's are called `head.loss` and `head.metric`. */
export type Report = Readonly<Record<string, number>> & { readonly loss: number }

/** Metrics that are tables, called as in a report. */
export type Tables = Readonly<Record<string, MetricTable>>

/** What a model was measured at: loss and metrics that are numbers, and those that are tables. */
export interface Measured {
  readonly report: Report
  readonly tables: Tables
}

/** What a runner knows of a model beside its program. */
export interface ModelOutline {
  /** The names of the inputs. */
  readonly inputs: readonly string[]
  readonly heads: readonly OutlineHead[]
  readonly metrics: readonly HeadMetric[]
}

/** What a runner knows of a head. */
export interface OutlineHead {
  readonly name: string
  /** λ; 1 where left out. */
  readonly lossWeight?: number
  /** What its classes are called, for reports. */
  readonly classes?: readonly string[]
}

export type LossSums = Readonly<Record<string, HeadSums>>

/** Sums over rows of one head. */
export interface HeadSums {
  /** Σ wℓ in the units of the data. */
  readonly loss: number
  /** Σ w. */
  readonly weight: number
  /** Σ wℓ of standardised targets, where that is another number and there are several heads. */
  readonly trained?: number
}

/**
 * L = Σ λ ℓ over the heads. In the units of the data for one head; of several as it is trained, because dollars squared would
 * drown what the others lose.
 */
export function totalReported(heads: readonly OutlineHead[], sums: LossSums): number {
  return heads.reduce((total, { name, lossWeight = 1 }) => {
    const { loss = 0, weight = 0, trained = loss } = sums[name] ?? {}
    return total + (lossWeight * trained) / weight
  }, 0)
}

/** A table with the names of the head's classes, or their numbers. */
export function labelled(
  rows: readonly (readonly number[])[],
  heads: readonly OutlineHead[],
  head: string,
): MetricTable {
  const classes = heads.find(({ name }) => name === head)?.classes
  return { labels: rows.map((_, i) => classes?.[i] ?? String(i)), rows }
}
