/** A trained model in use: raw rows in, predictions in their own units and class names out. */
import {
  ChainruleError,
  type Engine,
  type Registry,
  type Report,
  Runner,
  type Tables,
} from '@chainrule/core'
import {
  type AppliedSeries,
  apply,
  type Cell,
  type Dataset,
  type DataWarning,
  dropRowsWithoutTarget,
  type Preprocessing,
  readRecords,
  type Table,
  type TargetEncoder,
  takeTableRows,
  targetColumns,
} from '@chainrule/data'
import { outlineOf, readModel, writeModel } from './model-file.ts'
import type { SavedModel } from './saved-model.ts'
import { modelData } from './training.ts'

/** One row by its columns' names. */
export type Row = Readonly<Record<string, unknown>>

/** What a model says of one row for one head. */
export interface Prediction {
  /** The number, or the name of the likeliest class; of a text the likeliest character behind each place. */
  readonly value: number | string | readonly number[]
  /** By class name, where the head tells classes apart. */
  readonly probabilities?: Readonly<Record<string, number>>
}

/** By head. */
export type Predictions = Readonly<Record<string, readonly Prediction[]>>

/** What a model says of some rows, and what is to be known about it. */
export interface Predicted {
  readonly predictions: Predictions
  /** Of a series; its predictions are in the order of time, one for each row that ends a whole window. */
  readonly series?: PredictedSeries
  readonly warnings: readonly DataWarning[]
}

/** Which rows of a series got a prediction, and for which time each is. */
export interface PredictedSeries {
  /** The rows that end the windows, one for each prediction. */
  readonly rows: Table
  /** By head, for which time each prediction is; `null` beyond the data where times have no usual step. */
  readonly times: Readonly<Record<string, readonly Cell[]>>
}

/** A model with its weights: it predicts, is measured, and is saved. `dispose` gives back its memory. */
export class TrainedModel {
  /** All that its file holds: text, preprocessing, program and weights. */
  readonly saved: SavedModel
  readonly #runner: Runner

  private constructor(saved: SavedModel, runner: Runner) {
    this.saved = saved
    this.#runner = runner
  }

  /**
   * Compiles a saved model and puts its weights in.
   *
   * Errors     those of the engine that compiles it
   */
  static async open(
    saved: SavedModel,
    { engine, registry }: { engine: Engine; registry: Registry },
  ): Promise<TrainedModel> {
    const runner = await Runner.open(outlineOf(saved, registry), saved.program, engine)
    runner.restore(
      Object.fromEntries(Object.entries(saved.states).map(([name, { values }]) => [name, values])),
    )
    return new TrainedModel(saved, runner)
  }

  /**
   * A model from the bytes of its file; `file` is its name in errors.
   *
   * Errors     model-file-invalid, model-file-damaged, model-file-foreign, model-file-version, and as `open`
   */
  static async fromBytes(
    bytes: Uint8Array,
    options: { engine: Engine; registry: Registry; file?: string },
  ): Promise<TrainedModel> {
    return TrainedModel.open(readModel(bytes, options.file), options)
  }

  /** The bytes of its file, in the safetensors format. */
  toBytes(): Uint8Array {
    return writeModel(this.saved)
  }

  /** The columns that a row must have to be predicted. */
  get columns(): readonly string[] {
    return this.#preprocessing.inputs.flatMap((input) =>
      input.kind === 'columns' ? input.columns.map(({ column }) => column) : [],
    )
  }

  /** Predicts raw rows: a table, images, or records with the columns that the model was trained on. */
  predict(data: Dataset | readonly Row[]): Predicted {
    const { series, warnings, ...applied } = apply(this.#preprocessing, asDataset(data), {
      targets: 'none',
    })
    const { heads } = this.saved
    this.#runner.bind(modelData(applied.data, heads))
    const order = series?.ends ?? this.#runner.allRows()
    const values = this.#runner.predict(order)
    const predictions = heads.map(({ name, kind }) => {
      const encoder = this.#preprocessing.targets.find((target) => target.name === name)
      const row = values[name] ?? new Float32Array()
      const width = order.length === 0 ? 1 : row.length / order.length
      const rows = Array.from(order.keys(), (i) =>
        prediction(Array.from(row.subarray(i * width, (i + 1) * width)), kind, encoder),
      )
      return [name, rows] as const
    })
    return {
      predictions: Object.fromEntries(predictions),
      ...(series && { series: this.#predictedSeries(series) }),
      warnings,
    }
  }

  #predictedSeries({ table, ends, timesLater }: AppliedSeries): PredictedSeries {
    const times = this.#preprocessing.targets.map(
      ({ name, shift = 0 }) => [name, timesLater(shift)] as const,
    )
    return { rows: takeTableRows(table, ends), times: Object.fromEntries(times) }
  }

  /** Loss and metrics over raw rows that have the targets too. */
  evaluate(data: Dataset | readonly Row[]): {
    readonly report: Report
    /** Metrics that are tables, such as `confusion`. */
    readonly tables: Tables
    readonly rows: number
    readonly warnings: readonly DataWarning[]
  } {
    const columns = this.#preprocessing.targets.flatMap((target) => targetColumns(target))
    const isSeries = this.#preprocessing.series !== undefined
    const given = asDataset(data)
    // A window of a series takes the rows without a target too.
    const complete = isSeries
      ? { data: given, warnings: [] }
      : dropRowsWithoutTarget(given, columns)
    const applied = apply(this.#preprocessing, complete.data, { targets: 'required' })
    this.#runner.bind(modelData(applied.data, this.saved.heads))
    const warnings = [...complete.warnings, ...applied.warnings]
    const order = applied.series?.ends ?? this.#runner.allRows()
    return { ...this.#runner.measure(order), rows: order.length, warnings }
  }

  /** Gives back its memory and its threads at once; it cannot be used afterwards. */
  dispose(): void {
    this.#runner.dispose()
  }

  get #preprocessing(): Preprocessing {
    const { preprocessing } = this.saved
    if (preprocessing !== undefined) return preprocessing
    throw new ChainruleError(
      'model-file-invalid',
      'this model has no preprocessing, so it takes no raw rows',
    )
  }
}

function asDataset(data: Dataset | readonly Row[]): Dataset {
  const isDataset = typeof data === 'object' && data !== null && 'origin' in data
  return isDataset ? data : readRecords(data)
}

function prediction(
  row: readonly number[],
  kind: 'number' | 'class' | 'binary',
  encoder: TargetEncoder | undefined,
): Prediction {
  const [first = Number.NaN] = row
  if (kind === 'number' || encoder === undefined || encoder.kind === 'number')
    return { value: row.length === 1 ? first : row }
  const { classes } = encoder
  if (encoder.kind === 'character') return { value: nextCharacters(row, classes) }
  const shares = kind === 'binary' ? [1 - first, first] : row
  const likeliest = indexOfLargest(shares)
  const probabilities = Object.fromEntries(
    classes.map((name, i) => [name, shares[i] ?? Number.NaN]),
  )
  return { value: classes[likeliest] ?? '', probabilities }
}

/** The likeliest character of each place, from as many probabilities a place as there are characters. */
function nextCharacters(row: readonly number[], characters: readonly string[]): string {
  const width = characters.length
  const places = Array.from({ length: row.length / width }, (_, t) =>
    row.slice(t * width, (t + 1) * width),
  )
  return places.map((shares) => characters[indexOfLargest(shares)] ?? '').join('')
}

/** The first of the largest, found by a loop: there may be more classes than a call has arguments. */
const indexOfLargest = (shares: readonly number[]): number =>
  shares.indexOf(shares.reduce((most, share) => Math.max(most, share), Number.NEGATIVE_INFINITY))
