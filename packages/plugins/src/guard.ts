/**
 * Plugins of others, watched: what goes wrong in one is said with its package, its name and the stage. It sees copies that
 * cannot be changed, no clock and no random numbers but those of `ops`, and has a limited time for each call.
 */
import {
  ChainruleError,
  type Fields,
  type Plugin,
  type PluginKind,
  type TargetRule,
} from '@chainrule/core'
import { withoutChance } from './chance.ts'
import { placesText, stageFailed } from './errors.ts'
import { isRefusal, messageOf } from './refusal.ts'
import { wrongResult } from './results.ts'
import { Copies, closed, unchangeable } from './unchangeable.ts'

/** Runs a function and ends it when it takes too long, where the host can; `more` milliseconds for one that has much to do. */
export type Limit = <T>(run: () => T, more?: number) => T

type Method = (...given: unknown[]) => unknown
type Member = readonly [name: string, value: unknown]

/** What is called while data are read, a model is traced or an epoch is told of. */
const watchedStages: ReadonlySet<string> = new Set([
  ...['shape', 'init', 'statistics', 'forward', 'backward', 'derivative', 'prediction'],
  ...['with', 'forTarget', 'rate', 'sample', 'slots', 'scalars', 'update', 'accumulate'],
  ...['read', 'finish', 'collect', 'vectors', 'problemWith'],
])

/** Milliseconds that each byte which is handed over may take. */
const perByte = 1e-3

/** Those that look at what a person has written, and refuse what does not fit. */
const refusing: ReadonlySet<string> = new Set([
  ...['shape', 'init', 'statistics', 'with', 'forTarget', 'read', 'problemWith', 'targetRule'],
])
const mayRefuse = (stage: string, { code }: ChainruleError): boolean =>
  (stage.startsWith('parse') || refusing.has(stage)) && code !== 'plugin-load-failed'

/** Those that give an object whose own functions are the plugin's too. */
const configuring: ReadonlySet<string> = new Set(['with', 'forTarget'])

export interface Watching {
  /** As the text names it. */
  readonly package: string
  readonly limit: Limit
  /** Where in the plugin's own files an error comes from, the innermost first, if the host knows. */
  readonly placesOf?: (error: unknown) => readonly string[]
}

/** The same plugin, watched. */
export function guarded<P extends Plugin>(plugin: P, watching: Watching): P {
  return new Watch(plugin, watching).members(plugin)
}

class Watch {
  readonly #plugin: Plugin
  readonly #package: string
  readonly #limit: Limit
  readonly #placesOf: (error: unknown) => readonly string[]

  constructor(plugin: Plugin, { package: name, limit, placesOf = () => [] }: Watching) {
    this.#plugin = plugin
    this.#package = name
    this.#limit = limit
    this.#placesOf = placesOf
  }

  members<T extends object>(object: T): T {
    const watched = Object.entries(object).map(([name, value]: Member): Member => {
      const isTaking = object === this.#plugin && (name === 'arguments' || name === 'options')
      if (isTaking) return [name, this.#fields(value as Fields)]
      if (name === 'targetRule' && value !== undefined)
        return [name, this.#rule(value as TargetRule)]
      if (typeof value !== 'function') return [name, value]
      if (name === 'drive') return [name, this.#driving(value as Method, object)]
      return watchedStages.has(name)
        ? [name, this.#method(name, value as Method, object)]
        : [name, value]
    })
    // What core finds wrong with a result is said with the package too.
    return Object.fromEntries([...watched, ['package', this.#package]]) as T
  }

  /** How arguments are read is the plugin's own, where it is no field of core's. */
  #fields(fields: Fields): Fields {
    const watched = Object.entries(fields).map(([name, field]) => {
      const parse = this.#method(`parse\` of its \`${name}`, field.parse as Method, field)
      return [name, { ...field, parse }] as const
    })
    return Object.fromEntries(watched) as Fields
  }

  #method(stage: string, method: Method, owner: object): Method {
    return (...given) => {
      const arrays = new Copies()
      const seen = given.map((value) => unchangeable(value, arrays))
      const isConfiguring = configuring.has(stage)
      const result = this.#call(
        stage,
        () => {
          const result = method.apply(owner, seen)
          // A member of it may be a getter, which is the plugin's own code too.
          const returned = { result, given, owner: { ...owner } }
          const problem = wrongResult(this.#plugin.kind, stage, returned)
          if (problem !== undefined)
            throw this.#failure(stage, problem, 'give what the stage is to give')
          return isConfiguring ? this.members(result as object) : result
        },
        arrays.bytes * perByte,
      )
      if (arrays.areChanged())
        throw this.#failure(
          stage,
          'changes what it was given: the numbers of an array',
          'make a new array instead',
        )
      return result
    }
  }

  /**
   * The iterations of a driven optimizer. Each runs the whole training data through the model, so there is no limit to it, and
   * the clock that this needs is there.
   */
  #driving(method: Method, owner: object): Method {
    const failure = (what: string): ChainruleError => this.#failure('drive', what, 'yield losses')
    const told = (error: unknown): Error => this.#thrown('drive', error)
    const watched = function* (iterations: Iterable<unknown>): Generator<number | undefined> {
      try {
        // Where this is closed, `for` closes the plugin's own.
        for (const value of iterations) {
          if (value !== undefined && typeof value !== 'number')
            throw failure(`yields a ${typeof value}, and no loss`)
          yield value
        }
      } catch (error) {
        throw told(error)
      }
    }
    return async (...given) => {
      let iterations: unknown
      try {
        iterations = await method.apply(owner, given.map(closed))
      } catch (error) {
        throw told(error)
      }
      const isIterable =
        typeof iterations === 'object' && iterations !== null && Symbol.iterator in iterations
      if (!isIterable) throw failure('gives nothing that yields losses')
      return watched(iterations as Iterable<unknown>)
    }
  }

  #call(stage: string, run: () => unknown, more: number): unknown {
    try {
      return withoutChance(
        (what) =>
          this.#failure(
            stage,
            `reads ${what}`,
            `what it gives may depend on its arguments alone${draws.has(this.#plugin.kind) ? '; random numbers come from `random`, which it is given' : ''}`,
          ),
        () => this.#limit(run, more),
      )
    } catch (error) {
      throw this.#thrown(stage, error)
    }
  }

  /** What went wrong, as it is to be told. */
  #thrown(stage: string, error: unknown): ChainruleError {
    // What core and the plugin itself refuse has its own words, where they know of what it is said.
    if (isRefusal(error) && (error.code === 'plugin-failed' || mayRefuse(stage, error)))
      return ours(error)
    if (error instanceof TimeLimit)
      return this.#failure(stage, 'does not come to an end', 'it was stopped', error)
    const message = messageOf(error)
    const isChange =
      error instanceof TypeError &&
      /read.only|not extensible|Cannot (?:delete|redefine) property/.test(message)
    return isChange
      ? this.#failure(
          stage,
          `changes what it was given: ${message}`,
          'make a new object instead',
          error,
        )
      : this.#failure(stage, `failed: ${message}`, undefined, error)
  }

  /** The same rule of targets. It is asked for each row, so that nothing but its failures is watched. */
  #rule({ required, holds }: TargetRule): TargetRule {
    return {
      required,
      holds: (row) => {
        try {
          return holds(Object.freeze(row.slice()))
        } catch (error) {
          throw this.#thrown('targetRule', error)
        }
      },
    }
  }

  #failure(stage: string, what: string, help?: string, cause?: unknown): ChainruleError {
    return stageFailed({
      ...{ package: this.#package, plugin: this.#plugin.name, what, help, cause },
      ...{ stage, stageText: stageText(this.#plugin, stage) },
      where: placesText(this.#placesOf(cause)),
    })
  }
}

/** Kinds that are given random numbers. */
const draws: ReadonlySet<PluginKind> = new Set(['layer', 'initializer'])

/** As its author wrote it. */
function stageText(plugin: Plugin, stage: string): string {
  if (plugin.kind !== 'optimizer' || stage !== 'with') return `\`${stage}\``
  return plugin.style === 'driven' ? '`vectors`' : '`slots` or `scalars`'
}

/** The plugin may have a copy of core of its own, whose errors are others than ours. */
const ours = (error: ChainruleError): ChainruleError => {
  if (error instanceof ChainruleError) return error
  const { code, message, help, data } = error as ChainruleError
  return new ChainruleError(code, message, {
    ...(help === undefined ? {} : { help }),
    data,
    cause: error,
  })
}

/** A call took too long and was ended. */
export class TimeLimit extends Error {
  override name = 'TimeLimit'
  override message = 'it does not come to an end'
}
