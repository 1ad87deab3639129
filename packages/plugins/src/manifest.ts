/**
 * A manifest: all of a plugin that `check` and editors need, as data, so that they never run it. It is made from the
 * code by the plugin's build and compared with the code before a training.
 */
import type { InputSpec, Layer, Plugin, TargetKind } from '@chainrule/core'
import type { Schema } from './field-from-schema.ts'
import { type ShapeRule, shapeRuleOf } from './shape-rule.ts'

/** Of the plugins' side of Chainrule; a plugin says for which it is written. */
export const apiVersion = 1

export interface Manifest {
  readonly api: number
  readonly plugins: readonly PluginDescription[]
}

interface Described {
  readonly name: string
  /** One sentence. */
  readonly summary: string
  /** The arguments that need no name, in their order. */
  readonly positional: readonly string[]
  /** JSON Schema of all arguments and options by their names. */
  readonly schema: {
    readonly type: 'object'
    readonly properties: Readonly<Record<string, Schema>>
    readonly required: readonly string[]
    readonly additionalProperties: false
  }
}

export interface LayerDescription extends Described {
  readonly kind: 'layer'
  readonly inputs: readonly InputSpec[]
  readonly minimumInputs?: number
  readonly outputs: readonly string[]
  readonly outputTypes: Readonly<Record<string, 'boolean'>>
  /** Missing where it cannot be said as data. */
  readonly shape?: ShapeRule
}

export interface LossDescription extends Described {
  readonly kind: 'loss'
  readonly targets: readonly [TargetKind, ...TargetKind[]]
  /** Activations that it applies itself. */
  readonly applies?: readonly string[]
  readonly standardises?: boolean
}

export interface OptimizerDescription extends Described {
  readonly kind: 'optimizer'
  readonly style: 'elementwise' | 'driven'
}

export interface MetricDescription extends Described {
  readonly kind: 'metric'
  readonly targets: readonly TargetKind[]
  readonly better?: 'higher' | 'lower'
}

export interface OtherDescription extends Described {
  readonly kind: 'activation' | 'schedule' | 'initializer' | 'reader'
}

export type PluginDescription =
  | LayerDescription
  | LossDescription
  | OptimizerDescription
  | MetricDescription
  | OtherDescription

/** The manifest of a package that gives these plugins; in the order of their kinds and names. */
export function manifestOf(plugins: readonly Plugin[]): Manifest {
  const keyOf = ({ kind, name }: Plugin): string => `${kind} ${name}`
  const sorted = plugins.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1))
  return plain({ api: apiVersion, plugins: sorted.map(describe) })
}

/** As JSON keeps it. */
const plain = <T>(value: T): T => JSON.parse(JSON.stringify(value)) as T

function describe(plugin: Plugin): PluginDescription {
  const { name, summary } = plugin
  const described = { name, summary, ...argumentsOf(plugin) }
  switch (plugin.kind) {
    case 'layer':
      return { kind: 'layer', ...described, ...layerTraits(plugin) }
    case 'loss': {
      // What it applies is said by the loss with its arguments, and does not depend on them.
      const { applies, standardises } = plugin.with({})
      return {
        kind: 'loss',
        ...described,
        targets: plugin.targets,
        ...(applies && { applies }),
        ...(standardises !== undefined && { standardises }),
      }
    }
    case 'optimizer':
      return { kind: 'optimizer', ...described, style: plugin.style }
    case 'metric':
      return {
        kind: 'metric',
        ...described,
        targets: plugin.targets,
        ...(plugin.better && { better: plugin.better }),
      }
    default:
      return { kind: plugin.kind, ...described }
  }
}

function argumentsOf({
  arguments: args,
  options,
}: Plugin): Pick<Described, 'positional' | 'schema'> {
  const fields = { ...args, ...options }
  const isRequired = ({ optional, default: fallback }: (typeof fields)[string]): boolean =>
    !optional && fallback === undefined
  return {
    positional: Object.keys(args),
    schema: {
      type: 'object',
      properties: Object.fromEntries(
        Object.entries(fields).map(([name, field]) => [
          name,
          { description: field.required, ...field.schema },
        ]),
      ),
      required: Object.entries(fields).flatMap(([name, field]) =>
        isRequired(field) ? [name] : [],
      ),
      additionalProperties: false,
    },
  }
}

function layerTraits(layer: Layer): Omit<LayerDescription, keyof Described | 'kind'> {
  const { inputs, minimumInputs, outputs, outputTypes } = layer
  const shape = shapeRuleOf(layer)
  return {
    inputs,
    ...(minimumInputs === undefined ? {} : { minimumInputs }),
    outputs,
    outputTypes: outputTypes as LayerDescription['outputTypes'],
    ...(shape === undefined ? {} : { shape }),
  }
}
