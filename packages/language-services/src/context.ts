import type { Registry } from '@chainrule/core'
import type { DataFacts } from '@chainrule/language'

/** A column of the data that a text names. */
export interface ColumnInfo {
  readonly name: string
  /** In the reader's words: `number`, `3 classes`. */
  readonly about?: string
}

/** A generator of synthetic data; those of `@chainrule/data` are of this form. */
export interface GeneratorInfo {
  readonly name: string
  /** One sentence. */
  readonly about: string
  readonly defaults: Readonly<Record<string, number>>
}

/** A file or a package that a text may use. */
export interface SourceInfo {
  /** As `use` names it: `./blocks.mlp`, `chainrule-plugin-x`. */
  readonly name: string
  /** What it is, in a few words. */
  readonly about: string
}

/**
 * What is known beside the text. Only the registry must be: with everything else there is more to say. The plugins in it
 * may be stand-ins made of manifests, nothing of them is run but the rules of shapes and parameters.
 */
export interface ServiceContext {
  /** The plugins that a text may name, those of its `use` among them, under the names by which the text calls them. */
  readonly registry: Registry
  /** What the data turned out to be; those of an earlier text will do while this one is written. */
  readonly facts?: DataFacts | undefined
  readonly columns?: readonly ColumnInfo[] | undefined
  readonly generators?: Iterable<GeneratorInfo> | undefined
  /** The text's own name, as `textOf` is asked for others beside it. */
  readonly file?: string | undefined
  /** The text of another file, by its path from the text's folder; of one that is not at hand none. */
  readonly textOf?: ((path: string) => string | undefined) | undefined
  /** What a `use` may name: asked where one is written. */
  readonly sources?: (() => readonly SourceInfo[]) | undefined
  /** Sources of `use`, as they are written, all of whose plugins are in the registry. */
  readonly plugins?: ReadonlySet<string> | undefined
  /** Layers that are made of a manifest, which does not say what they learn. */
  readonly described?: ReadonlySet<string> | undefined
  /** The model to look at, where the text holds several; all of them where left out. */
  readonly model?: string | undefined
}
