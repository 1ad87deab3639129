/** The equations of a loaded network, layer by layer, with the values that they have in its training. Loaded when it is first asked. */
import type { ElementwiseOptimizer, Optimizer, Session } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import {
  type LayerEquations,
  layerEquations,
  lossEquations,
  SymbolValues,
  type TrainingTrace,
  traceForEquations,
} from '@chainrule/equations'
import {
  type Explained,
  type ExplainedValue,
  largestTensor,
  lossPrefix,
} from './inspect-protocol.ts'

interface Kept {
  readonly layer: LayerEquations
  readonly values: SymbolValues
  /** The names of the symbols whose values are looked at. */
  readonly shown: ReadonlySet<string>
}

/** Layers that are looked at are kept compiled, so many. */
const keptLayers = 4

export class Explainer {
  readonly #session: Session
  readonly #training: TrainingTrace
  readonly #kept = new Map<string, Kept>()

  constructor(session: Session, optimizer: Optimizer) {
    this.#session = session
    this.#training = traceForEquations(session.shaped, elementwise(optimizer))
  }

  /** A layer for these rows, with its equations where `asked`. */
  async explain(
    node: string,
    batch: Int32Array,
    asked: boolean,
  ): Promise<Omit<Explained, 'step' | 'rows'>> {
    const { layer, values, shown } = await this.#layer(node)
    const read = Object.entries(values.read(this.#session, batch))
      .filter(([name]) => shown.has(name))
      .map(([name, { shape, values: found }]): [string, ExplainedValue] => [
        name,
        { shape, values: found.length > largestTensor ? undefined : Float32Array.from(found) },
      ])
    const { program: _, ...told } = layer
    return { node, layer: asked ? told : undefined, values: Object.fromEntries(read) }
  }

  async #layer(node: string): Promise<Kept> {
    const known = this.#kept.get(node)
    if (known !== undefined) return known
    const { maxBatch } = this.#session.program
    const layer = node.startsWith(lossPrefix)
      ? lossEquations(this.#training, node.slice(lossPrefix.length), maxBatch)
      : layerEquations(this.#training, node, maxBatch)
    const values = await SymbolValues.compile(layer, engineJs)
    const kept = { layer, values, shown: shownOf(layer) }
    this.#kept.set(node, kept)
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > keptLayers && oldest !== undefined) {
      this.#kept.get(oldest)?.values.dispose()
      this.#kept.delete(oldest)
    }
    return kept
  }

  dispose(): void {
    for (const { values } of this.#kept.values()) values.dispose()
    this.#kept.clear()
  }
}

/** All symbols but those that are a part of another, of which no equation is. */
function shownOf({ symbols, parts, equations }: LayerEquations): ReadonlySet<string> {
  const told = new Set(equations.flatMap(({ left, reads }) => [left, ...reads]))
  const shown = symbols.filter(({ value }, place) => parts[value] === undefined || told.has(place))
  return new Set(shown.map(({ name }) => name))
}

const elementwise = (optimizer: Optimizer): ElementwiseOptimizer | undefined =>
  optimizer.style === 'elementwise' ? optimizer : undefined
