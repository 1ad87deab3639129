/** Common subexpressions: what an entry computes twice, it computes once. */
import type { Instruction, Program, ValueId } from '../program.ts'
import type { Tensor } from '../trace.ts'
import { type Rewrite, rewriteProgram } from './rewrite.ts'

/** Longer constants are the same only where they are the same list. */
const comparedNumbers = 1024

/**
 * Every instruction that does the same to the same operands as an earlier one is replaced by it. No primitive has an
 * effect, and `random` yields the same numbers at the same site, so that this keeps every value.
 */
export function shareCommonSubexpressions(program: Program): Program {
  return rewriteProgram(program, sharing)
}

/** The rewrite of one entry: it remembers what was computed, and never leaves an instruction to others. */
export function sharing(): (...of: Parameters<Rewrite>) => Tensor {
  const known = new Map<string, ValueId>()
  const lists = new Map<readonly number[], number>()
  return (instruction, operands, trace) => {
    const key = keyOf(instruction, operands, lists)
    const id = known.get(key)
    if (id !== undefined) return trace.tensor(id)
    const tensor = trace.copy(instruction, operands)
    known.set(key, tensor.id)
    return tensor
  }
}

/** Equal keys mean equal values; the order in which attributes were written does not matter. */
function keyOf(
  { primitive, attributes }: Instruction,
  operands: readonly Tensor[],
  lists: Map<readonly number[], number>,
): string {
  let key: string = primitive
  for (const { id } of operands) key += ` ${id}`
  const entries: [string, unknown][] = Object.entries(attributes)
  if (entries.length > 1) entries.sort(([a], [b]) => (a < b ? -1 : 1))
  for (const [name, value] of entries) key += ` ${name}=${text(value, lists)}`
  return key
}

function text(value: unknown, lists: Map<readonly number[], number>): string {
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value)
  if (!Array.isArray(value)) return JSON.stringify(value)
  if (value.length <= comparedNumbers) return `[${value.map((item) => text(item, lists)).join()}]`
  const number = lists.get(value) ?? lists.size
  lists.set(value, number)
  return `list ${number}`
}
