/** The products of the paper (eq. 41, 75, 77), recognised in the instructions of any layer. */
import type { Instruction, ValueId } from '@chainrule/program'
import { productOf } from './products.ts'
import type { LayerTrace } from './trace-training.ts'

type Product = Instruction<'dot'>

export class PaperForms {
  readonly #parameters: ReadonlySet<ValueId>
  readonly #inputs: ReadonlySet<ValueId>
  readonly #instructions: readonly Instruction[]

  constructor({ traced }: LayerTrace, instructions: readonly Instruction[]) {
    this.#parameters = new Set(Object.values(traced.parameters).map(({ id }) => id))
    this.#inputs = new Set(
      traced.inputs.flatMap((input) => (input === undefined ? [] : [input.id])),
    )
    this.#instructions = instructions
  }

  /** g = W h, with or without a bias. */
  isAffine(id: ValueId): boolean {
    const instruction = this.#instructions[id]
    const [first = -1, second = -1] = instruction?.operands ?? []
    if (instruction?.primitive === 'add') {
      const [shift = -1] = this.#operands(second, 'broadcast')
      return this.#parameters.has(shift) && this.isAffine(first) && this.#dot(first) !== undefined
    }
    const isOfInput = this.#inputs.has(first) && this.#parameters.has(second)
    return isOfInput && this.#formOf(id) === 'matrix-vector'
  }

  /** ∂L/∂W = (∂L/∂g)ᵀ hᵀ. */
  isWeightGradient(id: ValueId, dg: ValueId | undefined): boolean {
    const [x = -1, y = -1] = this.#operands(id, 'dot')
    return x === dg && this.#inputs.has(y) && this.#formOf(id) === 'outer'
  }

  /** ∂L/∂h^(n-1) = ∂L/∂g W. */
  isInputGradient(id: ValueId, dg: ValueId | undefined): boolean {
    const [x = -1, y = -1] = this.#operands(id, 'dot')
    return x === dg && this.#parameters.has(y) && this.#formOf(id) === 'row-matrix'
  }

  #dot(id: ValueId): Product | undefined {
    const instruction = this.#instructions[id]
    return instruction?.primitive === 'dot' ? instruction : undefined
  }

  #formOf(id: ValueId): ReturnType<typeof productOf> | undefined {
    const dot = this.#dot(id)
    const [x, y] = (dot?.operands ?? []).map((operand) => this.#instructions[operand]?.type)
    return dot === undefined || x === undefined || y === undefined
      ? undefined
      : productOf(dot, x, y, true)
  }

  #operands(id: ValueId, primitive: Instruction['primitive']): readonly ValueId[] {
    const instruction = this.#instructions[id]
    return instruction?.primitive === primitive ? instruction.operands : []
  }
}
