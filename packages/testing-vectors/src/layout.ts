/** The layout of each file in `vectors/`; README.md says what the numbers mean. */

export interface Tensor {
  readonly shape: readonly number[]
  /** Row-major. */
  readonly data: readonly number[]
}

/** What recorded a file. */
export interface Header {
  readonly framework: string
  readonly version: string
  readonly package?: string
  readonly seed: number
  readonly recordedWith: string
}

export interface Recording<Case> {
  readonly header: Header
  readonly cases: readonly Case[]
}

export type RecordedDType = 'f64' | 'f32'
/** `classes` are integers without the last axis of the prediction; the others have its shape. */
export type TargetKind = 'values' | 'classes' | 'probabilities'
export type Options = Readonly<Record<string, number | string | boolean>>

export interface ActivationCase {
  readonly name: string
  readonly options: Options
  readonly dtype: RecordedDType
  readonly input: Tensor
  readonly output: Tensor
  readonly cotangent: Tensor
  readonly inputGradient: Tensor
}

export interface DenseCase {
  readonly activation: 'linear' | 'relu' | 'tanh'
  readonly dtype: RecordedDType
  /** [..., in] */
  readonly input: Tensor
  /** [out, in] */
  readonly weight: Tensor
  /** [out] */
  readonly bias: Tensor | null
  /** g = h Wᵀ + b, [..., out] */
  readonly preActivation: Tensor
  readonly output: Tensor
  /** ∂L/∂h′ that the gradients below belong to. */
  readonly cotangent: Tensor
  readonly preActivationGradient: Tensor
  readonly inputGradient: Tensor
  readonly weightGradient: Tensor
  readonly biasGradient: Tensor | null
}

/** One number for each axis of space. */
export type Extents = readonly number[]

export interface ConvolutionCase {
  readonly layer: 'conv' | 'depthwise'
  readonly kernel: Extents
  readonly options: {
    readonly stride?: Extents
    readonly pad?: 'same' | 'causal' | Extents
    readonly dilation?: Extents
    readonly groups?: number
  }
  readonly activation: 'linear' | 'relu' | 'tanh'
  readonly dtype: RecordedDType
  /** [B, …space, C] */
  readonly input: Tensor
  /** [O, C / groups, …kernel] */
  readonly weight: Tensor
  /** [O] */
  readonly bias: Tensor | null
  /** [B, …positions, O] */
  readonly output: Tensor
  readonly cotangent: Tensor
  readonly inputGradient: Tensor
  readonly weightGradient: Tensor
  readonly biasGradient: Tensor | null
}

export interface PoolCase {
  readonly layer:
    | 'max-pool'
    | 'average-pool'
    | 'global-max-pool'
    | 'global-average-pool'
    | 'upsample'
    | 'flatten'
    | 'reshape'
  /** For `upsample` its factors, for `reshape` the new sizes of a row, for `flatten` none. */
  readonly window: Extents
  readonly options: { readonly stride?: Extents; readonly pad?: Extents }
  readonly dtype: RecordedDType
  /** [B, …space, C] */
  readonly input: Tensor
  readonly output: Tensor
  readonly cotangent: Tensor
  readonly inputGradient: Tensor
}

export interface EmbeddingCase {
  readonly size: number
  readonly dim: number
  /** The index that is padding, whose vector and gradient are 0. */
  readonly padding: number | null
  readonly dtype: RecordedDType
  /** [B, ...], whole numbers below `size` */
  readonly indices: Tensor
  /** [size, dim] */
  readonly weight: Tensor
  /** [B, ..., dim] */
  readonly output: Tensor
  readonly cotangent: Tensor
  readonly gradient: Tensor
}

export interface MergeCase {
  readonly layer: string
  readonly dtype: RecordedDType
  readonly inputs: readonly Tensor[]
  readonly output: Tensor
  readonly cotangent: Tensor
  /** One for each input. */
  readonly gradients: readonly Tensor[]
}

/** What is added by place to a sequence of vectors. */
export interface PositionCase {
  readonly kind: 'learnt' | 'sinusoidal'
  readonly dtype: RecordedDType
  /** [B, T, C] */
  readonly input: Tensor
  /** [T, C]; null for waves. */
  readonly weight: Tensor | null
  readonly output: Tensor
  readonly cotangent: Tensor
  readonly inputGradient: Tensor
  readonly weightGradient: Tensor | null
}

/** A layer that draws while training, as it stands first in a network. */
export interface NoiseCase {
  readonly layer: 'dropout' | 'spatial-dropout' | 'gaussian-noise'
  /** What is left out, or the deviation. */
  readonly argument: number
  readonly dtype: RecordedDType
  /** Where the draws stand: the seed, the step as low and high word, the number of the batch's first row. */
  readonly seed: number
  readonly step: readonly [number, number]
  readonly firstRow: number
  /** [B, …] */
  readonly input: Tensor
  /** As the input: 1 where it is kept, else 0; or standard normal numbers. */
  readonly noise: Tensor
  readonly output: Tensor
  readonly cotangent: Tensor
  readonly inputGradient: Tensor
}

/** A normalising layer. */
export interface NormCase {
  readonly name: string
  readonly options: Options
  readonly dtype: RecordedDType
  /** [B, ..., C] */
  readonly input: Tensor
  /** [C] */
  readonly weight: Tensor
  readonly bias: Tensor | null
  readonly output: Tensor
  readonly cotangent: Tensor
  readonly inputGradient: Tensor
  readonly weightGradient: Tensor
  readonly biasGradient: Tensor | null
  /** Running values before and after the batch, where the layer keeps some. */
  readonly before: RunningValues | null
  readonly after: RunningValues | null
}

/** A recurrent layer of one direction, rows first. */
export interface RecurrentCase {
  readonly layer: 'rnn' | 'gru' | 'lstm'
  /** Of `rnn`: `tanh` or `relu`. */
  readonly activation: 'tanh' | 'relu' | null
  readonly dtype: RecordedDType
  /** [B, T, C] */
  readonly input: Tensor
  /** How many times of each row count, [B], or null where all do: a packed sequence. */
  readonly lengths: readonly number[] | null
  readonly parameters: RecurrentParameters
  /** All states [B, T, H], 0 from a row's length on. */
  readonly output: Tensor
  /** The last state [B, H]; a row's last is the one at its length. */
  readonly state: Tensor
  /** c of `lstm`. */
  readonly cell: Tensor | null
  /** ∂L/∂output, ∂L/∂state and ∂L/∂cell that the gradients below belong to. */
  readonly cotangent: Tensor
  readonly stateCotangent: Tensor
  readonly cellCotangent: Tensor | null
  readonly inputGradient: Tensor
  readonly gradients: RecurrentParameters
}

/** PyTorch's, without the number of the layer; gates stacked in its order. Biases are null where there are none. */
export interface RecurrentParameters {
  readonly weight_ih: Tensor
  readonly weight_hh: Tensor
  readonly bias_ih: Tensor | null
  readonly bias_hh: Tensor | null
}

/** Attention with several heads, rows first. */
export interface AttentionCase {
  readonly heads: number
  readonly causal: boolean
  readonly dtype: RecordedDType
  /** How many keys of each row count, [B], or null where all do. */
  readonly lengths: readonly number[] | null
  /** [B, T, C] */
  readonly query: Tensor
  /** [B, S, …]; null where the queries, and of the values the keys, are taken. */
  readonly key: Tensor | null
  readonly value: Tensor | null
  readonly parameters: AttentionParameters
  /** [B, T, C] */
  readonly output: Tensor
  readonly cotangent: Tensor
  readonly inputGradients: {
    readonly query: Tensor
    readonly key: Tensor | null
    readonly value: Tensor | null
  }
  readonly gradients: AttentionParameters
}

/** PyTorch's, its `in_proj` cut into those of queries, keys and values. */
export type AttentionParameters = Readonly<
  Record<`${'query' | 'key' | 'value' | 'output'}_${'weight' | 'bias'}`, Tensor>
>

export interface RunningValues {
  readonly mean: Tensor
  readonly variance: Tensor
}

export interface LossCase {
  readonly name: string
  readonly options: Options
  readonly dtype: RecordedDType
  readonly targetKind: TargetKind
  /** [..., outputs] */
  readonly prediction: Tensor
  readonly target: Tensor
  /** w over the leading axes; null is 1 everywhere. */
  readonly weights: Tensor | null
  /** ℓ over the leading axes, not weighted. */
  readonly values: Tensor
  /** Σ wℓ / Σ w */
  readonly mean: number
  /** ∂ mean / ∂ prediction */
  readonly predictionGradient: Tensor
}

export interface OptimizerCase {
  readonly name: string
  readonly options: Options
  readonly dtype: RecordedDType
  /** After each step. A slot that torch does not keep (momentum 0) is left out. */
  readonly steps: readonly {
    readonly parameter: Tensor
    readonly slots: Readonly<Record<string, Tensor>>
  }[]
}

export interface OptimizerRecording extends Recording<OptimizerCase> {
  readonly initial: Tensor
  readonly gradients: readonly Tensor[]
}

export interface ScheduleCase {
  readonly name: string
  readonly options: Readonly<Record<string, number | readonly number[]>>
  /** torch's class, or `formula`. */
  readonly source: string
  readonly base: number
  /** The learning rate of step 0, 1, … */
  readonly rates: readonly number[]
}

export interface InitializerCase {
  readonly name: string
  readonly options: Options
  readonly shape: readonly number[]
  readonly fanIn: number
  readonly fanOut: number
  readonly distribution: 'uniform' | 'normal'
  readonly deviation: number
  /** A uniform law is over −bound…bound; null for a normal one. */
  readonly bound: number | null
}

export interface MetricCase {
  readonly name: string
  readonly options?: Options
  /**
   * `binary`: logits of one output, `probabilities`: of yes, one a row; `pooled`: over all elements instead of the mean of
   * the outputs' own.
   */
  readonly kind: 'classes' | 'binary' | 'probabilities' | 'values' | 'pooled'
  readonly source: string
  readonly prediction: Tensor
  readonly target: Tensor
  /** One a row; left out, all are 1. */
  readonly weights?: Tensor
  /** A table for `confusion`. */
  readonly value: number | Tensor
}

export interface Parameters {
  readonly weight: Tensor
  readonly bias: Tensor
}

export interface NetworkCase {
  readonly dtype: RecordedDType
  readonly loss: string
  readonly targetKind: TargetKind
  readonly optimizer: { readonly name: string; readonly options: Options }
  readonly input: Tensor
  readonly target: Tensor
  /** Before the first step. */
  readonly layers: readonly (Parameters & {
    readonly units: number
    readonly activation: 'tanh' | 'linear'
  })[]
  /** The last layer's output before the first step. */
  readonly firstOutput: Tensor
  readonly firstGradients: readonly Parameters[]
  /** Of each step before its update. */
  readonly losses: readonly number[]
  /** After the last step. */
  readonly final: readonly Parameters[]
}

export interface RegimeCase {
  readonly name: string
  readonly dtype: RecordedDType
  readonly targetKind: TargetKind
  readonly optimizer: { readonly name: string; readonly options: Options }
  readonly classWeights: readonly number[] | null
  readonly rowWeights: Tensor | null
  /** Largest global norm of a gradient. */
  readonly clip: number | null
  /** Largest absolute value of a gradient's element, before the norm. */
  readonly clipValue: number | null
  /** Batches of an update. */
  readonly accumulate: number
  /** β of the moving average. */
  readonly average: number | null
  /** Rows of a batch, in their order. */
  readonly batch: number
  readonly epochs: number
  readonly input: Tensor
  readonly target: Tensor
  readonly layers: NetworkCase['layers']
  /** Of the rows of each update, before it. */
  readonly losses: readonly number[]
  readonly final: readonly Parameters[]
  readonly averages: readonly Parameters[] | null
}

/** Minimising a function of vectors; in float64. */
export interface LbfgsCase {
  readonly name: 'rosenbrock' | 'bowl' | 'hills'
  /** Pairs that are remembered. */
  readonly memory: number
  /** [iterations + 1, n], the start first. */
  readonly points: Tensor
  readonly losses: readonly number[]
  /** As `points`. */
  readonly gradients: Tensor
  /** [iterations, n]: along which each iteration searched. */
  readonly directions: Tensor
}

/** The files by name. */
export interface Recordings {
  readonly activations: Recording<ActivationCase>
  readonly dense: Recording<DenseCase>
  readonly convolutions: Recording<ConvolutionCase>
  readonly norms: Recording<NormCase>
  readonly embeddings: Recording<EmbeddingCase>
  readonly positions: Recording<PositionCase>
  readonly merges: Recording<MergeCase>
  readonly noises: Recording<NoiseCase>
  readonly recurrent: Recording<RecurrentCase>
  readonly attention: Recording<AttentionCase>
  readonly pools: Recording<PoolCase>
  readonly losses: Recording<LossCase>
  readonly optimizers: OptimizerRecording
  readonly schedules: Recording<ScheduleCase>
  readonly initializers: Recording<InitializerCase>
  readonly metrics: Recording<MetricCase>
  readonly networks: Recording<NetworkCase>
  readonly regimes: Recording<RegimeCase>
  readonly lbfgs: Recording<LbfgsCase>
}
