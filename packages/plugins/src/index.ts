/** What may be known of a plugin without running it. Under Node, `@chainrule/plugins/node` finds, trusts and loads packages. */
export { withRefusableChance } from './chance.ts'
export { loadFailed, unusable } from './errors.ts'
export { fieldFrom } from './field-from-schema.ts'
export { guarded, type Limit } from './guard.ts'
export {
  apiVersion,
  type Manifest,
  manifestOf,
  type PluginDescription,
} from './manifest.ts'
export { pluginsOfModule } from './module-plugins.ts'
export { readManifest } from './read-manifest.ts'
export type { FoundPlugins, PluginSource, Unknown, Wanted } from './source.ts'
export { standIn } from './stand-in.ts'
