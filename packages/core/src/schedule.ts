/** Schedules: how the learning rate changes while a model trains. Traced, so that a chunk of steps needs no host. */
import type { Ops, Tensor } from '@chainrule/program'
import type { Config, Schedule, ScheduleContext } from './configured.ts'
import type { ConfigOf, Empty, Fields } from './fields.ts'

/** What `defineSchedule` is given: the learning rate of each update. */
export interface ScheduleDefinition<A extends Fields = Empty, O extends Fields = Empty> {
  readonly name: string
  readonly summary: string
  readonly arguments?: A
  readonly options?: O
  /** The learning rate of the update after `step` updates. */
  rate(ops: Ops, context: ScheduleContext, config: ConfigOf<A & O>): Tensor
}

/** A schedule as it is registered, without values for its arguments. */
export interface SchedulePlugin {
  readonly kind: 'schedule'
  readonly name: string
  readonly summary: string
  readonly arguments: Fields
  readonly options: Fields
  with(config: Config): Schedule
}

/** Declares a learning-rate schedule. */
export function defineSchedule<const A extends Fields = Empty, const O extends Fields = Empty>(
  definition: ScheduleDefinition<A, O>,
): SchedulePlugin {
  const { name, summary } = definition
  return Object.freeze({
    kind: 'schedule',
    name,
    summary,
    arguments: definition.arguments ?? {},
    options: definition.options ?? {},
    with: (config) => ({
      name,
      config,
      rate: (ops, context) => definition.rate(ops, context, config as ConfigOf<A & O>),
    }),
  } satisfies SchedulePlugin)
}
