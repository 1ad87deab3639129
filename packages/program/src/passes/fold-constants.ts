/**
 * Constant folding: what depends on no input or state is computed here and now, and what changes nothing is left out.
 * Numbers are computed with the scalar rules and rounded as an engine stores them, so that values stay what they were.
 */
import type { Instruction, Program } from '../program.ts'
import { castRule, elementRule } from '../scalar-rules.ts'
import type { Tensor, Trace } from '../trace.ts'
import type { DType } from '../types.ts'
import { simplify } from './identities.ts'
import { type Constant, constantOf, type Rewrite, rewriteProgram } from './rewrite.ts'

/** Longer lists are left to the engine: a program should not grow by what it saves. */
const foldedNumbers = 1024

/** Folds constants and drops operations that keep every value of their operand. */
export function foldConstants(program: Program): Program {
  return rewriteProgram(program, () => folding)
}

/** The rewrite of one instruction. */
export const folding: Rewrite = (instruction, operands, trace) =>
  fold(instruction, operands, trace) ?? simplify(instruction, operands, trace)

function fold(
  instruction: Instruction,
  operands: readonly Tensor[],
  trace: Trace,
): Tensor | undefined {
  const constants = operands.map(constantOf).filter((constant) => constant !== undefined)
  const [first] = constants
  if (first === undefined || constants.length < operands.length) return undefined
  const value = moved(instruction, first) ?? computed(instruction, constants, first.dtype)
  if (value === undefined) return undefined
  return trace.emit('constant', [], { ...instruction.type, value })
}

/** The numbers of a constant that is only given another shape: repeated ones may be moved too. */
function moved({ primitive }: Instruction, { value }: Constant): Constant['value'] | undefined {
  switch (primitive) {
    case 'reshape':
      return value
    case 'transpose':
    case 'broadcast':
    case 'slice':
      return typeof value === 'number' ? value : undefined
    default:
      return undefined
  }
}

/** The results of an elementwise operation: one number where all operands are one number. */
function computed(
  instruction: Instruction,
  constants: readonly Constant[],
  dtype: DType,
): Constant['value'] | undefined {
  const rule = elementRule(instruction, dtype)
  if (rule === undefined) return undefined
  const store = castRule(instruction.type.dtype)
  const at = (i: number): number => {
    const elements = constants.map(({ dtype, value }) =>
      castRule(dtype)(typeof value === 'number' ? value : (value[i] ?? 0)),
    )
    return store(rule(...elements))
  }
  const lists = constants.map(({ value }) => value).filter((value) => typeof value !== 'number')
  if (lists[0] === undefined) return at(0)
  const { length } = lists[0]
  return length > foldedNumbers ? undefined : Array.from({ length }, (_, i) => at(i))
}
