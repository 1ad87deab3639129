/** Precision: the same program in another float type, so that what runs in float32 can be checked in float64. */
import type { Instruction, Program } from '../program.ts'
import type { Tensor, Trace } from '../trace.ts'
import { type DType, isFloat, type TensorType } from '../types.ts'
import { rewriteProgram } from './rewrite.ts'

/**
 * The program with every float type, declared or computed, made `float`. A constant keeps the number as it was written,
 * so that 0.1 in float64 is the float64 nearest to 0.1.
 */
export function inPrecision(program: Program, float: 'f32' | 'f64'): Program {
  const change = (dtype: DType): DType => (isFloat(dtype) ? float : dtype)
  const changeType = (type: TensorType): TensorType => ({ ...type, dtype: change(type.dtype) })
  const mapValues = <T>(table: Readonly<Record<string, T>>, map: (value: T) => T) =>
    Object.fromEntries(Object.entries(table).map(([name, value]) => [name, map(value)]))
  const entries = rewriteProgram(program, () => (instruction, operands, trace) => {
    return changed(instruction, operands, trace, change, changeType)
  })
  return {
    ...entries,
    inputs: mapValues(program.inputs, changeType),
    state: mapValues(program.state, (state) => ({ ...state, type: changeType(state.type) })),
  }
}

/** The instructions that name a dtype; all others follow their operands. */
function changed(
  { primitive, attributes, type }: Instruction,
  operands: readonly Tensor[],
  trace: Trace,
  change: (dtype: DType) => DType,
  changeType: (type: TensorType) => TensorType,
): Tensor | undefined {
  switch (primitive) {
    case 'input':
    case 'state':
      return trace.source(primitive, attributes.name, changeType(type))
    case 'constant':
    case 'iota':
    case 'cast':
      if (change(attributes.dtype) === attributes.dtype) return undefined
      return trace.emit(primitive, operands, { ...attributes, dtype: change(attributes.dtype) })
    default:
      return undefined
  }
}
