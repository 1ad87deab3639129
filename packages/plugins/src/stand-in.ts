/** Plugins that are made of descriptions: they can be asked all that a check asks, and run nothing. */
import type {
  Config,
  DrivenOptimizer,
  ElementwiseOptimizer,
  Fields,
  Layer,
  Loss,
  Plugin,
} from '@chainrule/core'
import { fieldFrom } from './field-from-schema.ts'
import type { LayerDescription, LossDescription, PluginDescription } from './manifest.ts'
import { applied } from './shape-rule.ts'

/** The plugin that a description stands for, as far as it goes. To run it is a mistake of ours. */
export function standIn(description: PluginDescription): Plugin {
  const { name, summary } = description
  const shared = { name, summary, ...fieldsOf(description) }
  switch (description.kind) {
    case 'layer':
      return { ...shared, ...layerStandIn(description) }
    case 'loss':
      return {
        ...shared,
        kind: 'loss',
        targets: description.targets,
        with: (config) => lossStandIn(description, config, description.targets[0]),
      }
    case 'optimizer':
      return description.style === 'elementwise'
        ? { ...shared, kind: 'optimizer', style: 'elementwise', with: elementwise(name) }
        : { ...shared, kind: 'optimizer', style: 'driven', with: driven(name) }
    case 'metric': {
      const { targets, better } = description
      return {
        ...shared,
        kind: 'metric',
        targets,
        ...(better === undefined ? {} : { better }),
        with: (config: unknown) => ({ name, config, targets }),
      } as unknown as Plugin
    }
    case 'reader':
      return {
        ...shared,
        kind: 'reader',
        with: (config) => ({ name, config, read: never }),
      }
    default:
      return { ...shared, kind: description.kind, with: (config) => ({ name, config }) } as Plugin
  }
}

function fieldsOf({ positional, schema }: PluginDescription): {
  readonly arguments: Fields
  readonly options: Fields
} {
  const fields = Object.entries(schema.properties).map(
    ([name, each]) => [name, fieldFrom(each, schema.required.includes(name))] as const,
  )
  const byName = new Map(fields)
  return {
    arguments: Object.fromEntries(
      positional.flatMap((name) => {
        const field = byName.get(name)
        return field === undefined ? [] : [[name, field] as const]
      }),
    ),
    options: Object.fromEntries(fields.filter(([name]) => !positional.includes(name))),
  }
}

const elementwise =
  (name: string) =>
  (config: Config): ElementwiseOptimizer => ({
    ...{ style: 'elementwise', name, config, slots: [], scalars: [], update: never },
    common: config as unknown as ElementwiseOptimizer['common'],
  })

const driven =
  (name: string) =>
  (config: Config): DrivenOptimizer => ({
    ...{ style: 'driven', name, config, vectors: 0, drive: never },
    common: config as unknown as DrivenOptimizer['common'],
  })

function never(): never {
  throw new Error('internal: a plugin is run that was only described')
}

type LayerMembers = Omit<Layer, 'name' | 'summary' | 'arguments' | 'options'>

function layerStandIn({
  inputs,
  minimumInputs,
  outputs,
  outputTypes,
  shape,
}: LayerDescription): LayerMembers {
  return {
    kind: 'layer',
    isDescribed: true,
    inputs,
    minimumInputs,
    outputs,
    outputTypes,
    randomSlots: [],
    couples: 'none',
    joined: {},
    shape: (config, [h]) => {
      const found = shape === undefined || h === undefined ? undefined : applied(shape, h, config)
      // A shape that is not known spreads in silence.
      return found === undefined ? {} : { h: found }
    },
    init: () => ({}),
    statistics: () => ({}),
    forward: never,
    backward: undefined,
  }
}

function lossStandIn(
  description: LossDescription,
  config: Config,
  target: LossDescription['targets'][number],
): Loss {
  const { name, targets, applies, standardises } = description
  return {
    name,
    config,
    target,
    targets,
    ...(applies && { applies }),
    ...(standardises === undefined ? {} : { standardises }),
    forTarget: (other) => lossStandIn(description, config, other),
    forward: never,
    backward: undefined,
    prediction: never,
  }
}
