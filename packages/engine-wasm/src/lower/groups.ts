/**
 * Which instructions are computed in one loop.
 *
 * Every loop has a time: the id of its last instruction, for the loop runs when that one's turn comes. Instructions are
 * looked at from the last to the first. One joins the loop of its earliest reader if that reader takes its elements one by
 * one and every other reader runs later than the loop; otherwise it begins a loop of its own. So what a loop stores is
 * there before anything reads it, and what a loop reads was stored before: an instruction that runs later than its loop's
 * time would be a reader of something that joined, which is what the rule excludes.
 */
import {
  type Entry,
  type Instruction,
  type Primitive,
  type Shape,
  sameShape,
  type ValueId,
} from '@chainrule/program'
import type { LoopPrimitive } from './kernels.ts'

export type Role =
  /** `input`, `state`, and a constant with a number an element. */
  | 'source'
  /** The same number everywhere. */
  | 'literal'
  /** Looks at its operand's elements in another order. */
  | 'view'
  /** Computed element by element. */
  | 'element'
  | 'reduction'
  /** A kernel of its own. */
  | 'kernel'

const roles: { readonly [P in Exclude<Primitive, 'constant' | LoopPrimitive>]: Role } = {
  input: 'source',
  state: 'source',
  iota: 'element',
  random: 'element',
  dot: 'kernel',
  reshape: 'view',
  transpose: 'view',
  broadcast: 'view',
  slice: 'view',
  pad: 'kernel',
  concat: 'kernel',
  sum: 'reduction',
  max: 'reduction',
  argmax: 'reduction',
  gather: 'kernel',
  scatterAdd: 'kernel',
  unfold: 'view',
  fold: 'kernel',
  allReduceSum: 'view',
}

/** Instructions computed in one loop over `shape`. */
export interface Group {
  readonly time: ValueId
  readonly shape: Shape
  /** The axes that its reductions remove; none where it has no reduction. */
  readonly reduced: readonly number[]
  /** In the order of their ids when the grouping is done. */
  readonly members: ValueId[]
}

/** After everything. */
export const atEnd = Number.POSITIVE_INFINITY

export class Grouping {
  readonly entry: Entry
  readonly #roles: Role[]
  readonly #readers: ValueId[][]
  readonly #groups: (Group | undefined)[] = []
  /** When each value is first and last read. */
  readonly #first: number[]
  readonly #last: number[]
  readonly #kept: ReadonlySet<ValueId>

  constructor(entry: Entry) {
    this.entry = entry
    const { instructions, outputs, updates, guard } = entry
    this.#kept = new Set([
      ...Object.values(outputs),
      ...Object.values(updates),
      ...(guard === undefined ? [] : [guard]),
    ])
    this.#readers = instructions.map(() => [])
    instructions.forEach(({ operands }, reader) => {
      for (const id of new Set(operands)) this.#readers[id]?.push(reader)
    })
    this.#roles = []
    for (const instruction of instructions) this.#roles.push(this.#roleOf(instruction))
    this.#first = instructions.map(() => atEnd)
    this.#last = instructions.map(() => -1)
    for (let id = instructions.length - 1; id >= 0; id--) this.#place(id)
    for (const group of this.#groups) group?.members.sort((a, b) => a - b)
  }

  role(id: ValueId): Role {
    return this.#roles[id] ?? 'source'
  }

  /** The loop that computes an element or a reduction; none where nothing reads it. */
  group(id: ValueId): Group | undefined {
    return this.#groups[id]
  }

  /** When a value is last read, through views; `atEnd` for outputs and updates. */
  lastRead(id: ValueId): number {
    return this.#last[id] ?? atEnd
  }

  /** When the kernel that computes a value runs. */
  timeOf(id: ValueId): number {
    const role = this.role(id)
    if (role === 'element' || role === 'reduction') return this.#groups[id]?.time ?? id
    if (role === 'kernel') return id
    const operand = this.entry.instructions[id]?.operands[0]
    return role === 'view' && operand !== undefined ? this.timeOf(operand) : -1
  }

  /** Whether something outside of the value's own loop needs its elements in memory. */
  isStored(id: ValueId): boolean {
    const group = this.#groups[id]
    return (
      this.#kept.has(id) ||
      this.readers(id).some(
        (reader) => this.#groups[reader] !== group || this.role(reader) === 'view',
      )
    )
  }

  readers(id: ValueId): readonly ValueId[] {
    return (this.#readers[id] ?? []).filter((reader) => this.isAlive(reader))
  }

  /** Whether a reader takes its operand's elements one by one, each for its own; a draw takes seed and step for all. */
  readsInPlace(reader: ValueId): boolean {
    return this.role(reader) !== 'view' && this.#instruction(reader).primitive !== 'random'
  }

  /** Whether anything comes of a value. */
  isAlive(id: ValueId): boolean {
    return (this.#last[id] ?? -1) >= 0
  }

  #roleOf({ primitive, operands, attributes }: Instruction): Role {
    if (primitive === 'constant') {
      return typeof attributes.value === 'number' ? 'literal' : 'source'
    }
    const role: Role = (roles as Partial<Record<Primitive, Role>>)[primitive] ?? 'element'
    const looked = operands[0]
    return role === 'view' && looked !== undefined && this.#roles[looked] === 'literal'
      ? 'literal'
      : role
  }

  /** Finds when a value is read and which loop computes it. */
  #place(id: ValueId): void {
    let first = atEnd
    let last = this.#kept.has(id) ? atEnd : -1
    for (const reader of this.readers(id)) {
      const viewed = this.role(reader) === 'view'
      const read = this.timeOf(reader)
      first = Math.min(first, viewed ? (this.#first[reader] ?? atEnd) : read)
      last = Math.max(last, viewed ? (this.#last[reader] ?? -1) : read)
    }
    this.#first[id] = first
    this.#last[id] = last
    if (last < 0) return
    const role = this.role(id)
    if (role === 'reduction') this.#groups[id] = this.#begin(id, reducedAxes(this.#instruction(id)))
    if (role === 'element') {
      const group = this.#joinable(id, first)
      if (group === undefined) this.#groups[id] = this.#begin(id, undefined)
      else {
        group.members.push(id)
        this.#groups[id] = group
      }
    }
  }

  #begin(id: ValueId, reduced: readonly number[] | undefined): Group {
    const { operands, type } = this.#instruction(id)
    const over = reduced === undefined ? type : this.#instruction(operands[0] ?? 0).type
    return { time: id, shape: over.shape, reduced: reduced ?? [], members: [id] }
  }

  /** The loop of the earliest reader, if it takes the value's elements one by one. */
  #joinable(id: ValueId, first: number): Group | undefined {
    const { shape } = this.#instruction(id).type
    for (const reader of this.readers(id)) {
      const role = this.role(reader)
      const group = this.#groups[reader]
      if (role !== 'element' && role !== 'reduction') continue
      if (group?.time === first && sameShape(group.shape, shape)) {
        return this.#isReadOtherwise(id, group) ? undefined : group
      }
    }
    return undefined
  }

  /** Whether a view or a draw reads the value at the very time of the loop. */
  #isReadOtherwise(id: ValueId, { time }: Group): boolean {
    return this.readers(id).some((reader) => {
      const read = this.role(reader) === 'view' ? this.#first[reader] : this.timeOf(reader)
      return !this.readsInPlace(reader) && read === time
    })
  }

  #instruction(id: ValueId): Instruction {
    const instruction = this.entry.instructions[id]
    if (instruction === undefined) throw new Error(`internal: no instruction ${id}`)
    return instruction
  }
}

function reducedAxes({ primitive, attributes }: Instruction): readonly number[] {
  switch (primitive) {
    case 'sum':
      return attributes.axes
    case 'max':
    case 'argmax':
      return [attributes.axis]
    default:
      return []
  }
}
