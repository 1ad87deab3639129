/**
 * Which values are computed where a `concat` wants them, so that joining moves nothing: a loop stores its element there,
 * beside wherever else it is wanted, and a `concat` that another joins stands in the other's buffer from the start.
 */
import {
  type Attributes,
  type Dimension,
  isRows,
  type Shape,
  type ValueId,
} from '@chainrule/program'
import { type Layout, NeedsRows, reshaped, sliced } from '../layout.ts'
import type { Grouping } from './groups.ts'
import type { Place } from './kernels.ts'

/** Each operand of a `concat` with the part of the result that it becomes. */
export function partsOf(
  operandShapes: readonly Shape[],
  { axis }: Attributes['concat'],
  whole: Layout,
): Layout[] {
  let start: Dimension = 0
  return operandShapes.map((size) => {
    const starts = size.map((_, a) => (a === axis ? start : 0))
    start = sum(start, size[axis] ?? 0)
    return sliced(whole, { start: starts, size })
  })
}

function sum(a: Dimension, b: Dimension): Dimension {
  if (typeof a === 'number' && typeof b === 'number') return a + b
  if (a === 0) return b
  if (b === 0) return a
  if (isRows(a) && isRows(b)) return { rows: a.rows + b.rows }
  throw new NeedsRows()
}

export class Joins {
  readonly #grouping: Grouping
  /** Places in which a loop stores a value for those who join it. */
  readonly #stores = new Map<ValueId, Place[]>()
  /** The place of a `concat` within that of the one that joins it. */
  readonly #within = new Map<ValueId, Place>()
  /** By `concat`, the operands that are there already when its turn comes. */
  readonly #done = new Map<ValueId, Set<number>>()

  /** `room` gives a `concat` a buffer of its own. */
  constructor(grouping: Grouping, room: (concat: ValueId) => Place) {
    this.#grouping = grouping
    const { instructions } = grouping.entry
    // From the last to the first, so that the outer place of a `concat` is known before its own operands look for theirs.
    for (let id = instructions.length - 1; id >= 0; id--) {
      if (instructions[id]?.primitive === 'concat' && grouping.isAlive(id)) this.#join(id, room)
    }
  }

  /** Where a loop stores a value for those who join it. */
  storesOf(id: ValueId): readonly Place[] {
    return this.#stores.get(id) ?? []
  }

  /** Where a `concat` stands. */
  placeOf(id: ValueId): Place {
    const place = this.#within.get(id)
    if (place === undefined) throw new Error(`internal: %${id} joins nothing`)
    return place
  }

  /** Whether an operand needs no copy. */
  isThere(concat: ValueId, operand: number): boolean {
    return this.#done.get(concat)?.has(operand) === true
  }

  #join(id: ValueId, room: (concat: ValueId) => Place): void {
    const { instructions } = this.#grouping.entry
    const instruction = instructions[id]
    if (instruction?.primitive !== 'concat') return
    const place = this.#within.get(id) ?? room(id)
    this.#within.set(id, place)
    const done = new Set<number>()
    const shapes = instruction.operands.map((operand) => shapeOf(this.#grouping, operand))
    partsOf(shapes, instruction.attributes, place.layout).forEach((layout, at) => {
      const operand = instruction.operands[at]
      if (operand !== undefined && this.#take(operand, { ...place, layout })) done.add(at)
    })
    this.#done.set(id, done)
  }

  /** Gives a value that is computed by itself this place, looking through reshapes. */
  #take(id: ValueId, place: Place): boolean {
    const instruction = this.#grouping.entry.instructions[id]
    if (instruction === undefined) return false
    switch (this.#grouping.role(id)) {
      case 'view': {
        const [looked] = instruction.operands
        if (instruction.primitive !== 'reshape' || looked === undefined) return false
        const layout = reshaped(place.layout, shapeOf(this.#grouping, looked))
        return layout !== undefined && this.#take(looked, { ...place, layout })
      }
      case 'element': {
        const known = this.#stores.get(id) ?? []
        this.#stores.set(id, [...known, place])
        return true
      }
      case 'kernel': {
        if (instruction.primitive !== 'concat' || this.#within.has(id)) return false
        this.#within.set(id, place)
        return true
      }
      default:
        return false
    }
  }
}

function shapeOf(grouping: Grouping, id: ValueId): Shape {
  return grouping.entry.instructions[id]?.type.shape ?? []
}
