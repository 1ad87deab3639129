/** Metrics: what is reported beside the loss. They see predictions and targets in the units of the data. */
import type { Ops, Tensor } from '@chainrule/program'
import type { Config } from './configured.ts'
import type { ConfigOf, Empty, Fields } from './fields.ts'
import type { TargetKind } from './loss.ts'

/** What a metric that adds up sees of a batch. */
export interface MetricTensors {
  /** What the head's target is, by its loss. */
  readonly kind: TargetKind
  /** Of shape [lead…, F]; numbers in original units, or class probabilities. */
  readonly prediction: Tensor
  /** As the loss takes it, in original units. */
  readonly target: Tensor
  /** [lead…]. */
  readonly weight: Tensor
}

/** Why a metric says nothing of so many classes, and what does. */
export interface MetricProblem {
  /** Behind its name: "is 1 for every row where there are 3". */
  readonly problem: string
  /** As a text calls what is likely meant: `top-k(2)`. */
  readonly instead: string
}

interface MetricBase<A extends Fields> {
  readonly name: string
  readonly summary: string
  readonly arguments?: A
  /** The targets for which it means something. */
  readonly targets: readonly TargetKind[]
  /** Whether more is better, for `stop watch=`. */
  readonly better: 'higher' | 'lower'
  /** Of classes: what keeps it from saying something of so many. */
  problemWith?(classes: number, config: ConfigOf<A>): MetricProblem | undefined
}

/** Sums over batches, traced into the program, and what they become. */
interface Summing<A extends Fields, Sums extends string, Result> {
  /** Tensors of plain shape that are added up over the batches, in float64. */
  accumulate(
    ops: Ops,
    tensors: MetricTensors,
    config: ConfigOf<A>,
  ): { readonly [K in Sums]: Tensor }
  finish(sums: { readonly [K in Sums]: readonly number[] }, config: ConfigOf<A>): Result
}

/** Sums over batches that become a number. */
export interface AccumulatingDefinition<A extends Fields, Sums extends string>
  extends MetricBase<A>,
    Summing<A, Sums, number> {}

/** All rows of a data set together, for metrics that no sum can give. */
export interface CollectedRows {
  /** Row-major, `width` numbers a row. */
  readonly predictions: Float64Array
  readonly targets: Float64Array
  readonly weights: Float64Array
  readonly width: number
  readonly targetWidth: number
}

/** Sums over batches that are told as a table: what is true along the rows, what is predicted along the columns. */
export interface TabulatingDefinition<A extends Fields, Sums extends string>
  extends Omit<MetricBase<A>, 'better'>,
    Summing<A, Sums, MetricTable['rows']> {}

/** A table of a report, row by row. */
export interface MetricTable {
  /** What rows and columns stand for, such as the names of the classes. */
  readonly labels: readonly string[]
  readonly rows: readonly (readonly number[])[]
}

export interface CollectingDefinition<A extends Fields> extends MetricBase<A> {
  collect(rows: CollectedRows, config: ConfigOf<A>): number
}

/** A metric as it is registered, without values for its arguments. */
export interface MetricPlugin {
  readonly kind: 'metric'
  readonly name: string
  readonly summary: string
  readonly arguments: Fields
  readonly options: Fields
  readonly targets: readonly TargetKind[]
  /** Left out for a table. */
  readonly better?: 'higher' | 'lower'
  with(config: Config): Metric
}

interface ConfiguredMetric {
  readonly name: string
  readonly config: Config
  readonly better: 'higher' | 'lower'
  problemWith?(classes: number): MetricProblem | undefined
}
interface ConfiguredSums<Result> {
  accumulate(ops: Ops, tensors: MetricTensors): Readonly<Record<string, Tensor>>
  finish(sums: Readonly<Record<string, readonly number[]>>): Result
}
export interface AccumulatingMetric extends ConfiguredMetric, ConfiguredSums<number> {
  readonly style: 'accumulating'
}
export interface CollectingMetric extends ConfiguredMetric {
  readonly style: 'collecting'
  collect(rows: CollectedRows): number
}
export interface TabulatingMetric
  extends Omit<ConfiguredMetric, 'better'>,
    ConfiguredSums<MetricTable['rows']> {
  readonly style: 'tabulating'
}

/** A metric with its arguments filled in: sums that become a number or a table, or a function of all rows. */
export type Metric = AccumulatingMetric | CollectingMetric | TabulatingMetric

type Shared = Omit<MetricBase<Fields>, 'better' | 'problemWith'> &
  Partial<Pick<MetricBase<Fields>, 'better'>>

function shared(definition: Shared): Omit<MetricPlugin, 'with'> {
  const { name, summary, targets, better } = definition
  return {
    kind: 'metric',
    name,
    summary,
    arguments: definition.arguments ?? {},
    options: {},
    targets,
    ...(better === undefined ? {} : { better }),
  }
}

/** What is the same of every kind of metric. */
function named<A extends Fields>(
  { name, problemWith }: Pick<MetricBase<A>, 'name' | 'problemWith'>,
  config: Config,
): Omit<ConfiguredMetric, 'better'> {
  if (problemWith === undefined) return { name, config }
  return { name, config, problemWith: (classes) => problemWith(classes, config as ConfigOf<A>) }
}

function configuredSums<A extends Fields, Sums extends string, Result>(
  definition: Summing<A, Sums, Result>,
  config: ConfigOf<A>,
): ConfiguredSums<Result> {
  return {
    accumulate: (ops, tensors) => definition.accumulate(ops, tensors, config),
    finish: (sums) =>
      definition.finish(sums as { readonly [K in Sums]: readonly number[] }, config),
  }
}

/** Declares a metric that is a function of sums over the rows. */
export function defineMetric<const A extends Fields = Empty, const Sums extends string = never>(
  definition: AccumulatingDefinition<A, Sums>,
): MetricPlugin {
  return Object.freeze({
    ...shared(definition),
    with: (given) => ({
      style: 'accumulating',
      ...named(definition, given),
      better: definition.better,
      ...configuredSums(definition, given as ConfigOf<A>),
    }),
  } satisfies MetricPlugin)
}

/** Declares a metric that is a table of sums over the rows, such as how often each class is taken for each. */
export function defineTableMetric<
  const A extends Fields = Empty,
  const Sums extends string = never,
>(definition: TabulatingDefinition<A, Sums>): MetricPlugin {
  return Object.freeze({
    ...shared(definition),
    with: (given) => ({
      style: 'tabulating',
      ...named(definition, given),
      ...configuredSums(definition, given as ConfigOf<A>),
    }),
  } satisfies MetricPlugin)
}

/** Declares a metric that needs all predictions at once, such as the area under a curve. */
export function defineCollectingMetric<const A extends Fields = Empty>(
  definition: CollectingDefinition<A>,
): MetricPlugin {
  return Object.freeze({
    ...shared(definition),
    with: (given) => ({
      style: 'collecting',
      ...named(definition, given),
      better: definition.better,
      collect: (rows) => definition.collect(rows, given as ConfigOf<A>),
    }),
  } satisfies MetricPlugin)
}
