/** The registry: every plugin by kind and name. Registration is explicit; a name given twice is an error. */
import { ChainruleError } from '@chainrule/program'
import { type ActivationPlugin, activationLayer } from './activation.ts'
import { type Configuration, configure } from './configure.ts'
import { pluginClash, pluginReservedWord } from './errors.ts'
import type { Lookup, Parsed, PluginFieldKind, RawCall } from './fields.ts'
import type { InitializerPlugin } from './initializer.ts'
import type { Layer } from './layer.ts'
import { type LossPlugin, lossOptions } from './loss.ts'
import type { MetricPlugin } from './metric.ts'
import type { OptimizerPlugin } from './optimizer.ts'
import { builtInReaders, type ReaderPlugin, readerOptions } from './reader.ts'
import type { SchedulePlugin } from './schedule.ts'

/** What a plugin of each kind is. */
export interface PluginKinds {
  layer: Layer
  activation: ActivationPlugin
  loss: LossPlugin
  optimizer: OptimizerPlugin
  schedule: SchedulePlugin
  initializer: InitializerPlugin
  metric: MetricPlugin
  reader: ReaderPlugin
}

/** Every kind of plugin. */
export const pluginKinds = [
  'layer',
  'activation',
  'loss',
  'optimizer',
  'schedule',
  'initializer',
  'metric',
  'reader',
] as const satisfies readonly (keyof PluginKinds)[]

/** The name of a kind of plugin. */
export type PluginKind = (typeof pluginKinds)[number]

/** A plugin of any kind. */
export type Plugin = PluginKinds[PluginKind]

/** Words of the language that no plugin may be called, and no argument: a text cannot write them as names. */
export const reservedWords: readonly string[] = [
  'mlp',
  'use',
  'let',
  'block',
  'model',
  'branch',
  'residual',
  'repeat',
  'same',
  'as',
  'on',
  'only',
  'true',
  'false',
]

/** Directives of the language, after which no layer may be called. */
export const directives: readonly string[] = [
  'input',
  'output',
  'data',
  'column',
  'target',
  'features',
  'split',
  'scale',
  'window',
  'loss',
  'optimizer',
  'train',
  'metrics',
  'regularise',
  'seed',
  'init',
  'stop',
  'export',
]

/** Options that every layer takes; a plugin may not declare one as its own. */
export const genericOptions = ['l1', 'l2', 'freeze'] as const

/** Arguments that the language itself gives to every plugin of a kind. */
const takenArguments: Partial<Record<PluginKind, readonly string[]>> = {
  layer: genericOptions,
  loss: lossOptions,
  reader: [...readerOptions, ...directives],
}

/**
 * Every plugin by kind and name.
 *
 * Errors     plugin-clash, plugin-reserved-word, unknown-plugin
 */
export class Registry implements Lookup {
  readonly #plugins = new Map<PluginKind, Map<string, Plugin>>()

  constructor(plugins: Iterable<Plugin> = []) {
    for (const plugin of plugins) this.register(plugin)
  }

  /** Adds a plugin; an activation is also added as the layer of its name. */
  register(plugin: Plugin): this {
    this.#check(plugin)
    this.#add(plugin)
    if (plugin.kind === 'activation') this.#add(activationLayer(plugin))
    return this
  }

  /** A registry with the same plugins, to which others may be added. */
  copy(): Registry {
    const copy = new Registry()
    for (const [kind, plugins] of this.#plugins) copy.#plugins.set(kind, new Map(plugins))
    return copy
  }

  find<K extends PluginKind>(kind: K, name: string): PluginKinds[K] | undefined {
    return this.#plugins.get(kind)?.get(name) as PluginKinds[K] | undefined
  }

  names(kind: PluginKind): string[] {
    return [...(this.#plugins.get(kind)?.keys() ?? [])]
  }

  /** The plugin of that name with its arguments read; `undefined` where no plugin has the name. */
  configured<K extends PluginKind>(
    kind: K,
    { call, positional, named }: RawCall,
  ): { readonly plugin: PluginKinds[K]; readonly configuration: Configuration } | undefined {
    const plugin = this.find(kind, call)
    if (plugin === undefined) return undefined
    return { plugin, configuration: configure(plugin, { positional, named }, this) }
  }

  /** For fields that name a plugin. */
  configure(kind: PluginFieldKind, call: RawCall): Parsed<unknown> {
    const found = this.configured(kind, call)
    const article = kind === 'schedule' ? 'a' : 'an'
    const words = found === undefined ? this.names(kind) : []
    if (found === undefined)
      return {
        ok: false,
        code: 'argument-word',
        required: `${article} ${kind}: ${words.join(', ')}`,
        words,
      }
    const [problem] = found.configuration.problems
    if (problem !== undefined) {
      return {
        ok: false,
        code: 'argument-type',
        required: `${article} ${kind} (${problem.message})`,
      }
    }
    return { ok: true, value: found.plugin.with(found.configuration.config) }
  }

  /** A plugin with its arguments, for callers in TypeScript: `registry.make('loss', 'huber', { delta: 1.5 })`. */
  make<K extends Exclude<PluginKind, 'layer'>>(
    kind: K,
    name: string,
    named: RawCall['named'] = {},
  ): ReturnType<PluginKinds[K]['with']> {
    const found = this.configured(kind, { call: name, positional: [], named })
    if (found === undefined) {
      throw new ChainruleError('unknown-plugin', `no ${kind} is called \`${name}\``, {
        help:
          this.names(kind).length === 0
            ? 'none is registered'
            : `there are ${this.names(kind).join(', ')}`,
      })
    }
    const [problem] = found.configuration.problems
    if (problem !== undefined) throw new ChainruleError(problem.code, problem.message)
    return (found.plugin as Exclude<Plugin, Layer>).with(found.configuration.config) as ReturnType<
      PluginKinds[K]['with']
    >
  }

  #check({ kind, name, arguments: args, options }: Plugin): void {
    const refuse = (word: string, taken: readonly string[]): void => {
      if ([...reservedWords, ...taken].includes(word)) throw pluginReservedWord(kind, name, word)
    }
    refuse(name, kind === 'reader' ? [...builtInReaders, ...directives] : directives)
    const taken = takenArguments[kind] ?? []
    for (const argument of Object.keys({ ...args, ...options })) refuse(argument, taken)
  }

  #add(plugin: Plugin): void {
    const { kind, name } = plugin
    const plugins = this.#plugins.get(kind) ?? new Map<string, Plugin>()
    if (plugins.has(name)) throw pluginClash(kind, name)
    this.#plugins.set(kind, plugins.set(name, plugin))
  }
}
