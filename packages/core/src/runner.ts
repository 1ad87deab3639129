/** A model's program on an engine: typed access to what a trainer, a predictor or a page needs of it. */
import {
  type DType,
  type Engine,
  type Executable,
  type Program,
  type Shape,
  type StateKind,
  shapeAt,
  sizeAt,
  type TensorType,
  type Values,
} from '@chainrule/program'
import { dataMismatch, stateMismatch } from './errors.ts'
import type { CollectedRows, MetricTable } from './metric.ts'
import {
  type LossSums,
  labelled,
  type Measured,
  type ModelOutline,
  type OutlineHead,
  type Report,
  totalReported,
} from './report.ts'
import { inputName, predictionOutput, sumName, targetName, weightName } from './state-names.ts'

/** A data set in memory: row-major values for every input and head. */
export interface ModelData {
  readonly rows: number
  readonly inputs: Readonly<Record<string, Values>>
  readonly targets?: Readonly<Record<string, Values>>
  /** By input, how many elements after the row before a row begins; left out, where that ends. */
  readonly steps?: Readonly<Record<string, number>>
  /** By head, one for each place; left out, all are 1. */
  readonly weights?: Readonly<Record<string, Values>>
}

/** A copy of states by name. */
export type Snapshot = Readonly<Record<string, Values>>

/** A value that `inspect` yields. */
export interface Inspected {
  readonly shape: readonly number[]
  readonly values: Values
}

/** What a model's parameters and running values are kept by. */
export const modelKinds: readonly StateKind[] = ['parameter', 'statistic', 'preprocessing']

/** A model on an engine: binds data, measures, predicts and inspects, and keeps and restores states. */
export class Runner {
  readonly outline: ModelOutline
  readonly program: Program
  readonly executable: Executable
  #rows = 0
  readonly #bound = new Map<string, Values>()

  protected constructor(outline: ModelOutline, program: Program, executable: Executable) {
    this.outline = outline
    this.program = program
    this.executable = executable
  }

  /** A model whose program is there already, such as a saved one. */
  static async open(outline: ModelOutline, program: Program, engine: Engine): Promise<Runner> {
    return new Runner(outline, program, await engine.compile(program))
  }

  /** Makes a data set resident; orders given to other methods are rows of it. */
  bind(data: ModelData): void {
    const { inputs, heads } = this.outline
    for (const name of inputs)
      this.#bind(inputName(name), data.inputs[name], data.rows, data.steps?.[name])
    for (const { name } of heads) {
      this.#bind(targetName(name), data.targets?.[name], data.rows)
      this.#bind(weightName(name), this.#weights(name, data), data.rows)
    }
    this.#rows = data.rows
  }

  #bind(name: string, values: Values | undefined, rows: number, step?: number): void {
    const type = this.program.inputs[name]
    if (type === undefined || values === undefined) return
    const required = rowsLength(type, rows, step)
    if (values.length !== required) {
      throw dataMismatch(
        `\`${name}\` needs ${required} numbers for ${rows} rows, but got ${values.length}`,
      )
    }
    const stored = asDType(values, type.dtype)
    this.#bound.set(name, stored)
    this.executable.bind(name, stored, step)
  }

  /** Weights of the rows for a head; where none are given, all count the same. */
  #weights(head: string, { rows, weights }: ModelData): Values | undefined {
    const type = this.program.inputs[weightName(head)]
    if (type === undefined) return undefined
    return weights?.[head] ?? new Float32Array(sizeAt(type.shape, rows)).fill(1)
  }

  /** All rows of the bound data, in order. */
  allRows(): Int32Array {
    return Int32Array.from({ length: this.#rows }, (_, row) => row)
  }

  /** Loss and metrics over these rows of the bound data. */
  evaluate(order: Int32Array = this.allRows()): Report {
    return this.measure(order).report
  }

  /** The same with the metrics that are tables. */
  measure(order: Int32Array = this.allRows()): Measured {
    this.resetSums('evaluate')
    const heads = this.#measured()
    const predictions = this.#runEvaluate(order, heads)
    const losses = this.lossSums('evaluate')
    const report: Record<string, number> & { loss: number } = {
      loss: totalReported(heads, losses),
      ...(heads.length > 1 ? lossesOfHeads(losses) : {}),
    }
    const tables: Record<string, MetricTable> = {}
    for (const { head, metric } of this.outline.metrics) {
      const name = `${heads.length > 1 ? `${head}.` : ''}${metric.name}`
      if (metric.style === 'collecting') {
        report[name] = metric.collect(this.#collect(head, order, predictions.get(head) ?? []))
        continue
      }
      const sums = this.#metricSums(head, metric.name)
      if (metric.style === 'accumulating') report[name] = metric.finish(sums)
      else tables[name] = labelled(metric.finish(sums), heads, head)
    }
    return { report, tables }
  }

  /** Runs `evaluate`; the predictions of each head, batch by batch, where a metric collects them. */
  #runEvaluate(order: Int32Array, heads: readonly OutlineHead[]): ReadonlyMap<string, Values[]> {
    const predictions = new Map<string, Values[]>(heads.map(({ name }) => [name, []]))
    if (!this.outline.metrics.some(({ metric }) => metric.style === 'collecting')) {
      this.executable.run('evaluate', this.program.maxBatch, order)
      return predictions
    }
    this.#eachBatch(order, 'evaluate', (rows) => {
      for (const [head, parts] of predictions)
        parts.push(this.#output('evaluate', predictionOutput(head), rows).slice())
    })
    return predictions
  }

  /** Predictions of every head for these rows of the bound data: original units or probabilities, row-major. */
  predict(order: Int32Array = this.allRows()): Readonly<Record<string, Values>> {
    const heads = this.outline.heads
    const outputs = heads.map(({ name }) => {
      const width = sizeAt(this.#outputShape('predict', predictionOutput(name)), 1)
      const precise = this.#outputType('predict', predictionOutput(name)).dtype === 'f64'
      const values = precise
        ? new Float64Array(order.length * width)
        : new Float32Array(order.length * width)
      return { name, width, values }
    })
    let done = 0
    this.#eachBatch(order, 'predict', (rows) => {
      for (const { name, width, values } of outputs) {
        values.set(this.#output('predict', predictionOutput(name), rows), done * width)
      }
      done += rows
    })
    return Object.fromEntries(outputs.map(({ name, values }) => [name, values]))
  }

  /** g^n, h^n, ∂L/∂g^n, ∂L/∂h^n and ∂L/∂W^n of every layer for one batch of the bound data, by `node/quantity`. */
  inspect(order: Int32Array): Readonly<Record<string, Inspected>> {
    const outputs = Object.keys(this.program.entries['inspect']?.outputs ?? {})
    const batch = order.subarray(0, this.program.maxBatch)
    this.executable.run('inspect', batch.length, batch)
    return Object.fromEntries(
      outputs.map((name) => {
        const shape = shapeAt(this.#outputShape('inspect', name), batch.length)
        return [name, { shape, values: this.#output('inspect', name, batch.length).slice() }]
      }),
    )
  }

  /** Copies of the states of these kinds; all of them where none is named. */
  snapshot(kinds?: readonly StateKind[]): Snapshot {
    const names = Object.keys(this.program.state).filter(
      (name) =>
        kinds === undefined || kinds.includes(this.program.state[name]?.kind ?? 'accumulator'),
    )
    return Object.fromEntries(names.map((name) => [name, this.executable.state(name).slice()]))
  }

  /** Copies the states of a snapshot anew, without new memory. */
  snapshotInto(snapshot: Snapshot): void {
    for (const [name, values] of Object.entries(snapshot)) values.set(this.executable.state(name))
  }

  restore(snapshot: Snapshot): void {
    for (const [name, values] of Object.entries(snapshot)) {
      if (!this.hasState(name)) throw stateMismatch(`this model has no state \`${name}\``)
      const state = this.executable.state(name)
      if (state.length !== values.length) {
        throw stateMismatch(
          `\`${name}\` has ${state.length} elements, but the saved one has ${values.length}`,
        )
      }
      state.set(values)
    }
  }

  /** Sets the sums of a phase to zero. */
  resetSums(phase: 'train' | 'evaluate'): void {
    for (const name of Object.keys(this.program.state)) {
      if (name.startsWith(`${phase}/`)) this.executable.state(name).fill(0)
    }
  }

  /** The sums of each head since the phase's were reset. */
  lossSums(phase: 'train' | 'evaluate'): LossSums {
    const read = (head: string, sum: string): number =>
      this.executable.state(sumName(phase, head, sum))[0] ?? 0
    return Object.fromEntries(
      this.#measured().map(({ name }) => {
        const sums = { loss: read(name, 'loss'), weight: read(name, 'weight') }
        const differs = this.hasState(sumName(phase, name, 'trained'))
        return [name, differs ? { ...sums, trained: read(name, 'trained') } : sums]
      }),
    )
  }

  /** L from sums over any number of batches. */
  reportedLoss(sums: LossSums): number {
    return totalReported(this.#measured(), sums)
  }

  /** Sets a hyperparameter where the program reads it. */
  setHyperparameter(name: string, value: number): void {
    if (this.hasState(name)) this.executable.state(name).fill(value)
  }

  dispose(): void {
    this.executable.dispose()
  }

  /** The heads that have a loss. */
  #measured(): readonly OutlineHead[] {
    return this.outline.heads.filter(({ name }) => this.hasState(sumName('evaluate', name, 'loss')))
  }

  /** Whether the program has a state of that name. */
  hasState(name: string): boolean {
    return Object.hasOwn(this.program.state, name)
  }

  #eachBatch(order: Int32Array, entry: string, visit: (rows: number) => void): void {
    const { maxBatch } = this.program
    for (let start = 0; start < order.length; start += maxBatch) {
      const batch = order.subarray(start, start + maxBatch)
      this.executable.run(entry, batch.length, batch)
      visit(batch.length)
    }
  }

  #outputType(entry: string, output: string): TensorType {
    const found = this.program.entries[entry]
    const type = found?.instructions[found.outputs[output] ?? -1]?.type
    if (type === undefined) throw new Error(`internal: \`${entry}\` has no output \`${output}\``)
    return type
  }

  #outputShape(entry: string, output: string): Shape {
    return this.#outputType(entry, output).shape
  }

  #output(entry: string, output: string, rows: number): Values {
    return this.executable
      .output(entry, output)
      .subarray(0, sizeAt(this.#outputShape(entry, output), rows))
  }

  #metricSums(head: string, metric: string): Record<string, number[]> {
    const prefix = sumName('evaluate', head, `${metric}/`)
    const names = Object.keys(this.program.state).filter((name) => name.startsWith(prefix))
    return Object.fromEntries(
      names.map((name) => [name.slice(prefix.length), Array.from(this.executable.state(name))]),
    )
  }

  #collect(head: string, order: Int32Array, parts: readonly Values[]): CollectedRows {
    const predictions = Float64Array.from(parts.flatMap((part) => Array.from(part)))
    const pick = (name: string): { values: Float64Array; width: number } => {
      const type = this.program.inputs[name]
      const width = type === undefined ? 1 : sizeAt(type.shape, 1)
      const all = type === undefined ? undefined : this.#bound.get(name)
      const values = new Float64Array(order.length * width).fill(1)
      if (all !== undefined) {
        order.forEach((row, i) => {
          values.set(all.subarray(row * width, (row + 1) * width), i * width)
        })
      }
      return { values, width }
    }
    const targets = pick(targetName(head))
    const weights = pick(weightName(head)).values
    const width = order.length === 0 ? 1 : predictions.length / order.length
    return { predictions, targets: targets.values, weights, width, targetWidth: targets.width }
  }
}

/** By `head.loss`, in the units of the data and without λ. */
function lossesOfHeads(sums: LossSums): Record<string, number> {
  return Object.fromEntries(
    Object.entries(sums).map(([head, { loss, weight }]) => [`${head}.loss`, loss / weight]),
  )
}

/** How many elements so many rows take: rows that overlap share some. */
function rowsLength({ shape }: TensorType, rows: number, step: number | undefined): number {
  const size = sizeAt(shape, 1)
  return rows === 0 ? 0 : (rows - 1) * (step ?? size) + size
}

function asDType(values: Values, dtype: DType): Values {
  switch (dtype) {
    case 'f32':
      return values instanceof Float32Array ? values : Float32Array.from(values)
    case 'f64':
      return values instanceof Float64Array ? values : Float64Array.from(values)
    case 'i32':
      return values instanceof Int32Array ? values : Int32Array.from(values)
    default:
      return values instanceof Uint8Array ? values : Uint8Array.from(values)
  }
}
