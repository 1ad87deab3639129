/** What an engine offers to whoever runs programs. */
import type { Instruction, Program } from './program.ts'
import type { Values } from './types.ts'

/** What compiles programs, so that they run on some machine. */
export interface Engine {
  /** As the person names it: `js`, `wasm`. */
  readonly name: string
  /** How it computes here, in a few words for a person: what it found on this machine. */
  readonly details?: string
  /** Bytes that a model's weights and values may need at the most; all there are where left out. */
  readonly memoryLimit?: number
  compile(program: Program): Executable | Promise<Executable>
}

/** A compiled program with the memory of its state, inputs and outputs. */
export interface Executable {
  readonly program: Program
  /**
   * The live elements of a state; writing to them changes it. Ask again after `bind` and after an entry's first run with a
   * number of rows: an engine may have moved its memory.
   */
  state(name: string): Values
  /** The live elements of an input, as long as those of a state: row-major for `maxBatch` rows, of which a smaller batch uses the first. */
  input(name: string): Values
  /** The elements of an output as the last run of `entry` left them, dense; valid until the next run. */
  output(entry: string, name: string): Values
  /**
   * Makes a data set resident: row i of `values` is what `run` puts into the input for index i of its `order`. A row begins
   * `step` elements after the one before; left out, where that ends. A smaller step makes rows that overlap: windows over a
   * series, of which each element is kept once.
   */
  bind(input: string, values: Values, step?: number): void
  /**
   * Runs an entry on the first `rows` rows of the inputs. With `order`, runs once for every `rows` indices of it, each
   * time with the rows of the bound data sets gathered into the inputs; the last run has what is left.
   * Returns the number of runs done: fewer than asked where an entry's guard was not finite.
   */
  run(entry: string, rows: number, order?: Int32Array): number
  /**
   * Runs an entry once on the inputs as they are, without replacing any state, and shows each instruction's elements in
   * row-major order, valid during the call; stops where `visit` returns true. For finding where a value stops being
   * finite: slow, and engines may leave it out.
   */
  probe?(
    entry: string,
    rows: number,
    visit: (instruction: Instruction, values: Values) => boolean | undefined,
  ): void
  /** Gets an entry ready for runs of so many rows; without it the first run does. `bytes` then counts what it needs. */
  prepare?(entry: string, rows: number): void
  /** Bytes held, state and data sets included. */
  readonly bytes: number
  dispose(): void
}
