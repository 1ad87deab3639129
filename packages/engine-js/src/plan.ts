/** An entry for a certain number of rows: a list of steps over arrays that are all there before the first runs. */
import {
  allocate,
  denseView,
  type Entry,
  type Instruction,
  type Program,
  shapeAt,
  sizeAt,
  type TensorType,
  uniformStep,
  type ValueId,
  type Values,
  viewSize,
} from '@chainrule/program'
import { emit, type Site, type Step, type Uniform } from './emitters.ts'
import { copy } from './kernels/move.ts'
import { type Located, locateFixed, type Memory, type Storage } from './memory.ts'
import { selectAxes, walkOf } from './walk.ts'

/** Returns true to stop. */
export type Visit = (instruction: Instruction, values: Values) => boolean | undefined

/** An instruction, the steps that it has added, and where its result is after them. */
interface Stage {
  readonly instruction: Instruction
  readonly steps: readonly Step[]
  readonly result: Located
}

export interface Plan {
  /** Computes everything and then replaces the state, unless the guard is not finite: then false. */
  run(): boolean
  /** Computes without replacing state, showing each result on the way. */
  probe(visit: Visit): void
  /** The elements of an output after `run`. */
  output(name: string): Values | undefined
}

export interface PlanRequest {
  readonly program: Program
  readonly memory: Memory
  readonly name: string
  readonly entry: Entry
  readonly rows: number
}

/** For each value the last instruction that reads it; outputs, updates and the guard are read after all. */
function lastUses({ instructions, outputs, updates, guard }: Entry): number[] {
  const uses = instructions.map((_, id) => id)
  instructions.forEach(({ operands }, user) => {
    for (const id of operands) uses[id] = user
  })
  const kept = [...Object.values(outputs), ...Object.values(updates)]
  for (const id of guard === undefined ? kept : [...kept, guard]) uses[id] = Infinity
  return uses
}

class Planner implements Site {
  readonly memory: Memory
  readonly rows: number
  readonly #request: PlanRequest
  readonly #located: Located[] = []
  readonly #lastUses: readonly number[]
  /** Outputs that their instruction computes in place. */
  readonly #direct = new Map<ValueId, string>()
  #steps: Step[] = []
  #scratch: Storage[] = []

  constructor(request: PlanRequest) {
    this.memory = request.memory
    this.rows = request.rows
    this.#request = request
    this.#lastUses = lastUses(request.entry)
    for (const [name, id] of Object.entries(request.entry.outputs)) this.#direct.set(id, name)
  }

  build(): Plan {
    this.memory.recyclePool()
    const { entry } = this.#request
    const stages = entry.instructions.map((_, id) => this.#stage(id))
    const outputs = this.#outputs()
    const writes = this.#updates()
    const before = [...stages.flatMap(({ steps }) => steps), ...this.#flush()]
    const guard = entry.guard === undefined ? undefined : this.#at(entry.guard)
    return {
      run: () => {
        runAll(before)
        if (guard !== undefined && !Number.isFinite(guard.storage.values[guard.view.offset])) {
          return false
        }
        runAll(writes)
        return true
      },
      probe: (visit) => probeStages(stages, visit),
      output: (name) => outputs.get(name),
    }
  }

  // What an emitter asks for

  add(step: Step): void {
    this.#steps.push(step)
  }

  operand(index: number): Located {
    return this.#at(this.#operandId(index))
  }

  uniform(index: number): Uniform {
    const { storage, view } = this.operand(index)
    const step = uniformStep(view)
    if (step === undefined) return { values: this.dense(index), step: 1 }
    return { values: storage.values.subarray(view.offset), step }
  }

  dense(index: number): Values {
    const id = this.#operandId(index)
    if (uniformStep(this.#at(id).view) !== 1) this.#gatherTogether(id)
    const { storage, view } = this.#at(id)
    return storage.values.subarray(view.offset, view.offset + viewSize(view))
  }

  rearranged(index: number, permutation: readonly number[]): Located {
    const { storage, view } = this.operand(index)
    const type = this.#type(this.#operandId(index))
    const order = selectAxes(view, permutation)
    const to = this.memory.take(type.dtype, order.sizes, this.#most(type))
    this.#reserve(to.storage)
    this.copy(to, { storage, view: order })
    return to
  }

  result(): Located {
    const id = this.#located.length
    const type = this.#type(id)
    const name = this.#direct.get(id)
    const sizes = shapeAt(type.shape, this.rows)
    if (name === undefined) return this.memory.take(type.dtype, sizes, this.#most(type))
    return this.#outputRoom(name, type)
  }

  sums(): Float64Array {
    const type = this.#type(this.#located.length)
    const sizes = shapeAt(type.shape, this.rows)
    const { storage } = this.memory.take('f64', sizes, this.#most(type))
    this.#reserve(storage)
    return storage.values as Float64Array
  }

  source(kind: 'input' | 'state', name: string): Located {
    const { memory, rows } = this
    const storage = kind === 'input' ? memory.input(name) : memory.state(name)
    if (storage === undefined) throw new Error(`internal: no ${kind} ${name} in the program`)
    return locateFixed(storage, this.#type(this.#located.length), rows, memory.maxBatch)
  }

  copy(to: Located, from: Located): void {
    const source = from.storage.values
    const target = to.storage.values
    if (viewSize(from.view) === 0) return
    if (uniformStep(to.view) === 1 && uniformStep(from.view) === 1) {
      const part = source.subarray(from.view.offset, from.view.offset + viewSize(from.view))
      this.add(() => target.set(part, to.view.offset))
      return
    }
    const walk = walkOf(to.view, from.view)
    for (const { byteLength } of walk.starts) this.memory.count(byteLength)
    this.add(() => copy(target, source, walk))
  }

  // The plan

  #stage(id: ValueId): Stage {
    const instruction = this.#instruction(id)
    const result = emit(this, instruction)
    this.memory.hold(result.storage)
    this.#located.push(result)
    for (const storage of this.#scratch) this.memory.release(storage)
    this.#scratch = []
    for (const used of new Set([...instruction.operands, id])) {
      if (this.#lastUses[used] === id) this.memory.release(this.#at(used).storage)
    }
    return { instruction, steps: this.#flush(), result }
  }

  #flush(): Step[] {
    const steps = this.#steps
    this.#steps = []
    return steps
  }

  /** Copies the outputs that are views, or have two names, into arrays of their own. */
  #outputs(): Map<string, Values> {
    const outputs = new Map<string, Values>()
    for (const [name, id] of Object.entries(this.#request.entry.outputs)) {
      const to = this.#outputRoom(name, this.#type(id))
      const from = this.#at(id)
      // Rooms of one output are views of one array, so their buffers tell whether it was computed in place.
      if (from.storage.values.buffer !== to.storage.values.buffer) this.copy(to, from)
      outputs.set(name, to.storage.values)
    }
    return outputs
  }

  /** The steps that replace the state. What they would read of a state that changes is copied before any of them. */
  #updates(): Step[] {
    const { program, entry, rows } = this.#request
    const before = this.#flush()
    const writes = Object.entries(entry.updates).map(([name, id]): [Located, Located] => {
      const storage = this.memory.state(name)
      const type = program.state[name]?.type
      if (storage === undefined || type === undefined) {
        throw new Error(`internal: no state ${name} in the program`)
      }
      const from = this.#at(id)
      const to = locateFixed(storage, type, rows, this.memory.maxBatch)
      return [to, this.memory.isState(from.storage) ? this.#copied(from, type) : from]
    })
    const reads = this.#flush()
    for (const [to, from] of writes) this.copy(to, from)
    const steps = this.#flush()
    this.#steps = [...before, ...reads]
    return steps
  }

  #copied(from: Located, type: TensorType): Located {
    const to = this.memory.take(type.dtype, from.view.sizes, this.#most(type))
    this.copy(to, from)
    return to
  }

  /** Moves a value's elements next to each other, for all its readers from here on. */
  #gatherTogether(id: ValueId): void {
    const from = this.#at(id)
    const to = this.#copied(from, this.#type(id))
    this.memory.hold(to.storage)
    this.memory.release(from.storage)
    this.#located[id] = to
  }

  #reserve(storage: Storage): void {
    this.memory.hold(storage)
    this.#scratch.push(storage)
  }

  #outputRoom(name: string, type: TensorType): Located {
    const values = this.memory.output(this.#request.name, name, type, this.rows)
    return { storage: { values }, view: denseView(shapeAt(type.shape, this.rows)) }
  }

  #most({ shape }: TensorType): number {
    return sizeAt(shape, this.memory.maxBatch)
  }

  #operandId(index: number): ValueId {
    const id = this.#instruction(this.#located.length).operands[index]
    if (id === undefined) throw new Error(`internal: no operand ${index}`)
    return id
  }

  #instruction(id: ValueId): Instruction {
    const instruction = this.#request.entry.instructions[id]
    if (instruction === undefined) throw new Error(`internal: no instruction ${id}`)
    return instruction
  }

  #type(id: ValueId): TensorType {
    return this.#instruction(id).type
  }

  #at(id: ValueId): Located {
    const located = this.#located[id]
    if (located === undefined) throw new Error(`internal: value ${id} is read before it is there`)
    return located
  }
}

function runAll(steps: readonly Step[]): void {
  for (let i = 0; i < steps.length; i++) steps[i]?.()
}

function probeStages(stages: readonly Stage[], visit: Visit): void {
  for (const { instruction, steps, result } of stages) {
    runAll(steps)
    if (visit(instruction, elementsOf(result, instruction.type)) === true) return
  }
}

/** A value's elements in row-major order; a copy where they are not so. */
function elementsOf({ storage: { values }, view }: Located, { dtype }: TensorType): Values {
  const count = viewSize(view)
  if (uniformStep(view) === 1) return values.subarray(view.offset, view.offset + count)
  const elements = allocate(dtype, count)
  copy(elements, values, walkOf(denseView(view.sizes), view))
  return elements
}

/** The plan of an entry for so many rows. */
export function planEntry(request: PlanRequest): Plan {
  return new Planner(request).build()
}
