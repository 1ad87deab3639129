/** A case ready to be looked at: its programs, the engines that run them, and the numbers that they are run on. */
import { type Layer, trainingProgram } from '@chainrule/core'
import { type Engine, type Executable, inPrecision, type Program } from '@chainrule/program'
import type { CheckName, Conformance, LayerCase } from './case.ts'
import { drawFeed } from './feed.ts'
import { Blocked } from './finding.ts'
import { type CaseEntry, programOfCase } from './program-of-case.ts'
import { type Feed, type Results, run } from './run.ts'
import { Subject } from './subject.ts'
import { type Tolerance, tolerances } from './tolerances.ts'

export type Precision = 'f32' | 'f64'

export class Lab extends Subject {
  readonly engines: readonly [Engine, ...Engine[]]
  readonly rows: number
  readonly #conformance: Conformance
  #program: Program | Blocked | undefined
  readonly #executables = new Map<string, Executable | Promise<Executable>>()

  constructor(layer: Layer, tested: LayerCase, conformance: Conformance) {
    super(layer, tested, conformance)
    this.#conformance = conformance
    this.engines = conformance.engines
    this.rows = tested.rows ?? 3
  }

  /** The same case with something changed, such as its options. */
  variant(changes: Partial<LayerCase>): Lab {
    return new Lab(this.layer, { ...this.tested, ...changes }, this.#conformance)
  }

  /** Whether this is the layer's first case: what does not depend on a case is looked at in that one. */
  get isFirst(): boolean {
    return this.#conformance.cases[0] === this.tested
  }

  /** The layer's cases, each ready to be looked at. */
  get all(): Lab[] {
    return this.#conformance.cases.map((tested) => new Lab(this.layer, tested, this.#conformance))
  }

  /** Whether the check is among those that were asked for. */
  wants(check: CheckName): boolean {
    return this.#conformance.only?.includes(check) !== false
  }

  /** Every entry in float32, as core traces it. */
  get program(): Program {
    this.#program ??= this.#trace()
    if (this.#program instanceof Blocked) throw this.#program
    return this.#program
  }

  #trace(): Program | Blocked {
    try {
      return this.traced()
    } catch (error) {
      if (error instanceof Blocked) return error
      throw error
    }
  }

  /** Traces the program anew, or some of its entries alone. */
  traced(entries?: readonly CaseEntry[]): Program {
    // Apart from the others, so that what an initializer does wrong is not said of `shape`.
    this.attempt('init', () => trainingProgram(this.shaped, { maxBatch: 1, entries: ['init'] }))
    return this.attempt('shape', () => {
      const derived = this.inferred({ ...this.layer, backward: undefined })
      return programOfCase({ own: this.shaped, derived }, this.operands, this.rows, entries)
    })
  }

  /** Whether the program has the entry: nothing is differentiated where nothing is float. */
  has(entry: CaseEntry): boolean {
    return Object.hasOwn(this.program.entries, entry)
  }

  /** Whether the entry draws random numbers. */
  draws(entry: CaseEntry): boolean {
    const { instructions = [] } = this.program.entries[entry] ?? {}
    return instructions.some(({ primitive }) => primitive === 'random')
  }

  get entries(): readonly CaseEntry[] {
    return Object.keys(this.program.entries) as CaseEntry[]
  }

  /** The case's program on an engine: on the reference where nothing is said. */
  async executable(precision: Precision, engine: Engine = this.engines[0]): Promise<Executable> {
    const key = `${this.engines.indexOf(engine)} ${precision}`
    const program = precision === 'f32' ? this.program : inPrecision(this.program, 'f64')
    const known = this.#executables.get(key) ?? engine.compile(program)
    this.#executables.set(key, known)
    return known
  }

  /** One run on the reference engine: in float64 where nothing is said. */
  async run(
    entry: CaseEntry,
    feed: Feed,
    { rows = this.rows, precision = 'f64' as Precision } = {},
  ): Promise<Results> {
    return run(await this.executable(precision), entry, rows, feed)
  }

  /** Numbers for every input and state, and cotangents; `salt` gives others, `spread` wider inputs. */
  feed({ rows = this.rows, salt = 0, spread = 1 } = {}): Feed {
    return drawFeed(this, rows, salt, spread)
  }

  tolerance(kind: 'f64' | 'f32' | 'finiteDifference'): Tolerance {
    return this.tested.tolerances?.[kind] ?? tolerances[kind]
  }

  /** Frees what the engines hold. */
  async dispose(): Promise<void> {
    for (const executable of this.#executables.values()) (await executable).dispose()
    this.#executables.clear()
  }
}
