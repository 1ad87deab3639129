/** Losses. A loss gives one value for each place of the output's leading axes: a row, or a row and a time. */
import type { Ops, Shape, Tensor } from '@chainrule/program'
import type { ConfigOf, Fields } from './fields.ts'

type Empty = Record<never, never>

/**
 * What a target is:
 * `number`: the output's shape. `class`: an i32 class for each place, or weights over the classes with the output's
 * shape. `binary`: the output's shape, between 0 and 1.
 */
export type TargetKind = 'number' | 'class' | 'binary'

export interface LossDefinition<
  A extends Fields = Empty,
  O extends Fields = Empty,
  Saved = unknown,
> {
  readonly name: string
  readonly summary: string
  readonly arguments?: A
  readonly options?: O
  readonly target: TargetKind
  /** ℓ over the leading axes, from the output f [lead…, F] and the target y. */
  forward(
    ops: Ops,
    tensors: { readonly f: Tensor; readonly y: Tensor },
    config: ConfigOf<A & O>,
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
  ): Tensor
  /** What a person is shown for an output: class probabilities from logits, for instance. Left out, the output. */
  prediction?(ops: Ops, f: Tensor, config: ConfigOf<A & O>): Tensor
}

type AnyRecord = Readonly<Record<string, unknown>>

export interface LossPlugin {
  readonly kind: 'loss'
  readonly name: string
  readonly summary: string
  readonly arguments: Fields
  readonly options: Fields
  readonly target: TargetKind
  with(config: AnyRecord): Loss
}

/** A loss with its arguments filled in. */
export interface Loss {
  readonly name: string
  readonly config: AnyRecord
  readonly target: TargetKind
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

/** Declares a loss. */
export function defineLoss<
  const A extends Fields = Empty,
  const O extends Fields = Empty,
  Saved = unknown,
>(definition: LossDefinition<A, O, Saved>): LossPlugin {
  const { name, summary, target, backward } = definition
  return Object.freeze({
    kind: 'loss',
    name,
    summary,
    arguments: definition.arguments ?? {},
    options: definition.options ?? {},
    target,
    with: (given) => {
      const config = given as ConfigOf<A & O>
      return {
        name,
        config: given,
        target,
        forward: (ops, tensors) => definition.forward(ops, tensors, config),
        backward:
          backward === undefined
            ? undefined
            : (ops, tensors) =>
                definition.backward?.(ops, { ...tensors, saved: tensors.saved as Saved }, config) ??
                tensors.f,
        prediction: (ops, f) => definition.prediction?.(ops, f, config) ?? f,
      }
    },
  } satisfies LossPlugin)
}

/** The leading axes of an output: all but the last, over which a loss gives its values. */
export function leadingShape(output: Shape): Shape {
  return output.slice(0, -1)
}
