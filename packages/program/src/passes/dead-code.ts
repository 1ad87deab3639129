/** Dead code: what no output, update or guard needs is left out. */
import type { Entry, Program, ValueId } from '../program.ts'
import { mapEntries } from './rewrite.ts'

/** Keeps the declarations of inputs and states, also of those that no entry reads. */
export function removeDeadCode(program: Program): Program {
  return mapEntries(program, removeDeadInstructions)
}

export function removeDeadInstructions(entry: Entry): Entry {
  const { instructions, outputs, updates, guard } = entry
  const live = liveValues(entry)
  if (live.size === instructions.length) return entry
  // The n-th living instruction becomes number n; nothing else about it changes.
  const order = instructions.flatMap((_, id) => (live.has(id) ? [id] : []))
  const numbers = new Map(order.map((id, number) => [id, number]))
  const renamed = (id: ValueId): ValueId => numbers.get(id) ?? id
  const renameAll = (ids: Readonly<Record<string, ValueId>>): Record<string, ValueId> =>
    Object.fromEntries(Object.entries(ids).map(([name, id]) => [name, renamed(id)]))
  return {
    instructions: instructions
      .filter((_, id) => live.has(id))
      .map((instruction) => ({ ...instruction, operands: instruction.operands.map(renamed) })),
    outputs: renameAll(outputs),
    updates: renameAll(updates),
    ...(guard === undefined ? {} : { guard: renamed(guard) }),
  }
}

function liveValues({ instructions, outputs, updates, guard }: Entry): Set<ValueId> {
  const live = new Set([...Object.values(outputs), ...Object.values(updates)])
  if (guard !== undefined) live.add(guard)
  for (let id = instructions.length - 1; id >= 0; id--) {
    if (live.has(id)) for (const operand of instructions[id]?.operands ?? []) live.add(operand)
  }
  return live
}
