/** What a case is about: the layer with its configuration, in a graph of its own, and what is to be differentiated. */
import {
  ChainruleError,
  configure,
  type GraphInput,
  inferShapes,
  inputName,
  type Layer,
  type LayerGraph,
  type ParameterSpec,
  parameterName,
  Registry,
  type ShapedGraph,
  type StatisticSpec,
  storedDType,
} from '@chainrule/core'
import { B, type Shape } from '@chainrule/program'
import { asInput, type CheckName, type Conformance, type LayerCase, titleOf } from './case.ts'
import { Blocked, type Finding, messageOf } from './finding.ts'
import type { Operand } from './program-of-case.ts'

/** What a finding says beside its first line. */
export type Details = Partial<Finding> & Pick<Finding, 'help'>

/** An input that is there, with its place among the layer's inputs. */
export interface PresentInput {
  readonly index: number
  readonly input: GraphInput
  /** With the rows. */
  readonly shape: Shape
}

export class Subject {
  readonly layer: Layer
  readonly tested: LayerCase
  readonly title: string
  readonly seed: number
  readonly #registry: Registry
  #config: Readonly<Record<string, unknown>> | undefined
  #shaped: ShapedGraph | undefined

  constructor(layer: Layer, tested: LayerCase, { plugins = [], seed = 1 }: Conformance) {
    this.layer = layer
    this.tested = tested
    this.title = titleOf(layer.name, tested)
    this.seed = seed
    this.#registry = new Registry([...plugins, layer])
  }

  /** What the fields make of the case's arguments. */
  get config(): Readonly<Record<string, unknown>> {
    this.#config ??= this.#configure()
    return this.#config
  }

  #configure(): Readonly<Record<string, unknown>> {
    const { arguments: positional = [], options: named = {} } = this.tested
    const { config, problems } = configure(this.layer, { positional, named }, this.#registry)
    const [problem] = problems
    if (problem === undefined) return config
    throw this.blocked('options', `the case's own arguments are refused: ${problem.message}`, {
      help: 'write the case as a text would call the layer, and list what it names in `plugins`',
      cause: new ChainruleError(problem.code, problem.message),
    })
  }

  get inputs(): readonly PresentInput[] {
    return this.tested.inputs.flatMap((given, index) => {
      if (given === undefined) return []
      const { name, dtype = 'float' } = this.#specOf(index)
      const own = this.layer.minimumInputs === undefined ? name : `${name}${index + 1}`
      const { shape } = asInput(given)
      return [
        { index, input: { name: own, shape, dtype: storedDType[dtype] }, shape: [B, ...shape] },
      ]
    })
  }

  #specOf(index: number) {
    const spec = this.layer.inputs[this.layer.minimumInputs === undefined ? index : 0]
    return spec ?? { name: `input${index + 1}` }
  }

  /** The graph of this layer alone. */
  get shaped(): ShapedGraph {
    this.#shaped ??= this.inferred(this.layer)
    return this.#shaped
  }

  /** The graph with this layer in place of the case's own. */
  inferred(layer: Layer): ShapedGraph {
    const { name } = layer
    const refs = this.tested.inputs.map((_, i) => {
      const found = this.inputs.find(({ index }) => index === i)
      return found === undefined ? undefined : { input: found.input.name }
    })
    const graph: LayerGraph = {
      inputs: this.inputs.map(({ input }) => input),
      instances: [{ name, layer, config: this.config }],
      nodes: [{ name, instance: name, inputs: refs }],
      heads: [],
    }
    return this.attempt('shape', () => inferShapes(graph))
  }

  get parameters(): Readonly<Record<string, ParameterSpec>> {
    return this.shaped.instances[0]?.parameters ?? {}
  }

  get statistics(): Readonly<Record<string, StatisticSpec>> {
    return this.shaped.instances[0]?.statistics ?? {}
  }

  /** The declared shapes of the outputs by name. */
  get outputShapes(): Readonly<Record<string, Shape>> {
    return this.shaped.nodes[0]?.outputShapes ?? {}
  }

  /** What gradients are asked of: the float inputs, then the parameters. */
  get operands(): readonly Operand[] {
    const inputs = this.inputs.flatMap(({ index, input, shape }): Operand[] => {
      if (input.dtype !== 'f32' || asInput(this.tested.inputs[index] ?? []).fixed) return []
      const label = `∂L/∂${this.#specOf(index).name} (input ${index + 1})`
      return [{ source: inputName(input.name), kind: 'input', index, label, shape }]
    })
    const parameters = Object.entries(this.parameters).map(([name, { shape }]): Operand => {
      const source = parameterName(this.layer.name, name)
      return { source, kind: 'parameter', index: -1, label: `∂L/∂${name}`, shape }
    })
    return [...inputs, ...parameters]
  }

  /** A finding of this case. */
  finding(check: CheckName, problem: string, details: Details): Finding {
    const { layer, title, seed } = this
    return { layer: layer.name, case: title, check, problem, seed, ...details }
  }

  blocked(check: CheckName, problem: string, details: Details): Blocked {
    return new Blocked(this.finding(check, problem, details))
  }

  /** What the layer's own functions throw becomes the case's finding. */
  attempt<T>(check: CheckName, make: () => T): T {
    try {
      return make()
    } catch (error) {
      throw this.blockedBy(check, error)
    }
  }

  /** The finding that an error is; some codes belong to a check of their own. */
  blockedBy(check: CheckName, error: unknown): Blocked {
    if (error instanceof Blocked) return error
    if (error instanceof ChainruleError) {
      const help = error.help ?? 'make `shape`, `init` and `forward` say the same'
      return this.blocked(checkOfCode[error.code] ?? check, error.message, { help, cause: error })
    }
    return this.blocked(check, `the layer throws: ${messageOf(error)}`, {
      help: 'the layer does not take this case: mend the case, or what the layer does with it',
      cause: error,
    })
  }
}

const checkOfCode: Readonly<Record<string, CheckName>> = {
  'plugin-gradient': 'derived',
  'plugin-statistic': 'running-state',
}
