/**
 * The layer contract. A layer is one immutable literal; its types flow from the arguments to the parameters, to what
 * `forward` saves, to the gradients that `backward` must return. `forward` stands before `backward`, or the type of what
 * is saved is lost.
 */
import type { Shape, Tensor } from '@chainrule/program'
import type { Config, Initializer, RandomSource } from './configured.ts'
import type { ConfigOf, Empty, Fields } from './fields.ts'
import type { Joined, LayerOps } from './joined.ts'

/** One input of a layer. */
export interface InputSpec {
  readonly name: string
  /** `integer` for indices, `boolean` for a mask; gradients flow to `float` alone, which is the default. */
  readonly dtype?: 'float' | 'integer' | 'boolean'
  /** Of indices: the argument or option that says how many there are, so that they are 0 to one less. */
  readonly below?: string
  /** It may be left out, as a mask may. Optional inputs come last. */
  readonly optional?: boolean
}

export type InputSpecs = readonly InputSpec[]

/** Any number of inputs of one kind, as `concat` takes; the definition says the smallest with `minimumInputs`. */
export function repeated(each: InputSpec): readonly InputSpec[] {
  return [each]
}

type InputTensor<S> = S extends { readonly optional: true } ? Tensor | undefined : Tensor
type InputGradient<S> = S extends { readonly dtype: 'integer' | 'boolean' }
  ? undefined
  : S extends { readonly optional: true }
    ? Tensor | undefined
    : Tensor
type TensorsOf<I> = { readonly [K in keyof I]: InputTensor<I[K]> }
type GradientsOf<I> = { readonly [K in keyof I]: InputGradient<I[K]> }
type ShapesOf<I> = {
  readonly [K in keyof I]: I[K] extends { readonly optional: true } ? Shape | undefined : Shape
}

/** What a parameter is for; weight decay and l1, l2 reach weights and embeddings where its `decays` says nothing else. */
export type ParameterRole = 'weight' | 'bias' | 'scale' | 'embedding'

/** Describes a parameter; nothing is allocated. */
export interface ParameterSpec {
  readonly shape: readonly number[]
  readonly initializer: Initializer
  readonly role: ParameterRole
  /** Numbers that one output is a sum of; where left out, the product of all sizes but the first. */
  readonly fanIn?: number
  /** Outputs that one input reaches; where left out, the first size. */
  readonly fanOut?: number
  /** Whether training changes it; true where left out. */
  readonly trainable?: boolean
  /** Whether weight decay and l1, l2 reach it; where left out, weights and embeddings only. */
  readonly decays?: boolean
}

export type ParameterSpecs = Readonly<Record<string, ParameterSpec | undefined>>

/** A running value that training changes and evaluation reads, such as a running mean. */
export interface StatisticSpec {
  readonly shape: readonly number[]
  /** The value before training. */
  readonly initial: number
}

type TensorOf<Spec> = undefined extends Spec ? Tensor | undefined : Tensor

/** Which parameters are seen as one matrix: the matrix, and the column that is appended to it. */
export type JoinedNames = Readonly<Record<string, readonly [matrix: string, column: string]>>

type JoinedParts<J> = {
  [K in keyof J]: J[K] extends readonly (infer Part)[] ? Part : never
}[keyof J]

/** The parameters as `forward` and `backward` see them, and as gradients are returned. */
export type Seen<P, J> = { readonly [K in keyof J]: Joined } & {
  readonly [K in Exclude<keyof P, JoinedParts<J>>]: TensorOf<P[K]>
}

/** What a call of `forward` or `backward` may know beside its tensors. */
export interface LayerContext<S, R extends string> {
  /** True in `step`, `gradient` and `inspect`, false in `evaluate` and `predict`. */
  readonly training: boolean
  /** The running values before this batch. */
  readonly statistics: { readonly [K in keyof S]: Tensor }
  /** One source for each of the layer's random slots. */
  readonly random: { readonly [K in R]: RandomSource }
}

/** What `forward` yields. */
export interface ForwardResult<Saved, X extends string, S> {
  /** The output h^n. */
  readonly h: Tensor
  /** The pre-activation g^n, where the layer has one. */
  readonly g?: Tensor
  /** Further outputs by name. */
  readonly outputs?: { readonly [K in X]: Tensor }
  /** What `backward` needs. */
  readonly saved: Saved
  /** The running values after this batch; read only while training. */
  readonly statistics?: { readonly [K in keyof S]: Tensor }
}

/** What `backward` yields: the paper's three quantities. */
export interface BackwardResult<P, J, I> {
  /** ∂L/∂g^n, where the layer has a pre-activation. */
  readonly dg?: Tensor
  /** ∂L/∂h^(n-1), one for each input; `undefined` for integers and masks. */
  readonly dh: GradientsOf<I>
  /** ∂L/∂W^n, one for each parameter. */
  readonly gradients: Seen<P, J>
}

/** ∂L/∂h^n, and the gradients of further outputs (zeros where nothing reads one). */
export interface OutputGradients<X extends string> {
  readonly dh: Tensor
  readonly outputs: { readonly [K in X]: Tensor }
}

type OneInput = readonly [{ readonly name: 'h' }]

/** What `defineLayer` is given: fields, inputs and outputs, shapes, parameters, `forward` and perhaps `backward`. */
export interface LayerDefinition<
  A extends Fields = Empty,
  O extends Fields = Empty,
  I extends InputSpecs = OneInput,
  P extends ParameterSpecs = Empty,
  J extends JoinedNames = Empty,
  S extends Readonly<Record<string, StatisticSpec>> = Empty,
  R extends string = never,
  X extends string = never,
  Saved = unknown,
> {
  readonly name: string
  /** One sentence for hover, completion and summaries. */
  readonly summary: string
  /** Positional arguments, in this order. */
  readonly arguments?: A
  /** Named only. */
  readonly options?: O
  readonly inputs?: I
  /** Set where `inputs` is `repeated`: how many there must be at least. */
  readonly minimumInputs?: number
  /** Outputs beside h, by name. */
  readonly outputs?: readonly X[]
  /** Those of them that are masks; nothing flows back through one. */
  readonly outputTypes?: { readonly [K in X]?: 'boolean' }
  /** Places where the layer draws random numbers. */
  readonly randomSlots?: readonly R[]
  /** Whether a row's result depends on other rows, as in batch norm; `none` where left out. */
  readonly couples?: 'none' | 'batch'
  /** The output's shape. Pure, before any data; the first dimension is the rows. */
  shape(
    config: ConfigOf<A & O>,
    inputs: ShapesOf<I>,
  ): Shape | ({ readonly h: Shape } & { readonly [K in X]: Shape })
  /** Describes the parameters. */
  init?(config: ConfigOf<A & O>, inputs: ShapesOf<I>): P
  /** Describes the running values. */
  statistics?(config: ConfigOf<A & O>, inputs: ShapesOf<I>): S
  /** Parameters seen as one matrix with the bias as its last column. */
  readonly joined?: J
  forward(
    ops: LayerOps,
    parameters: Seen<P, J>,
    inputs: TensorsOf<I>,
    config: ConfigOf<A & O>,
    context: LayerContext<S, R>,
  ): ForwardResult<Saved, X, S>
  /** Left out, it is derived from `forward`. */
  backward?(
    ops: LayerOps,
    parameters: Seen<P, J>,
    saved: Saved,
    gradients: OutputGradients<X>,
    config: ConfigOf<A & O>,
    context: LayerContext<S, R>,
  ): BackwardResult<P, J, I>
}

export type SeenParameters = Readonly<Record<string, Tensor | Joined | undefined>>

/** A layer as the graph and the trainer hold it: the same members, its own types forgotten. */
export interface Layer {
  readonly kind: 'layer'
  /** Whether it is made of a manifest: what parameters it has is known when its code runs, and so may be its shape. */
  readonly isDescribed?: true
  /** Where it comes from, if from a plugin of others; for errors. */
  readonly package?: string
  readonly name: string
  readonly summary: string
  readonly arguments: Fields
  readonly options: Fields
  readonly inputs: InputSpecs
  /** Where set, the one input spec stands for any number from this on. */
  readonly minimumInputs: number | undefined
  readonly outputs: readonly string[]
  readonly outputTypes: Readonly<Record<string, 'boolean' | undefined>>
  readonly randomSlots: readonly string[]
  readonly couples: 'none' | 'batch'
  readonly joined: Readonly<Record<string, readonly [string, string]>>
  shape(config: Config, inputs: readonly (Shape | undefined)[]): Readonly<Record<string, Shape>>
  init(config: Config, inputs: readonly (Shape | undefined)[]): ParameterSpecs
  statistics(
    config: Config,
    inputs: readonly (Shape | undefined)[],
  ): Readonly<Record<string, StatisticSpec>>
  forward(
    ops: LayerOps,
    parameters: SeenParameters,
    inputs: readonly (Tensor | undefined)[],
    config: Config,
    context: LayerContext<Config, string>,
  ): ForwardResult<unknown, string, Config>
  readonly backward:
    | ((
        ops: LayerOps,
        parameters: SeenParameters,
        saved: unknown,
        gradients: OutputGradients<string>,
        config: Config,
        context: LayerContext<Config, string>,
      ) => LayerGradients)
    | undefined
}

export interface LayerGradients {
  readonly dg?: Tensor
  readonly dh: readonly (Tensor | undefined)[]
  readonly gradients: SeenParameters
}

/**
 * Declares a layer.
 *
 * Errors     a missing gradient, a value that `forward` did not save and an unknown option are type errors; a gradient of
 *            the wrong shape or of an unknown name is `plugin-gradient` when the layer is traced
 * Source     the paper, section 2
 */
export function defineLayer<
  const A extends Fields = Empty,
  const O extends Fields = Empty,
  const I extends InputSpecs = OneInput,
  P extends ParameterSpecs = Empty,
  const J extends JoinedNames = Empty,
  S extends Readonly<Record<string, StatisticSpec>> = Empty,
  const R extends string = never,
  const X extends string = never,
  Saved = unknown,
>(definition: LayerDefinition<A, O, I, P, J, S, R, X, Saved>): Layer {
  // The definition's types have done their work; from here on the members are called with what the graph holds.
  const d = definition as unknown as Partial<Layer> &
    Pick<Layer, 'name' | 'summary' | 'forward'> & {
      shape(config: Config, inputs: readonly (Shape | undefined)[]): Shape | Record<string, Shape>
    }
  const isShape = (value: Shape | Record<string, Shape>): value is Shape => Array.isArray(value)
  return Object.freeze({
    kind: 'layer',
    name: d.name,
    summary: d.summary,
    arguments: d.arguments ?? {},
    options: d.options ?? {},
    inputs: d.inputs ?? [{ name: 'h' }],
    minimumInputs: d.minimumInputs,
    outputs: d.outputs ?? [],
    outputTypes: d.outputTypes ?? {},
    randomSlots: d.randomSlots ?? [],
    couples: d.couples ?? 'none',
    joined: d.joined ?? {},
    shape: (config, inputs) => {
      const shape = d.shape(config, inputs)
      return isShape(shape) ? { h: shape } : shape
    },
    init: (config, inputs) => d.init?.(config, inputs) ?? {},
    statistics: (config, inputs) => d.statistics?.(config, inputs) ?? {},
    forward: d.forward,
    backward: d.backward,
  } satisfies Layer)
}
