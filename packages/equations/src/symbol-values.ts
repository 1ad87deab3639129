/** The values of a layer's symbols for a batch, as the training stands. */
import type { Inspected, Runner } from '@chainrule/core'
import { type Engine, type Executable, shapeAt, sizeOf } from '@chainrule/program'
import type { LayerEquations } from './types.ts'

const entry = 'inspect'

/** A layer's program on an engine of its own: what is looked at never disturbs the training. */
export class SymbolValues {
  readonly #layer: LayerEquations
  readonly #executable: Executable

  private constructor(layer: LayerEquations, executable: Executable) {
    this.#layer = layer
    this.#executable = executable
  }

  /** Compiles what a layer computes, so that the values of its symbols can be read. */
  static async compile(layer: LayerEquations, engine: Engine): Promise<SymbolValues> {
    return new SymbolValues(layer, await engine.compile(layer.program))
  }

  /** The values for these rows of the data that are bound to the training; its own random draws are those of its next step. */
  read(training: Runner, batch: Int32Array): Readonly<Record<string, Inspected>> {
    const { program } = this.#layer
    const rows = Math.min(batch.length, program.maxBatch)
    // The training's engine gathers the rows of the batch into its inputs.
    training.executable.run(entry, rows, batch.subarray(0, rows))
    const read = this.#executable
    for (const name of Object.keys(program.inputs))
      read.input(name).set(training.executable.input(name))
    for (const name of Object.keys(program.state))
      read.state(name).set(training.executable.state(name))
    read.run(entry, rows)
    return Object.fromEntries(
      this.#layer.symbols.map(({ name, shape }) => {
        const sizes = shapeAt(shape, rows)
        return [name, { shape: sizes, values: read.output(entry, name).slice(0, sizeOf(sizes)) }]
      }),
    )
  }

  /** Gives back the memory of what was compiled. */
  dispose(): void {
    this.#executable.dispose()
  }
}
