/** How a text comes by the plugins that its `use` names; a host that can find packages brings one. */
import type { Plugin } from '@chainrule/core'

export interface Wanted {
  /** As it stands in the text: a package, or a file of the person's own. */
  readonly name: string
  /** The range of versions that the text asks for. */
  readonly version?: string
}

/** Why it is not known what a file of the person's own gives: it has no manifest, or one of other code. */
export type Unknown = 'no-manifest' | 'old-manifest'

export interface FoundPlugins {
  /** All that the package gives; missing where that is known only when its code runs. */
  readonly plugins: readonly Plugin[] | undefined
  /** Whether they are made of the manifest, and cannot be run. */
  readonly described: boolean
  /** Layers whose shape the manifest cannot say. */
  readonly shapeless?: readonly string[]
  /** Where `plugins` is missing. */
  readonly unknown?: Unknown
}

export interface PluginSource {
  /**
   * What a package gives: its code where it `runs`, else what its manifest says, and nothing is run. Throws a
   * `ChainruleError` that says what is wrong with the package, and how to mend it.
   */
  find(wanted: Wanted, runs: boolean): Promise<FoundPlugins>
}
