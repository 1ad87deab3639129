/** Losses. A loss gives one value for each place of the output's leading axes: a row, or a row and a time. */
import type { Ops, Shape, Tensor } from '@chainrule/program'
import type { Config } from './configured.ts'
import type { ConfigOf, Empty, Fields } from './fields.ts'

/**
 * What a target is:
 * `number`: the output's shape. `class`: an i32 class for each place, or weights over the classes with the output's
 * shape. `binary`: the output's shape, between 0 and 1.
 */
export type TargetKind = 'number' | 'class' | 'binary'

/** What the numbers of a row's target must be, where not any will do. */
export interface TargetRule {
  /** In the reader's words: "numbers from 0 on". */
  readonly required: string
  holds(row: readonly number[]): boolean
}

interface LossTraits {
  /**
   * Activations that it applies to the output itself, so that the last layer gives logits; none where it takes any number
   * all the same. Left out, it takes the output as the prediction that it is.
   */
  readonly applies?: readonly string[]
  /** False where number targets are taken in their own units, because their 0 or their size means something. */
  readonly standardises?: boolean
  readonly targetRule?: TargetRule
}

/** What `defineLoss` is given: ℓ, perhaps its gradient, and the targets that it is for. */
export interface LossDefinition<A extends Fields = Empty, O extends Fields = Empty, Saved = unknown>
  extends LossTraits {
  readonly name: string
  readonly summary: string
  readonly arguments?: A
  readonly options?: O
  /** What its target is; of several kinds, the first where nothing says which. */
  readonly target: TargetKind | readonly [TargetKind, ...TargetKind[]]
  /** ℓ over the leading axes, from the output f [lead…, F] and the target y, which is of the kind `target`. */
  forward(
    ops: Ops,
    tensors: { readonly f: Tensor; readonly y: Tensor },
    config: ConfigOf<A & O>,
    target: TargetKind,
  ): { readonly values: Tensor; readonly saved: Saved }
  /** ∂L/∂f from ∂L/∂ℓ. Left out, it is derived from `forward`. */
  backward?(
    ops: Ops,
    tensors: {
      readonly f: Tensor
      readonly y: Tensor
      readonly saved: Saved
      readonly dvalues: Tensor
    },
    config: ConfigOf<A & O>,
    target: TargetKind,
  ): Tensor
  /** What a person is shown for an output: class probabilities from logits, for instance. Left out, the output. */
  prediction?(ops: Ops, f: Tensor, config: ConfigOf<A & O>, target: TargetKind): Tensor
}

/** A loss as it is registered, without values for its arguments. */
export interface LossPlugin {
  readonly kind: 'loss'
  readonly name: string
  readonly summary: string
  readonly arguments: Fields
  readonly options: Fields
  readonly targets: readonly [TargetKind, ...TargetKind[]]
  with(config: Config): Loss
}

/** A loss with its arguments filled in. */
export interface Loss extends LossTraits {
  readonly name: string
  readonly config: Config
  /** What its target is here. */
  readonly target: TargetKind
  /** What its target may be. */
  readonly targets: readonly TargetKind[]
  /** The same for a target of another kind. */
  forTarget(target: TargetKind): Loss
  forward(
    ops: Ops,
    tensors: { readonly f: Tensor; readonly y: Tensor },
  ): { readonly values: Tensor; readonly saved: unknown }
  readonly backward:
    | ((
        ops: Ops,
        tensors: {
          readonly f: Tensor
          readonly y: Tensor
          readonly saved: unknown
          readonly dvalues: Tensor
        },
      ) => Tensor)
    | undefined
  prediction(ops: Ops, f: Tensor): Tensor
}

/** Options that every loss takes where a text names it; a plugin may not declare one as its own. */
export const lossOptions = ['weight', 'class-weights'] as const

/** Declares a loss. */
export function defineLoss<
  const A extends Fields = Empty,
  const O extends Fields = Empty,
  Saved = unknown,
>(definition: LossDefinition<A, O, Saved>): LossPlugin {
  const { name, summary, target } = definition
  const targets = typeof target === 'string' ? ([target] as const) : target
  return Object.freeze({
    kind: 'loss',
    name,
    summary,
    arguments: definition.arguments ?? {},
    options: definition.options ?? {},
    targets,
    with: (given) => configured(definition, targets, given, targets[0]),
  } satisfies LossPlugin)
}

function configured<A extends Fields, O extends Fields, Saved>(
  definition: LossDefinition<A, O, Saved>,
  targets: readonly TargetKind[],
  given: Config,
  target: TargetKind,
): Loss {
  const { name, backward, applies, standardises, targetRule } = definition
  const config = given as ConfigOf<A & O>
  return {
    name,
    config: given,
    target,
    targets,
    ...(applies === undefined ? {} : { applies }),
    ...(standardises === undefined ? {} : { standardises }),
    ...(targetRule === undefined ? {} : { targetRule }),
    forTarget: (other) => {
      if (!targets.includes(other)) throw new Error(`internal: \`${name}\` is not for ${other}`)
      return configured(definition, targets, given, other)
    },
    forward: (ops, tensors) => definition.forward(ops, tensors, config, target),
    backward:
      backward === undefined
        ? undefined
        : (ops, { saved, ...tensors }) =>
            backward.call(definition, ops, { ...tensors, saved: saved as Saved }, config, target),
    prediction: (ops, f) =>
      definition.prediction === undefined ? f : definition.prediction(ops, f, config, target),
  }
}

/** The leading axes of an output: all but the last, over which a loss gives its values. */
export function leadingShape(output: Shape): Shape {
  return output.slice(0, -1)
}
