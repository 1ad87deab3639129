/** Optimizers: elementwise ones are traced into the program, driven ones are algorithms of the host. */
import type { Ops, Tensor } from '@chainrule/program'
import type { Config, Schedule } from './configured.ts'
import {
  type ConfigOf,
  type Empty,
  type Field,
  type Fields,
  number,
  optional,
  schedule,
} from './fields.ts'

/** What the update of one parameter reads. */
export interface UpdateContext<Slots extends string> {
  /** The parameter W_t. */
  readonly w: Tensor
  /** ∂L/∂W_t, clipped. */
  readonly dw: Tensor
  readonly slots: { readonly [K in Slots]: Tensor }
  /** η, a scalar, after the schedule. */
  readonly learningRate: Tensor
  /** The number of this update, a float scalar that counts from 1. */
  readonly step: Tensor
  /** The weight decay of this parameter; 0 where it does not decay. */
  readonly decay: number
}

interface OptimizerBase<A extends Fields, O extends Fields> {
  readonly name: string
  readonly summary: string
  readonly arguments?: A
  /** Beside those of `CommonOptions`, which every elementwise optimizer takes. */
  readonly options?: O
  /** η where none is written. */
  readonly learningRate: number
  /** Weight decay where none is written; 0 where left out. */
  readonly decay?: number
}

export interface ElementwiseDefinition<A extends Fields, O extends Fields, Slots extends string>
  extends OptimizerBase<A, O> {
  /** Tensors kept for each parameter, of its shape, zero at first. */
  slots(config: ConfigOf<A & O>): readonly Slots[]
  /** Single numbers kept for each parameter, zero at first; none where left out. */
  scalars?(config: ConfigOf<A & O>): readonly Slots[]
  update(
    ops: Ops,
    context: UpdateContext<Slots>,
    config: ConfigOf<A & O>,
  ): { readonly w: Tensor; readonly slots: { readonly [K in Slots]?: Tensor } }
}

/** What a driven optimizer works with: one flat vector of all trainable parameters, and the loss over the whole data. */
export interface DrivenHost {
  /** A copy of the parameters. */
  parameters(): Float64Array
  setParameters(values: Float64Array): void
  /** Loss and gradient at the parameters as they are set, penalties of layers among them; NaN where not finite. */
  gradient(): { readonly loss: number; readonly gradient: Float64Array }
  /** The loss alone. */
  evaluate(): number
  readonly signal: AbortSignal | undefined
}

/** The iterations of a driven optimizer. */
export type Iterations = Iterable<number | undefined> | Promise<Iterable<number | undefined>>

export interface DrivenDefinition<A extends Fields, O extends Fields>
  extends Omit<OptimizerBase<A, O>, 'decay'> {
  /**
   * Vectors of all parameters that it holds at most, in float64, so that what a training needs can be told before; none
   * where left out.
   */
  vectors?(config: ConfigOf<A & O>): number
  /**
   * Yields the loss after each of its iterations, with the parameters where it stands, until it converges or is not asked
   * for more; a loss that is not finite ends the training as such. `undefined`, within an iteration, lets the host draw
   * breath and hear of an abort. A promise of them where the algorithm is loaded only when it is used.
   */
  drive(host: DrivenHost, config: ConfigOf<A & O> & { readonly lr: number }): Iterations
}

/** The options that core gives to every elementwise optimizer; to a driven one `lr` alone. */
export interface CommonOptions {
  readonly lr: number
  readonly decay: number
  /** Largest global norm of the gradient. */
  readonly clip: number | undefined
  /** Largest absolute value of a gradient's element. */
  readonly 'clip-value': number | undefined
  readonly schedule: Schedule | undefined
  /** β of the moving average of the weights, which is measured and saved in their place. */
  readonly average: number | undefined
}

interface OptimizerShared {
  readonly kind: 'optimizer'
  readonly name: string
  readonly summary: string
  readonly arguments: Fields
  readonly options: Fields
}

/** An elementwise optimizer as it is registered, without values for its arguments. */
export interface ElementwisePlugin extends OptimizerShared {
  readonly style: 'elementwise'
  with(config: Config): ElementwiseOptimizer
}

/** A driven optimizer as it is registered, without values for its arguments. */
export interface DrivenPlugin extends OptimizerShared {
  readonly style: 'driven'
  with(config: Config): DrivenOptimizer
}

/** An optimizer of either style as it is registered. */
export type OptimizerPlugin = ElementwisePlugin | DrivenPlugin

/** An elementwise optimizer with its arguments filled in. */
export interface ElementwiseOptimizer {
  readonly style: 'elementwise'
  readonly name: string
  readonly config: Config
  readonly common: CommonOptions
  /** Of the parameter's shape. */
  readonly slots: readonly string[]
  /** Single numbers. */
  readonly scalars: readonly string[]
  update(
    ops: Ops,
    context: UpdateContext<string>,
  ): { readonly w: Tensor; readonly slots: Readonly<Record<string, Tensor>> }
}

/** A driven optimizer with its arguments filled in. */
export interface DrivenOptimizer {
  readonly style: 'driven'
  readonly name: string
  readonly config: Config
  readonly common: Pick<CommonOptions, 'lr'>
  /** Of all parameters, in float64. */
  readonly vectors: number
  drive(host: DrivenHost): Iterations
}

/** An optimizer of either style with its arguments filled in. */
export type Optimizer = ElementwiseOptimizer | DrivenOptimizer

function commonFields(
  learningRate: number,
  decay: number,
): { readonly [K in keyof CommonOptions]: Field<CommonOptions[K]> } {
  return {
    lr: number({ above: 0, default: learningRate }),
    decay: number({ from: 0, default: decay }),
    clip: optional(number({ above: 0 })),
    'clip-value': optional(number({ above: 0 })),
    schedule: optional(schedule()),
    average: optional(number({ above: 0, below: 1 })),
  }
}

function shared(definition: OptimizerBase<Fields, Fields>, common: Fields): OptimizerShared {
  return {
    kind: 'optimizer',
    name: definition.name,
    summary: definition.summary,
    arguments: definition.arguments ?? {},
    options: { ...common, ...definition.options },
  }
}

/** Declares an optimizer that updates each parameter by its own gradient, such as eq. 78. */
export function defineOptimizer<
  const A extends Fields = Empty,
  const O extends Fields = Empty,
  const Slots extends string = never,
>(definition: ElementwiseDefinition<A, O, Slots>): ElementwisePlugin {
  const { learningRate, decay = 0 } = definition
  return Object.freeze({
    ...shared(definition, commonFields(learningRate, decay)),
    style: 'elementwise',
    with: (given) => {
      const config = given as ConfigOf<A & O>
      return {
        style: 'elementwise',
        name: definition.name,
        config: given,
        common: given as unknown as CommonOptions,
        slots: definition.slots(config),
        scalars: definition.scalars?.(config) ?? [],
        update: (ops, context) => {
          const { w, slots } = definition.update(ops, context, config)
          return { w, slots: slots as Readonly<Record<string, Tensor>> }
        },
      }
    },
  } satisfies ElementwisePlugin)
}

/** Declares an optimizer that asks for losses and gradients itself, such as a line search. */
export function defineDrivenOptimizer<
  const A extends Fields = Empty,
  const O extends Fields = Empty,
>(definition: DrivenDefinition<A, O>): DrivenPlugin {
  const { lr } = commonFields(definition.learningRate, 0)
  return Object.freeze({
    ...shared(definition, { lr }),
    style: 'driven',
    with: (given) => ({
      style: 'driven',
      name: definition.name,
      config: given,
      common: given as unknown as Pick<CommonOptions, 'lr'>,
      vectors: definition.vectors?.(given as ConfigOf<A & O>) ?? 0,
      drive: (host) => definition.drive(host, given as ConfigOf<A & O> & { readonly lr: number }),
    }),
  } satisfies DrivenPlugin)
}
