/** A compiled program: its memory, its data sets, and its plans as they are first asked for. */
import {
  type Entry,
  type Executable,
  engineErrors,
  type Program,
  requireDataRows,
  requireKnown,
  requireOrder,
  requireRows,
  type Values,
} from '@chainrule/program'
import { loadRows, type RowSource } from './kernels/move.ts'
import { Memory } from './memory.ts'
import { type Plan, planEntry, type Visit } from './plan.ts'

/** A data set whose rows are put into an input. */
interface Bound extends RowSource {
  readonly name: string
  readonly rows: number
}

interface Runner {
  readonly name: string
  readonly entry: Entry
  readonly plans: Map<number, Plan>
  last: Plan | undefined
}

export class JsExecutable implements Executable {
  readonly program: Program
  readonly #runners: ReadonlyMap<string, Runner>
  #memory: Memory | undefined
  #bound: Bound[] = []

  constructor(program: Program) {
    this.program = program
    this.#memory = new Memory(program)
    this.#runners = new Map(
      Object.entries(program.entries).map(([name, entry]) => [
        name,
        { name, entry, plans: new Map(), last: undefined },
      ]),
    )
  }

  get bytes(): number {
    const data = this.#bound.reduce((bytes, { values }) => bytes + values.byteLength, 0)
    return (this.#memory?.bytes ?? 0) + data
  }

  state(name: string): Values {
    const storage = this.#alive().state(name)
    return requireKnown('state', name, storage, this.program.state).values
  }

  input(name: string): Values {
    const storage = this.#alive().input(name)
    return requireKnown('input', name, storage, this.program.inputs).values
  }

  output(entry: string, name: string): Values {
    const { entry: declared, last } = this.#runner(entry)
    requireKnown('output', name, declared.outputs[name], declared.outputs)
    const values = last?.output(name)
    if (values === undefined) throw engineErrors.outputBeforeRun(entry, name)
    return values
  }

  /** Keeps `values` themselves, not a copy: they are to stay as they are while runs read them. */
  bind(input: string, values: Values, step?: number): void {
    const target = this.input(input)
    const type = requireKnown('input', input, this.program.inputs[input], this.program.inputs)
    const data = requireDataRows(input, type, target, values, step)
    this.#bound = this.#bound.filter(({ name }) => name !== input)
    this.#bound.push({ ...data, name: input, values, target })
  }

  run(entry: string, rows: number, order?: Int32Array): number {
    const runner = this.#runner(entry)
    requireRows(rows, order === undefined ? 0 : 1, this.program.maxBatch)
    if (order === undefined) return this.#runOnce(runner, rows) ? 1 : 0
    requireOrder(order, this.#bound)
    return this.#runInOrder(runner, rows, order)
  }

  probe(entry: string, rows: number, visit: Visit): void {
    requireRows(rows, 0, this.program.maxBatch)
    this.#plan(this.#runner(entry), rows).probe(visit)
  }

  dispose(): void {
    this.#memory = undefined
    this.#bound = []
    for (const runner of this.#runners.values()) {
      runner.plans.clear()
      runner.last = undefined
    }
  }

  #runInOrder(runner: Runner, rows: number, order: Int32Array): number {
    let runs = 0
    for (let first = 0; first < order.length; first += rows) {
      const count = Math.min(rows, order.length - first)
      for (const bound of this.#bound) loadRows(bound, order, first, count)
      if (!this.#runOnce(runner, count)) break
      runs++
    }
    return runs
  }

  #plan(runner: Runner, rows: number): Plan {
    let plan = runner.plans.get(rows)
    if (plan === undefined) {
      const { program } = this
      const { name, entry } = runner
      plan = planEntry({ program, memory: this.#alive(), name, entry, rows })
      runner.plans.set(rows, plan)
    }
    return plan
  }

  #runOnce(runner: Runner, rows: number): boolean {
    const plan = this.#plan(runner, rows)
    runner.last = plan
    return plan.run()
  }

  #runner(entry: string): Runner {
    this.#alive()
    return requireKnown('entry', entry, this.#runners.get(entry), this.program.entries)
  }

  #alive(): Memory {
    if (this.#memory === undefined) throw engineErrors.disposed()
    return this.#memory
  }
}
