/** Which elements belong together when one is pointed at: those that made it, or those that it makes. */
import type { ElementReader, ElementTrace, Equation } from '@chainrule/equations'
import type { ExplainedLayer } from '../worker/inspect-protocol.ts'
import type { Marks } from './paint-matrix.ts'
import { flatOf, indexOf } from './slices.ts'

/** What is pointed at: an element of a symbol of one equation. */
export interface Pointed {
  readonly symbol: number
  readonly flat: number
}

export interface Followed {
  /** By the place of a symbol. */
  readonly marks: ReadonlyMap<number, Marks>
  /** How the element of the left side came about; missing where one of the right side is pointed at. */
  readonly trace: ElementTrace | undefined
  readonly index: readonly number[]
}

/** Left sides are not searched for what an element of the right side makes where so many elements would have to be looked at. */
const mostSearched = 20_000

export function follow(
  reader: ElementReader,
  layer: ExplainedLayer,
  equation: Equation,
  { symbol, flat }: Pointed,
): Followed {
  const index = indexOf(flat, reader.shapeIn(equation, symbol))
  if (symbol === equation.left) {
    const own = ownIndex(layer, equation, index, reader.shapeOf(symbol))
    const trace = own === undefined ? undefined : reader.trace(equation, own)
    return { marks: marksOf(reader, equation, trace, { symbol, flat }), trace, index }
  }
  const marks = new Map<number, Marks>([[symbol, { made: new Set(), followed: flat }]])
  const made = makes(reader, layer, equation, { symbol, flat })
  if (made.length > 0) marks.set(equation.left, { made: new Set(made), followed: undefined })
  return { marks, trace: undefined, index }
}

/** Where an element of the left side is in what the equation gives: that may be the weights or the bias of W alone. */
function ownIndex(
  { parts, symbols }: ExplainedLayer,
  { value, left }: Equation,
  index: readonly number[],
  shape: readonly number[],
): readonly number[] | undefined {
  const part = symbols[left]?.value === value ? undefined : parts[value]
  if (part === undefined) return index
  const isBias = index.at(-1) === (shape.at(-1) ?? 0) - 1
  if (isBias !== (part.part === 'column')) return undefined
  return isBias ? index.slice(0, -1) : index
}

function marksOf(
  reader: ElementReader,
  equation: Equation,
  trace: ElementTrace | undefined,
  left: Pointed,
): Map<number, Marks> {
  const made = new Map<number, Set<number>>()
  for (const { symbol, index } of trace?.reads ?? []) {
    const places = made.get(symbol) ?? new Set()
    made.set(symbol, places.add(flatOf(index, reader.shapeIn(equation, symbol))))
  }
  const marks = new Map<number, Marks>()
  for (const [symbol, places] of made) marks.set(symbol, { made: places, followed: undefined })
  const own = marks.get(left.symbol)?.made ?? new Set<number>()
  return marks.set(left.symbol, { made: own, followed: left.flat })
}

/** The elements of the left side that an element of the right side has a part in. */
function makes(
  reader: ElementReader,
  layer: ExplainedLayer,
  equation: Equation,
  { symbol, flat }: Pointed,
): number[] {
  const shape = reader.shapeOf(equation.left)
  const own = reader.shapeIn(equation, symbol)
  const size = shape.reduce((product, each) => product * each, 1)
  const first = ownIndex(layer, equation, indexOf(0, shape), shape)
  const each = first === undefined ? 1 : reader.trace(equation, first).reads.length
  if (size * Math.max(1, each) > mostSearched) return []
  return Array.from({ length: size }, (_, place) => place).filter((place) => {
    const made = ownIndex(layer, equation, indexOf(place, shape), shape)
    const reads = made === undefined ? [] : reader.trace(equation, made).reads
    return reads.some((read) => read.symbol === symbol && flatOf(read.index, own) === flat)
  })
}
