/** What the training worker says of the inside of a network: equations with their values, and the health of every layer. */
import type { LayerEquations } from '@chainrule/equations'

/** The equations of a layer; the program that gives their values stays in the worker. */
export type ExplainedLayer = Omit<LayerEquations, 'program'>

export interface ExplainedValue {
  readonly shape: readonly number[]
  /** Missing of a tensor of more than `largestTensor` elements. */
  readonly values: Float32Array | undefined
}

/** A tensor larger than this is not sent. */
export const largestTensor = 500_000

/** Before the name of an output whose loss is meant, and no layer. */
export const lossPrefix = 'loss/'

/** One layer for one batch. */
export interface Explained {
  /** A node, or `lossPrefix` and the name of an output. */
  readonly node: string
  /** Updates that were made before. */
  readonly step: number
  /** The rows of the encoded data. */
  readonly rows: readonly number[]
  /** Sent where it was asked for. */
  readonly layer: ExplainedLayer | undefined
  /** By the symbols' names. */
  readonly values: Readonly<Record<string, ExplainedValue>>
}

/** How often values are in each of as many equal parts of a range. */
export interface Histogram {
  readonly from: number
  readonly to: number
  readonly counts: readonly number[]
}

/** Wider layers have their first units' means told. */
export const mostUnits = 1024

/** How one layer does on one batch. */
export interface LayerHealth {
  readonly node: string
  readonly activations: Histogram
  /** Of ∂L/∂h; missing where no gradient arrives. */
  readonly gradients: Histogram | undefined
  /** The mean of each unit over the rows and places of the batch. */
  readonly means: Float32Array
  /** Units that give exactly 0 for every row. */
  readonly silentUnits: number
  readonly units: number
  /** √⟨(∂L/∂h)²⟩. */
  readonly gradientSize: number | undefined
  /** |∂L/∂W| / |W| over all parameters of the layer. */
  readonly relativeGradient: number | undefined
  readonly isFinite: boolean
}

export interface Health {
  readonly step: number
  readonly layers: readonly LayerHealth[]
}
