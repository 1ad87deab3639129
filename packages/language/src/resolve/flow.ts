import type { GraphNode, InputSpec, Layer, LayerInstance, Shape, ValueRef } from '@chainrule/core'
import type { Argument, Layer as LayerStage, Span } from '../ast.ts'
import type { Reach } from '../experiment.ts'

/** A node of the graph with the stage that it was made from. */
export interface Made {
  readonly stage: LayerStage
  readonly layer: Layer
  readonly instance: LayerInstance
  readonly node: GraphNode
  readonly inputs: readonly Origin[]
  /** By output; missing where the shape of an input is not known. */
  readonly shapes: Readonly<Record<string, Shape>> | undefined
  /** The arguments that were written, by the name of their field. */
  readonly written: ReadonlyMap<string, Argument>
}

export type ElementType = NonNullable<InputSpec['dtype']>

/** A tensor and where it comes from. */
export interface Origin {
  readonly ref: ValueRef
  /** Missing where it is not known yet. */
  readonly shape: Shape | undefined
  /**
   * Numbers to calculate with, whole numbers to look something up by, or a yes or no for each place. Missing where data
   * that could not be read are to say.
   */
  readonly dtype: ElementType | undefined
  /** The whole numbers are less than this, where that is known. */
  readonly below?: number | undefined
  /** How far the whole numbers of a table reach. */
  readonly reach?: Reach | undefined
  /** Where the text names its columns. */
  readonly columns?: Span | undefined
  /** Missing for the input that no text declares. */
  readonly span: Span | undefined
  /** In the reader's words: "the input `x`". */
  readonly from: string
  /** The node that gives it, if no input does. */
  readonly made: Made | undefined
}

/** What `->` hands on; `undefined` where that is not known, which was said or will be. */
export type Flow = readonly Origin[] | undefined

/** The layers of a pipeline from its beginning up to a place, for `same`: a piece of the graph between two flows. */
export interface Chain {
  readonly items: readonly (Made | undefined)[]
  readonly length: number
  /** Where in them the layers of the named stage itself begin. */
  readonly own: number
  /** What the first of them take. */
  readonly start: Flow
  readonly end: Flow
}

/** What the activation of a layer is called; `undefined` for a layer that takes none. */
export function activationName({ layer, instance }: Made): string | undefined {
  const { activation } = instance.config as { readonly activation?: { readonly name?: string } }
  if (typeof activation?.name === 'string') return activation.name
  return layer.arguments['activation'] === undefined ? undefined : 'linear'
}

/** `@lstm.state`: an output beside h. */
export function furtherOutput(origin: Origin, made: Made, output: string): Origin {
  const dtype = made.layer.outputTypes[output] ?? 'float'
  return { ...origin, ref: { node: made.node.name, output }, shape: made.shapes?.[output], dtype }
}
