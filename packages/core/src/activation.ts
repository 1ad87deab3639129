/** Activations: σ, which a layer applies to its pre-activation, and which is a layer of its own (`-> relu ->`). */
import { backpropagate, type Ops, type Tensor } from '@chainrule/program'
import type { Activation, Config } from './configured.ts'
import type { ConfigOf, Empty, Fields } from './fields.ts'
import { defineLayer, type Layer } from './layer.ts'

interface Saved {
  readonly g: Tensor
  readonly h: Tensor
}

/** What `defineActivation` is given: σ, its range, and how its gradient is found. */
export interface ActivationDefinition<A extends Fields = Empty> {
  readonly name: string
  readonly summary: string
  /** Positional, in this order. */
  readonly arguments?: A
  /** Between which numbers h lies, where not any can come out; ±∞ where one side is open. */
  range?(config: ConfigOf<A>): readonly [low: number, high: number]
  /** h = σ(g). */
  forward(ops: Ops, g: Tensor, config: ConfigOf<A>): Tensor
  /** σ'(g), for an elementwise σ. */
  derivative?(ops: Ops, saved: Saved, config: ConfigOf<A>): Tensor
  /** ∂L/∂g, for a σ whose outputs depend on several inputs. Without this and `derivative` it is derived. */
  backward?(ops: Ops, saved: Saved, dh: Tensor, config: ConfigOf<A>): Tensor
}

/** An activation as it is registered, without values for its arguments. */
export interface ActivationPlugin {
  readonly kind: 'activation'
  readonly name: string
  readonly summary: string
  readonly arguments: Fields
  readonly options: Fields
  /** σ with its arguments filled in. */
  with(config: Config): Activation
}

/** Declares an activation. */
export function defineActivation<const A extends Fields = Empty>(
  definition: ActivationDefinition<A>,
): ActivationPlugin {
  const { name, summary } = definition
  return Object.freeze({
    kind: 'activation',
    name,
    summary,
    arguments: definition.arguments ?? {},
    options: {},
    with: (given) => {
      const config = given as ConfigOf<A>
      const range = definition.range?.(config)
      return {
        name,
        config: given,
        ...(range === undefined ? {} : { range }),
        forward: (ops, g) => definition.forward(ops, g, config),
        backward: (ops, saved, dh) => {
          if (definition.backward !== undefined) return definition.backward(ops, saved, dh, config)
          if (definition.derivative !== undefined) {
            return ops.mul(dh, definition.derivative(ops, saved, config)) // eq. 76
          }
          const [dg = dh] = backpropagate(ops, [{ of: saved.h, cotangent: dh }], [saved.g])
          return dg
        },
      }
    },
  } satisfies ActivationPlugin)
}

/** The activation as a layer without weights: h^n = σ(h^(n-1)). */
export function activationLayer(plugin: ActivationPlugin): Layer {
  return defineLayer({
    name: plugin.name,
    summary: plugin.summary,
    arguments: plugin.arguments,
    shape: (_, [h]) => h,
    forward: (ops, _, [g], config) => {
      const h = plugin.with(config).forward(ops, g)
      return { h, g, saved: { g, h } }
    },
    backward: (ops, _, saved, { dh }, config) => {
      const dg = plugin.with(config).backward(ops, saved, dh)
      return { dg, dh: [dg], gradients: {} }
    },
  })
}
