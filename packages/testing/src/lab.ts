/** A case set up for its checks: the layer's configuration, graph and programs, and the numbers that it is run on. */
import {
  ChainruleError,
  configure,
  firstRowInput,
  type GraphInput,
  inferShapes,
  inputName,
  type Layer,
  parameterName,
  Registry,
  type ShapedGraph,
  seedState,
  statisticName,
  stepState,
} from '@chainrule/core'
import { type Engine, type Executable, inPrecision, type Program, sizeAt } from '@chainrule/program'
import { asInput, type CheckName, type Conformance, type LayerCase, titleOf } from './case.ts'
import { floats, type Numbers, numbersFrom } from './draw.ts'
import { Blocked, type Finding } from './finding.ts'
import {
  type CaseEntry,
  cotangentName,
  directionName,
  type Operand,
  programOfCase,
  rowsFirstOrder,
} from './program-of-case.ts'
import { type Feed, type Results, run } from './run.ts'
import { type Tolerance, tolerances } from './tolerances.ts'

type Precision = 'f32' | 'f64'
type AnyRecord = Readonly<Record<string, unknown>>

export class Lab {
  readonly layer: Layer
  readonly tested: LayerCase
  readonly engines: readonly [Engine, ...Engine[]]
  readonly registry: Registry
  readonly seed: number
  readonly rows: number
  readonly title: string
  #config: AnyRecord | undefined
  #shaped: ShapedGraph | undefined
  #program: Program | Blocked | undefined
  readonly #executables = new Map<string, Executable | Promise<Executable>>()

  constructor(layer: Layer, tested: LayerCase, { engines, plugins = [], seed = 1 }: Conformance) {
    this.layer = layer
    this.tested = tested
    this.engines = engines
    this.registry = new Registry([...plugins, layer])
    this.seed = seed
    this.rows = tested.rows ?? 3
    this.title = titleOf(layer.name, tested)
  }

  /** What the fields make of the case's arguments. */
  get config(): AnyRecord {
    if (this.#config !== undefined) return this.#config
    const { arguments: positional = [], options: named = {} } = this.tested
    const { config, problems } = configure(this.layer, { positional, named }, this.registry)
    const [problem] = problems
    if (problem !== undefined) {
      throw this.blocked('options', `the case's own arguments are refused: ${problem.message}`, {
        help: 'write the case as a text would call the layer, and list what it names in `plugins`',
      })
    }
    this.#config = Object.freeze(config)
    return this.#config
  }

  /** The graph of this layer alone. */
  get shaped(): ShapedGraph {
    this.#shaped ??= this.inferred(this.layer)
    return this.#shaped
  }

  /** Every entry in float32, as core traces it. */
  get program(): Program {
    this.#program ??= this.#trace()
    if (this.#program instanceof Blocked) throw this.#program
    return this.#program
  }

  #trace(): Program | Blocked {
    try {
      return this.attempt('shape', () => {
        const derived = this.inferred({ ...this.layer, backward: undefined })
        return programOfCase(this.shaped, derived, this.operands, this.rows)
      })
    } catch (error) {
      if (error instanceof Blocked) return error
      throw error
    }
  }

  /** What gradients are asked of: the float inputs, then the parameters. */
  get operands(): readonly Operand[] {
    const inputs = this.graphInputs.flatMap(({ index, input }): Operand[] => {
      if (input.dtype !== 'f32') return []
      const label = `∂L/∂${this.#specOf(index).name} (input ${index + 1})`
      const source = inputName(input.name)
      return [{ source, kind: 'input', index, label, shape: this.#inputShape(input) }]
    })
    const parameters = Object.entries(this.parameters).map(
      ([name, { shape }]): Operand => ({
        source: parameterName(this.layer.name, name),
        kind: 'parameter',
        index: -1,
        label: `∂L/∂${name}`,
        shape,
      }),
    )
    return [...inputs, ...parameters]
  }

  get parameters() {
    return this.shaped.instances[0]?.parameters ?? {}
  }

  get statistics() {
    return this.shaped.instances[0]?.statistics ?? {}
  }

  /** The declared shapes of the outputs by name. */
  get outputShapes() {
    return this.shaped.nodes[0]?.outputShapes ?? {}
  }

  /** The inputs that are there, with their place among the layer's inputs. */
  get graphInputs(): { readonly index: number; readonly input: GraphInput }[] {
    return this.tested.inputs.flatMap((given, index) => {
      if (given === undefined) return []
      const { name, dtype = 'float' } = this.#specOf(index)
      const repeated = this.layer.minimumInputs === undefined ? name : `${name}${index + 1}`
      const stored = { float: 'f32', integer: 'i32', boolean: 'bool' } as const
      const input = { name: repeated, shape: asInput(given).shape, dtype: stored[dtype] }
      return [{ index, input }]
    })
  }

  #specOf(index: number) {
    const spec = this.layer.inputs[this.layer.minimumInputs === undefined ? index : 0]
    return spec ?? { name: `input${index + 1}` }
  }

  #inputShape({ shape }: GraphInput) {
    return [{ rows: 1 }, ...shape]
  }

  /** The graph with this layer in place of the case's own. */
  inferred(layer: Layer): ShapedGraph {
    const { name } = layer
    const inputs = this.graphInputs
    const refs = this.tested.inputs.map((_, i) => {
      const found = inputs.find(({ index }) => index === i)
      return found === undefined ? undefined : { input: found.input.name }
    })
    const graph = {
      inputs: inputs.map(({ input }) => input),
      instances: [{ name, layer, config: this.config }],
      nodes: [{ name, instance: name, inputs: refs }],
      heads: [],
    }
    return this.attempt('shape', () => inferShapes(graph))
  }

  /** A compiled program: that of the case on the reference where nothing is said. */
  async executable(precision: Precision, engine: Engine = this.engines[0]): Promise<Executable> {
    const key = `${this.engines.indexOf(engine)} ${precision}`
    const program = precision === 'f32' ? this.program : inPrecision(this.program, 'f64')
    const known = this.#executables.get(key) ?? engine.compile(program)
    this.#executables.set(key, known)
    return known
  }

  /** One run on the reference engine in float64. */
  async exact(entry: CaseEntry, feed: Feed, rows = this.rows): Promise<Results> {
    return run(await this.executable('f64'), entry, rows, feed)
  }

  /** Whether the program has the entry: nothing is differentiated where nothing is float. */
  has(entry: CaseEntry): boolean {
    return Object.hasOwn(this.program.entries, entry)
  }

  tolerance(kind: 'f64' | 'f32' | 'finiteDifference'): Tolerance {
    return this.tested.tolerances?.[kind] ?? tolerances[kind]
  }

  /** Numbers for every input and state, and cotangents; `salt` gives others. */
  feed(rows = this.rows, salt = 0): Feed {
    const numbers = numbersFrom(this.seed + 1000 * salt)
    const named: Record<string, ArrayLike<number>> = {
      [seedState]: [this.seed],
      [stepState]: [7, 0],
      [firstRowInput]: [0],
    }
    for (const { index, input } of this.graphInputs) {
      const { domain, below = 4 } = asInput(this.tested.inputs[index] ?? { shape: [] })
      const count = sizeAt(this.#inputShape(input), rows)
      named[inputName(input.name)] =
        input.dtype === 'f32'
          ? floats(numbers, count, domain)
          : wholes(numbers, count, input.dtype === 'bool' ? 2 : below)
    }
    for (const [name, { shape, fanIn }] of Object.entries(this.parameters)) {
      // Even between ±√(3 / fanIn), as LeCun draws weights, so that no activation behind them is saturated.
      const terms = fanIn ?? shape.slice(1).reduce((product, size) => product * size, 1)
      const to = Math.min(1, Math.sqrt(3 / Math.max(1, terms)))
      const domain = this.tested.parameters?.[name] ?? { from: -to, to }
      named[parameterName(this.layer.name, name)] = floats(numbers, sizeAt(shape, rows), domain)
    }
    for (const [name, { shape, initial }] of Object.entries(this.statistics)) {
      // From its first value upwards: a running variance stays positive.
      const domain = this.tested.statistics?.[name] ?? { from: initial, to: initial + 0.5 }
      named[statisticName(this.layer.name, name)] = floats(numbers, sizeAt(shape, rows), domain)
    }
    for (const [output, shape] of Object.entries(this.outputShapes)) {
      const count = sizeAt(rowsFirstOrder(shape).shape, rows)
      named[cotangentName(output)] = floats(numbers, count)
    }
    for (const { source, shape } of this.operands)
      named[directionName(source)] = floats(numbers, sizeAt(shape, rows))
    return named
  }

  /** A finding of this case. */
  finding(
    check: CheckName,
    problem: string,
    details: Partial<Finding> & Pick<Finding, 'help'>,
  ): Finding {
    return {
      layer: this.layer.name,
      case: this.title,
      check,
      problem,
      seed: this.seed,
      ...details,
    }
  }

  blocked(
    check: CheckName,
    problem: string,
    details: Partial<Finding> & Pick<Finding, 'help'>,
  ): Blocked {
    return new Blocked(this.finding(check, problem, details))
  }

  /** What the layer's own functions throw becomes the case's finding. */
  attempt<T>(check: CheckName, make: () => T): T {
    try {
      return make()
    } catch (error) {
      if (error instanceof Blocked) throw error
      const message = error instanceof Error ? error.message : String(error)
      const code = error instanceof ChainruleError ? error.code : undefined
      const help = error instanceof ChainruleError ? error.help : undefined
      throw this.blocked(code === 'plugin-gradient' ? 'derived' : check, message, {
        help:
          help ??
          (code === 'plugin-shape'
            ? 'make `shape` and `forward` say the same'
            : 'the layer does not take this case: mend the case, or what the layer does with it'),
        cause: error,
      })
    }
  }

  async dispose(): Promise<void> {
    for (const executable of this.#executables.values()) (await executable).dispose()
    this.#executables.clear()
  }
}

function wholes(numbers: Numbers, count: number, below: number): number[] {
  return Array.from({ length: count }, () => numbers.whole(below))
}
