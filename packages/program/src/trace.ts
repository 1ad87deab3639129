/** A trace records, as instructions of one entry, what is computed with its tensors. */
import { foreignTensor, tracedAsNumber } from './errors.ts'
import type { Attributes, Primitive } from './primitives.ts'
import type { Entry, Instruction, ValueId } from './program.ts'
import { inferType } from './shape-rules.ts'
import type { DType, Shape, TensorType } from './types.ts'

/** The result of an instruction while it is traced: a type, and no value yet. */
export class Tensor {
  readonly trace: Trace
  readonly id: ValueId
  readonly type: TensorType

  constructor(trace: Trace, id: ValueId, type: TensorType) {
    this.trace = trace
    this.id = id
    this.type = type
  }

  get shape(): Shape {
    return this.type.shape
  }

  get dtype(): DType {
    return this.type.dtype
  }

  [Symbol.toPrimitive](): never {
    throw tracedAsNumber(this.type)
  }
}

type Described = Exclude<Primitive, 'input' | 'state'>

export class Trace {
  /** The element type of float values in this trace. */
  readonly float: 'f32' | 'f64'
  readonly #instructions: Instruction[] = []
  readonly #sources = new Map<string, Tensor>()
  #scope: string | undefined

  constructor(float: 'f32' | 'f64' = 'f32') {
    this.float = float
  }

  get instructions(): readonly Instruction[] {
    return this.#instructions
  }

  /** Adds an instruction; throws a `ProgramError` where the operands do not fit. */
  emit<P extends Described>(
    primitive: P,
    operands: readonly Tensor[],
    attributes: Attributes[P],
  ): Tensor {
    for (const operand of operands) {
      if (operand.trace !== this) throw foreignTensor(primitive)
    }
    const type = inferType(
      primitive,
      operands.map((operand) => operand.type),
      attributes,
    )
    return this.#push(
      primitive,
      operands.map((operand) => operand.id),
      attributes,
      type,
    )
  }

  /** Copies an instruction of another entry, its operands replaced. */
  copy(instruction: Instruction, operands: readonly Tensor[]): Tensor {
    const { primitive, attributes } = instruction
    return this.within(instruction.scope, () => {
      if (primitive === 'input' || primitive === 'state') {
        return this.source(primitive, attributes.name, instruction.type)
      }
      return this.emit(primitive, operands, attributes)
    })
  }

  /** The input or state of that name; the same tensor each time. */
  source(kind: 'input' | 'state', name: string, type: TensorType): Tensor {
    const key = `${kind} ${name}`
    const known = this.#sources.get(key)
    if (known !== undefined) return known
    const tensor = this.#push(kind, [], { name }, type)
    this.#sources.set(key, tensor)
    return tensor
  }

  /** The tensor of an instruction that was recorded earlier. */
  tensor(id: ValueId): Tensor {
    const instruction = this.#instructions[id]
    if (instruction === undefined) throw new Error(`internal: no instruction ${id} in this trace`)
    return new Tensor(this, id, instruction.type)
  }

  /** Runs `record` with every instruction marked as belonging to `scope`. */
  within<T>(scope: string | undefined, record: () => T): T {
    const outer = this.#scope
    this.#scope = scope
    try {
      return record()
    } finally {
      this.#scope = outer
    }
  }

  /** The finished entry. */
  entry(
    outputs: Readonly<Record<string, Tensor>>,
    updates: Readonly<Record<string, Tensor>> = {},
    guard?: Tensor,
  ): Entry {
    const ids = (tensors: Readonly<Record<string, Tensor>>): Record<string, ValueId> =>
      Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, tensor.id]))
    return {
      instructions: [...this.#instructions],
      outputs: ids(outputs),
      updates: ids(updates),
      ...(guard === undefined ? {} : { guard: guard.id }),
    }
  }

  #push(
    primitive: Primitive,
    operands: readonly ValueId[],
    attributes: unknown,
    type: TensorType,
  ): Tensor {
    const scope = this.#scope === undefined ? {} : { scope: this.#scope }
    const id = this.#instructions.length
    // The pairing of primitive and attributes is checked by the callers' types; the union cannot express it here.
    this.#instructions.push({ primitive, operands, attributes, type, ...scope } as Instruction)
    return new Tensor(this, id, type)
  }
}
