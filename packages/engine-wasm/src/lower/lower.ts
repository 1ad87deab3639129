/** From an entry's instructions to kernels over buffers, in the order in which they run. */
import type { DType, Entry, Instruction, Program, Shape, ValueId } from '@chainrule/program'
import {
  isPacked,
  type Layout,
  NeedsRows,
  packed,
  reshaped,
  roomy,
  sliced,
  unfolded,
  viewed,
} from '../layout.ts'
import { type Group, Grouping } from './groups.ts'
import { statesInPlace } from './in-place.ts'
import { Joins } from './joins.ts'
import type { Buffer, Kernel, LoopPrimitive, LoweredEntry, Place } from './kernels.ts'
import { LoopBuilder } from './loop-builder.ts'
import { lowerDot } from './lower-dot.ts'
import { lowerGather, lowerScatter } from './lower-indexed.ts'
import { inOrder } from './repeated.ts'

/** What lowering one instruction may ask of the entry's lowering. */
export interface LoweringSite {
  /** Where a value's elements are. */
  place(id: ValueId): Place
  /** Where a value's elements are in row-major order without gaps; copied there if they are not. */
  packedPlace(id: ValueId): Place
  /** A place of its own for a value. */
  temporary(dtype: DType, sizes: Shape): Place
  /** Adds a loop that copies elements; both layouts have one shape. */
  copy(from: Place, to: Place): void
  add(kernel: Kernel): void
}

class EntryLowering implements LoweringSite {
  readonly #program: Program
  readonly #entry: Entry
  readonly #grouping: Grouping
  readonly #kernels: Kernel[] = []
  readonly #places: (Place | undefined)[] = []
  readonly #packed = new Map<ValueId, Place>()
  /** Where loops read a value. */
  readonly #ordered = new Map<ValueId, Place>()
  readonly #sources = new Map<string, Buffer>()
  readonly #constants = new Map<ValueId, Buffer>()
  /** The state that each value replaces, where it is computed in the state's own place. */
  readonly #inPlace: ReadonlyMap<ValueId, string>
  readonly #joins: Joins
  #temporaries = 0

  constructor(program: Program, entry: Entry) {
    this.#program = program
    this.#entry = entry
    this.#grouping = new Grouping(entry)
    this.#inPlace = statesInPlace(program, entry, this.#grouping)
    this.#joins = new Joins(this.#grouping, (id) => {
      const { dtype, shape } = this.#instruction(id).type
      return this.temporary(dtype, shape)
    })
  }

  lower(): LoweredEntry {
    const { instructions, guard, updates, outputs } = this.#entry
    const guardTime = guard === undefined ? -1 : this.#grouping.timeOf(guard)
    let before = guard === undefined ? -1 : 0
    instructions.forEach((instruction, id) => {
      this.#schedule(instruction, id)
      if (id === guardTime) before = this.#kernels.length
    })
    // The guard's place may need a copy of its own, which belongs to what is computed before the test.
    const guarded = guard === undefined ? undefined : { place: this.place(guard), before }
    const outputPlaces = Object.entries(outputs).map(
      ([name, id]) => [name, this.#outputPlace(id)] as const,
    )
    this.#update(updates)
    return { kernels: this.#kernels, guard: guarded, outputs: Object.fromEntries(outputPlaces) }
  }

  // What instructions ask for

  place(id: ValueId): Place {
    const known = this.#places[id]
    if (known !== undefined) return known
    const place = this.#find(id)
    this.#places[id] = place
    return place
  }

  packedPlace(id: ValueId): Place {
    const place = this.place(id)
    if (isPacked(place.layout)) return place
    const known = this.#packed.get(id)
    if (known !== undefined) return known
    const to = this.temporary(place.dtype, place.layout.sizes)
    this.copy(place, to)
    this.#packed.set(id, to)
    return to
  }

  temporary(dtype: DType, sizes: Shape): Place {
    const buffer: Buffer = { kind: 'temporary', id: this.#temporaries++, dtype, sizes }
    return { buffer, layout: packed(sizes), dtype }
  }

  copy(from: Place, to: Place): void {
    const loop = new LoopBuilder(to.layout.sizes)
    loop.store(loop.load(from), to)
    this.add(loop.build())
  }

  add(kernel: Kernel): void {
    this.#kernels.push(kernel)
  }

  // Places

  #find(id: ValueId): Place {
    const instruction = this.#instruction(id)
    const { type, attributes } = instruction
    const looked = instruction.operands[0]
    switch (this.#grouping.role(id)) {
      case 'source':
        return instruction.primitive === 'constant'
          ? this.#constantPlace(id, type.dtype, packed(type.shape))
          : this.#sourcePlace(instruction)
      case 'literal': {
        const everywhere = { ...packed(type.shape), strides: type.shape.map(() => 0) }
        return this.#constantPlace(id, type.dtype, everywhere)
      }
      case 'view': {
        if (looked === undefined) throw new Error('internal: a view of nothing')
        const { buffer, layout, dtype } = this.place(looked)
        const seen = viewed(instruction, layout)
        if (seen !== undefined) return { buffer, layout: seen, dtype }
        if (instruction.primitive !== 'reshape') break
        const moved = this.packedPlace(looked)
        const again = reshaped(moved.layout, instruction.attributes.shape)
        if (again !== undefined) return { ...moved, layout: again }
      }
    }
    throw new Error(
      `internal: %${id} (${instruction.primitive} ${JSON.stringify(attributes)}) has no place when it is read`,
    )
  }

  #sourcePlace(instruction: Instruction): Place {
    if (instruction.primitive !== 'input' && instruction.primitive !== 'state') {
      throw new Error(`internal: ${instruction.primitive} is no source`)
    }
    const { type, primitive, attributes } = instruction
    const buffer = this.#source(primitive, attributes.name)
    const { strides } = this.#declaredLayout(primitive, attributes.name)
    return { buffer, layout: { ...packed([]), sizes: type.shape, strides }, dtype: type.dtype }
  }

  /** Where a state's or input's elements stand: the same for every number of rows. */
  #declaredLayout(kind: 'input' | 'state', name: string): Layout {
    const { inputs, state, maxBatch } = this.#program
    const type = kind === 'input' ? inputs[name] : state[name]?.type
    if (type === undefined) throw new Error(`internal: no ${kind} ${name} in the program`)
    return roomy(type.shape, maxBatch)
  }

  #source(kind: 'input' | 'state', name: string): Buffer {
    const key = `${kind} ${name}`
    let buffer = this.#sources.get(key)
    if (buffer === undefined) {
      buffer = { kind, name }
      this.#sources.set(key, buffer)
    }
    return buffer
  }

  #constantPlace(id: ValueId, dtype: DType, layout: Layout): Place {
    const value = this.#literal(id)
    let buffer = this.#constants.get(id)
    if (buffer === undefined) {
      buffer = { kind: 'constant', dtype, numbers: typeof value === 'number' ? [value] : value }
      this.#constants.set(id, buffer)
    }
    return { buffer, layout, dtype }
  }

  /** The value of a constant, or of a view of one. */
  #literal(id: ValueId): number | readonly number[] {
    const { primitive, attributes, operands } = this.#instruction(id)
    if (primitive === 'constant') return attributes.value
    return this.#literal(operands[0] ?? id)
  }

  // Kernels

  #schedule(instruction: Instruction, id: ValueId): void {
    const role = this.#grouping.role(id)
    const group = this.#grouping.group(id)
    if (group !== undefined && group.time === id) this.#loop(group)
    if (role === 'kernel' && this.#grouping.isAlive(id)) {
      this.#places[id] = this.#kernel(instruction, id)
    }
  }

  #kernel(instruction: Instruction, id: ValueId): Place {
    switch (instruction.primitive) {
      case 'dot':
        return lowerDot(this, instruction)
      case 'gather':
        return lowerGather(this, instruction)
      case 'scatterAdd':
        return lowerScatter(this, instruction)
      case 'concat':
        return this.#concat(id)
      case 'pad':
        return this.#pad(instruction)
      case 'fold':
        return this.#fold(instruction)
      default:
        throw new Error(`internal: %${id} ${instruction.primitive} has no kernel`)
    }
  }

  #loop(group: Group): void {
    const loop = new LoopBuilder(group.shape, group.reduced)
    const nodes = new Map<ValueId, number>()
    const operand = (id: ValueId): number => nodes.get(id) ?? this.#leaf(loop, id)
    for (const id of group.members) {
      const instruction = this.#instruction(id)
      if (this.#grouping.role(id) === 'reduction') {
        const place = this.temporary(instruction.type.dtype, instruction.type.shape)
        const primitive = instruction.primitive as 'sum' | 'max' | 'argmax'
        loop.reduce(primitive, operand(instruction.operands[0] ?? id), place)
        this.#places[id] = place
        continue
      }
      const node = this.#element(loop, instruction, operand)
      nodes.set(id, node)
      if (!this.#grouping.isStored(id)) continue
      const places = this.#storePlaces(id)
      for (const place of places) loop.store(node, place)
      this.#places[id] = places[0]
    }
    this.add(loop.build())
  }

  #leaf(loop: LoopBuilder, id: ValueId): number {
    if (this.#grouping.role(id) !== 'literal') return loop.load(this.#orderedPlace(id))
    const value = this.#literal(id)
    if (typeof value !== 'number') return loop.load(this.place(id))
    return loop.node({ op: 'constant', value, dtype: this.#instruction(id).type.dtype })
  }

  #orderedPlace(id: ValueId): Place {
    const known = this.#ordered.get(id) ?? inOrder(this, this.place(id))
    this.#ordered.set(id, known)
    return known
  }

  #element(
    loop: LoopBuilder,
    { primitive, attributes, operands, type }: Instruction,
    operand: (id: ValueId) => number,
  ): number {
    const { dtype, shape } = type
    if (primitive === 'iota') return loop.index(attributes.axis, dtype)
    if (primitive === 'random') {
      const [seed = 0, step = 0, firstRow = 0] = operands
      const everywhere = (id: ValueId, at = 0): number => {
        const { layout, ...place } = this.place(id)
        const { fixed, perRow } = layout.offset
        const stride = layout.strides[0] ?? 0
        if (typeof stride !== 'number') throw new NeedsRows()
        const offset = { fixed: fixed + at * stride, perRow }
        return loop.load({
          ...place,
          layout: { offset, sizes: shape, strides: shape.map(() => 0) },
        })
      }
      const rows = loop.counter(
        shape.map((_, axis) => (axis === 0 ? 1 : 0)),
        'i32',
      )
      const row = loop.node({
        op: 'compute',
        primitive: 'add',
        operands: [rows, everywhere(firstRow)],
        dtype: 'i32',
      })
      const element = loop.counter(
        [0, ...packed(shape.slice(1)).strides].slice(0, shape.length),
        'i32',
      )
      const key = loop.node({
        op: 'key',
        site: attributes.site,
        operands: [everywhere(seed), everywhere(step), everywhere(step, 1)],
        dtype: 'i32',
      })
      return loop.node({ op: 'draw', operands: [key, row, element], dtype: 'i32' })
    }
    return loop.node({
      op: 'compute',
      primitive: primitive as LoopPrimitive,
      operands: operands.map(operand),
      dtype,
    })
  }

  #concat(id: ValueId): Place {
    const join = this.#joins.of(id)
    if (join === undefined) throw new Error(`internal: %${id} joins nothing`)
    const { place, copies } = join
    for (const [operand, layout] of copies) this.copy(this.place(operand), { ...place, layout })
    return place
  }

  #pad({ operands, type, attributes }: Instruction<'pad'>): Place {
    const from = this.place(operands[0] ?? 0)
    const out = this.temporary(type.dtype, type.shape)
    this.#fill(out, attributes.value)
    const size = from.layout.sizes
    this.copy(from, { ...out, layout: sliced(out.layout, { start: attributes.before, size }) })
    return out
  }

  #fold({ operands, type, attributes }: Instruction<'fold'>): Place {
    const from = this.place(operands[0] ?? 0)
    const out = this.temporary(type.dtype, type.shape)
    this.#fill(out, 0)
    const loop = new LoopBuilder(from.layout.sizes)
    loop.store(loop.load(from), { ...out, layout: unfolded(out.layout, attributes) }, true)
    this.add(loop.build())
    return out
  }

  #fill(place: Place, value: number): void {
    const loop = new LoopBuilder(place.layout.sizes)
    loop.store(loop.node({ op: 'constant', value, dtype: place.dtype }), place)
    this.add(loop.build())
  }

  // State and outputs

  /** Where a value is stored: others read it in the first place. */
  #storePlaces(id: ValueId): readonly Place[] {
    const { dtype, shape } = this.#instruction(id).type
    const joined = this.#joins.storesOf(id)
    const name = this.#inPlace.get(id)
    if (name === undefined) return joined.length > 0 ? joined : [this.temporary(dtype, shape)]
    const { strides } = this.#declaredLayout('state', name)
    const layout = { ...packed([]), sizes: shape, strides }
    return [{ buffer: this.#source('state', name), layout, dtype }, ...joined]
  }

  #outputPlace(id: ValueId): Place {
    const place = this.packedPlace(id)
    const { buffer, layout } = place
    if (buffer.kind === 'temporary' && layout.offset.fixed === 0 && layout.offset.perRow === 0) {
      return place
    }
    const to = this.temporary(place.dtype, layout.sizes)
    this.copy(place, to)
    return to
  }

  /** Replaces the states that no loop has replaced. What is read of a state is copied before any is written. */
  #update(updates: Entry['updates']): void {
    const writes: [from: Place, to: Place][] = []
    for (const [name, id] of Object.entries(updates)) {
      if (this.#inPlace.get(id) === name) continue
      let from = this.place(id)
      const { strides } = this.#declaredLayout('state', name)
      const layout = { ...packed([]), sizes: from.layout.sizes, strides }
      const to = { buffer: this.#source('state', name), layout, dtype: from.dtype }
      if (from.buffer.kind === 'state') {
        const copied = this.temporary(from.dtype, from.layout.sizes)
        this.copy(from, copied)
        from = copied
      }
      writes.push([from, to])
    }
    for (const [from, to] of writes) this.copy(from, to)
  }

  #instruction(id: ValueId): Instruction {
    const instruction = this.#entry.instructions[id]
    if (instruction === undefined) throw new Error(`internal: no instruction ${id}`)
    return instruction
  }
}

/** The kernels of an entry. */
export function lowerEntry(program: Program, entry: Entry): LoweredEntry {
  return new EntryLowering(program, entry).lower()
}
