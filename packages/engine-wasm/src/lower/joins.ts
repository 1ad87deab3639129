/**
 * Which values are computed where a `concat` wants them, so that joining moves nothing: a loop stores its element there,
 * beside wherever else it is wanted, and a `concat` that another joins stands in the other's buffer from the start.
 */
import {
  type Dimension,
  type Instruction,
  isRows,
  type Shape,
  type ValueId,
} from '@chainrule/program'
import { type Layout, NeedsRows, reshaped, sliced } from '../layout.ts'
import type { Grouping } from './groups.ts'
import type { Place } from './kernels.ts'

/** Where a `concat` stands, and what is not there by itself: each operand with its part of the place. */
export interface Join {
  readonly place: Place
  readonly copies: readonly (readonly [operand: ValueId, part: Layout])[]
}

export class Joins {
  readonly #grouping: Grouping
  readonly #joins = new Map<ValueId, Join>()
  /** Places in which a loop stores a value for those who join it. */
  readonly #stores = new Map<ValueId, Place[]>()
  /** The place of a `concat` within that of the one that joins it. */
  readonly #within = new Map<ValueId, Place>()

  /** `room` gives a `concat` a buffer of its own. */
  constructor(grouping: Grouping, room: (concat: ValueId) => Place) {
    this.#grouping = grouping
    const { instructions } = grouping.entry
    // From the last to the first, so that the outer place of a `concat` is known before its own operands look for theirs.
    for (let id = instructions.length - 1; id >= 0; id--) {
      const instruction = instructions[id]
      if (instruction?.primitive === 'concat' && grouping.isAlive(id))
        this.#joins.set(id, this.#join(instruction, this.#within.get(id) ?? room(id)))
    }
  }

  /** What joining amounts to. */
  of(id: ValueId): Join | undefined {
    return this.#joins.get(id)
  }

  /** Where a loop stores a value for those who join it. */
  storesOf(id: ValueId): readonly Place[] {
    return this.#stores.get(id) ?? []
  }

  #join({ operands, attributes: { axis } }: Instruction<'concat'>, place: Place): Join {
    const copies: [ValueId, Layout][] = []
    let from: Dimension = 0
    for (const operand of operands) {
      const size = this.#shapeOf(operand)
      const start = size.map((_, a) => (a === axis ? from : 0))
      const layout = sliced(place.layout, { start, size })
      if (!this.#take(operand, { ...place, layout })) copies.push([operand, layout])
      from = sum(from, size[axis] ?? 0)
    }
    return { place, copies }
  }

  /** Gives a value that is computed by itself this place, looking through reshapes. */
  #take(id: ValueId, place: Place): boolean {
    const instruction = this.#grouping.entry.instructions[id]
    const role = this.#grouping.role(id)
    if (role === 'element') {
      this.#stores.set(id, [...this.storesOf(id), place])
      return true
    }
    if (instruction?.primitive === 'concat' && role === 'kernel' && !this.#within.has(id)) {
      this.#within.set(id, place)
      return true
    }
    const [looked] = instruction?.operands ?? []
    if (instruction?.primitive !== 'reshape' || role !== 'view' || looked === undefined)
      return false
    const layout = reshaped(place.layout, this.#shapeOf(looked))
    return layout !== undefined && this.#take(looked, { ...place, layout })
  }

  #shapeOf(id: ValueId): Shape {
    return this.#grouping.entry.instructions[id]?.type.shape ?? []
  }
}

function sum(a: Dimension, b: Dimension): Dimension {
  if (typeof a === 'number' && typeof b === 'number') return a + b
  if (a === 0) return b
  if (b === 0) return a
  if (isRows(a) && isRows(b)) return { rows: a.rows + b.rows }
  throw new NeedsRows()
}
