/** Initializers: how a parameter's first values are drawn. */
import type { Ops, Tensor } from '@chainrule/program'
import type { Config, Initializer, SampleContext } from './configured.ts'
import type { ConfigOf, Empty, Fields } from './fields.ts'

/** What `defineInitializer` is given: how values are drawn for a parameter. */
export interface InitializerDefinition<A extends Fields = Empty> {
  readonly name: string
  readonly summary: string
  readonly arguments?: A
  sample(ops: Ops, context: SampleContext, config: ConfigOf<A>): Tensor
}

/** An initializer as it is registered, without values for its arguments. */
export interface InitializerPlugin {
  readonly kind: 'initializer'
  readonly name: string
  readonly summary: string
  readonly arguments: Fields
  readonly options: Fields
  with(config: Config): Initializer
}

/** Declares an initializer. */
export function defineInitializer<const A extends Fields = Empty>(
  definition: InitializerDefinition<A>,
): InitializerPlugin {
  const { name, summary } = definition
  return Object.freeze({
    kind: 'initializer',
    name,
    summary,
    arguments: definition.arguments ?? {},
    options: {},
    with: (config) => ({
      name,
      config,
      sample: (ops, context) => definition.sample(ops, context, config as ConfigOf<A>),
    }),
  } satisfies InitializerPlugin)
}

/** Every value is 0: how biases begin. A layer takes it as `zeros.with({})`. */
export const zeros = defineInitializer({
  name: 'zeros',
  summary: 'Every value is 0.',
  sample: (ops, { shape }) => ops.constant(0, { shape }),
})

/** Every value is 1: how scales begin. */
export const ones = defineInitializer({
  name: 'ones',
  summary: 'Every value is 1.',
  sample: (ops, { shape }) => ops.constant(1, { shape }),
})
