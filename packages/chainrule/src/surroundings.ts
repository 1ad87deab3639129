/** What an opened text says of its surroundings, as `ServiceContext` of `@chainrule/language-services` has it. */
import type { Registry } from '@chainrule/core'
import { generatorDefaults, generators } from '@chainrule/data'
import type { DataFacts } from '@chainrule/language'
import type { Opened } from './open.ts'
import type { TrainingData } from './training-data.ts'

/** The generators of synthetic data. */
export const knownGenerators = [...generators.values()].map(({ name, about }) => ({
  name,
  about,
  defaults: generatorDefaults(name),
}))

/** What data turned out to be; it holds while the next text is written. */
export interface KnownData {
  readonly facts: DataFacts
  readonly columns: readonly { readonly name: string; readonly about: string }[]
}

/** What an editor is told of data that were read. */
export function knownOfData({ facts, preprocessing }: TrainingData): KnownData {
  const features = preprocessing.inputs.flatMap((input) =>
    input.kind === 'columns'
      ? input.columns.map(({ column, type }) => ({ name: column, about: type }))
      : [],
  )
  const targets = facts.targets.map(({ name, kind, classes }) => ({
    name,
    about: kind === 'number' ? 'number' : `${classes.length} classes`,
  }))
  return { facts, columns: [...features, ...targets] }
}

/** The plugins that a text may name, and of which of them only the manifest is known. */
export interface KnownPlugins {
  readonly registry: Registry
  /** Sources of `use`, all of whose plugins are in the registry. */
  readonly plugins: ReadonlySet<string>
  /** Layers that are made of a manifest. */
  readonly described: ReadonlySet<string>
}

/** Of a text that was opened with these plugins, without its own being run. */
export function knownOfPlugins({ registry, uses }: Opened, given: Registry): KnownPlugins {
  const known = [...uses].flatMap(([{ source }, used]) =>
    'areKnown' in used && used.areKnown ? [source.value] : [],
  )
  const described = registry
    .names('layer')
    .filter((name) => given.find('layer', name) === undefined)
  return { registry, plugins: new Set(known), described: new Set(described) }
}
