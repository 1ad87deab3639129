/**
 * What a text means: the layer graph with its losses, and how it is trained. A text is resolved in two steps, because a
 * file without `input` takes its shapes from the data: `dataRequest` says what to read, the caller reads it and gives
 * back `DataFacts`, and `resolve` yields the experiment.
 */
import type {
  FitOptions,
  HeadMetric,
  LayerGraph,
  Optimizer,
  RawCall,
  Reader,
  ShapedGraph,
  TargetKind,
} from '@chainrule/core'
import type { Span } from './ast.ts'

/** A value with the place where it was written; defaults have none. */
export interface Written<T> {
  readonly value: T
  readonly span?: Span
}

/** What the `data` directive and its relatives ask for; plain data but for the reader of a plugin, paths as written. */
export interface DataRequest {
  readonly source: DataSource
  readonly span: Span | undefined
  /** The inputs that the text declares; none where the data are to say. */
  readonly inputs?: readonly InputRequest[]
  /** Left out: every column that is no target. Input `undefined` is the model's only one. */
  readonly features: readonly FeatureRequest[]
  readonly targets: readonly TargetRequest[]
  readonly columns: readonly ColumnRequest[]
  /** Whether the rows are a series, and how it is cut into windows. */
  readonly series?: SeriesRequest
  readonly split: SplitRequest
  readonly scale: Written<'standard' | 'minmax' | 'none'>
  /** Columns that are no features where none are listed: the targets of other models of the file. */
  readonly apart?: readonly string[]
  /** Decides the split and every order. */
  readonly seed: number
}

/** Where the data of a text come from, with the places of what is written. */
export type DataSource =
  | ({
      readonly kind: 'csv'
      readonly path: Written<string>
      readonly header: boolean
      readonly delimiter?: string
    } & SeriesColumns)
  | ({ readonly kind: 'json'; readonly path: Written<string> } & SeriesColumns)
  /** Of a plugin. */
  | ({
      readonly kind: 'reader'
      readonly name: Written<string>
      readonly path: Written<string>
      readonly reader: Reader
    } & SeriesColumns)
  /** Characters, so many a row. */
  | { readonly kind: 'text'; readonly path: Written<string>; readonly window: Written<number> }
  | {
      readonly kind: 'idx'
      readonly images: Written<string>
      readonly labels: Written<string>
      readonly testImages?: Written<string>
      readonly testLabels?: Written<string>
    }
  | {
      readonly kind: 'synthetic'
      readonly generator: Written<string>
      readonly options: Readonly<Record<string, number | string | boolean>>
      /** Where the text gives each option. */
      readonly places: ReadonlyMap<string, Span>
    }

/** Those whose rows are records with columns. */
export type TableSource = Extract<DataSource, { kind: 'csv' | 'json' | 'reader' }>

/** The columns that put rows in their order. */
export interface SeriesColumns {
  /** The column of times, by which rows are ordered. */
  readonly time?: Written<string>
  /** The column that tells several series in one table apart. */
  readonly group?: Written<string>
}

/** `time=timestamp`, and how many rows an input takes at once. */
export interface SeriesRequest extends SeriesColumns {
  readonly time: Written<string>
  /** Left out: a row alone. */
  readonly window?: Written<number>
}

/** `input tokens 64 integer`, `input mask 64 boolean` */
export interface InputRequest {
  readonly name: string
  readonly shape: readonly number[]
  /** `integer` takes whole numbers as they are, `boolean` a yes or no for each place. */
  readonly dtype: 'float' | 'integer' | 'boolean'
}

/** `features [a, b]`: which columns go into an input; `undefined` for the only one. */
export interface FeatureRequest {
  readonly input: string | undefined
  readonly names: readonly Written<string>[]
}

/** Several of one head are one target of several numbers. */
export interface TargetRequest {
  readonly name: Written<string>
  /** The head that it is for; `undefined` for the model's only one. */
  readonly head: string | undefined
  /** What the written loss is for: whole numbers are classes where it is `cross-entropy`. Left out: by the column. */
  readonly as?: 'class' | 'binary'
  /** The column that says how much each row counts for it. */
  readonly weight?: Written<string>
  /** How many rows of a series later its value stands; left out, in the row itself. */
  readonly shift?: Written<number>
}

/** `column NAME type missing=policy`: what is said of one column. */
export interface ColumnRequest {
  readonly name: Written<string>
  readonly type: 'number' | 'category' | 'boolean' | 'integer' | 'timestamp' | undefined
  readonly missing: 'mean' | 'median' | 'most' | 'refuse' | undefined
}

/** `split`: parts as shares of the rows, or as ranges of time. */
export type SplitRequest = ShareSplit | TimeSplit

/** Parts of the rows; they sum to 1. */
export interface ShareSplit {
  readonly by: 'shares'
  readonly train: number
  readonly validate: number
  readonly test: number
  readonly stratify: Written<string> | undefined
  readonly order: 'random' | 'ordered'
  /** Whether any of it was written. */
  readonly span: Span | undefined
}

/** Parts of a series by ranges of its time. Without `train` the rows of no other part are trained on. */
export interface TimeSplit {
  readonly by: 'times'
  readonly train?: Written<TimeRange>
  readonly validate?: Written<TimeRange>
  readonly test?: Written<TimeRange>
  readonly stratify: undefined
  readonly order: 'ordered'
  readonly span: Span | undefined
}

/** `2024-01..2024-06`: both ends belong to it; one that is left out is open. */
export interface TimeRange {
  readonly from?: TimeBound
  readonly to?: TimeBound
}

/** As it is written, and what that is: a date, a number, or as `2024` either of them. */
export interface TimeBound {
  readonly text: string
  /** Seconds since 1970 at which it begins and ends: `2024-12` ends where January begins. */
  readonly date?: { readonly start: number; readonly end: number }
  readonly number?: number
}

/** What the data turned out to be. */
export interface DataFacts {
  readonly inputs: readonly InputFacts[]
  readonly targets: readonly TargetFacts[]
  /** Training rows, for the number of epochs and for chunks smaller than a batch. */
  readonly trainRows: number
  readonly hasValidation: boolean
}

/** The smallest and the largest of some whole numbers, each with its place in words: `words.csv:5, column `word``. */
export interface Reach {
  readonly least: { readonly value: number; readonly place: string }
  readonly greatest: { readonly value: number; readonly place: string }
}

/** What the data turned out to give an input. */
export interface InputFacts {
  /** The name of the model's input; `undefined` for the only one. */
  readonly input: string | undefined
  readonly shape: readonly number[]
  /** Of images and other lists in lists: their axes, where `shape` is the flat list that a dense layer takes. */
  readonly axes?: readonly number[]
  readonly dtype: 'f32' | 'i32' | 'u8' | 'bool'
  readonly normalise?: { readonly mean: number; readonly deviation: number }
  /** Its whole numbers are less than this, where that is known. */
  readonly below?: number
  /** How far its whole numbers reach, of a table. */
  readonly reach?: Reach
  /** Where the size comes from, in the reader's words: `4 columns of "iris.csv"`. */
  readonly origin: string
  /** Where the text names the columns. */
  readonly place?: Span
}

/**
 * What a target turned out to be.
 *
 * How it is bound follows from the head in the experiment's graph, by `head.loss.target`: for `class` the number of each
 * row's class (i32 [B]), else floats of the output's shape. Two classes or truth values fit either an output of two
 * numbers, which becomes a `class` head, or of one, a `binary` head; there the second class is 1. A loss between numbers
 * on such a target (`loss mse` for xor) takes the same 0 and 1, which are not standardised.
 */
export interface TargetFacts {
  readonly head: string | undefined
  readonly name: string
  /** All columns, where there are several. */
  readonly columns?: readonly string[]
  readonly kind: TargetKind
  /** Numbers a row, for `number`. */
  readonly width: number
  /** For `class` and `binary`. */
  readonly classes: readonly string[]
  /** Places of a row that have a class each, as those of a sequence; none where left out. */
  readonly places?: readonly number[]
  /** The training rows of each class; without them classes cannot be balanced. */
  readonly counts?: readonly number[]
  /** For `number`: `width` numbers a row. Left out, what a loss requires of them is not looked at. */
  readonly values?: ArrayLike<number>
}

/** A text with every default filled in. */
export interface Experiment {
  /** As `model` calls it, else the file's name without its ending, else `main`. */
  readonly name: string
  /** The same where the file holds several models, of which this is one. */
  readonly model: string | undefined
  /** The `///` lines of the model, of a pipeline outside of braces, or else at the head of the file. */
  readonly doc: string | undefined
  /** The `///` lines of inputs, by `@name`, and of pipelines and blocks, by the node that begins them. */
  readonly docs: ReadonlyMap<string, string>
  /** An input whose shape is not known yet has the shape []. A head whose target is not known yet may have no loss. */
  readonly graph: LayerGraph
  /** What stands for every initializer that a layer leaves out: that of `init`. */
  readonly init: RawCall | undefined
  /** Statements about other models of the file. */
  readonly foreign: readonly Span[]
  /** Where the text gives each instance of the graph, by its name. */
  readonly places: ReadonlyMap<string, Span>
  /** Missing where an input's shape is not known yet. */
  readonly shaped: ShapedGraph | undefined
  readonly data: DataRequest | undefined
  readonly optimizer: Optimizer
  readonly metrics: readonly HeadMetric[]
  readonly fit: Pick<FitOptions, 'epochs' | 'batch' | 'seed' | 'shuffle' | 'accumulate' | 'stop'>
  /** What holds, written or not, a statement of the language each: `optimizer adam lr=0.001`. */
  readonly settings: readonly string[]
}
