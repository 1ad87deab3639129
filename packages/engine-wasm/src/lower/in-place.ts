/** Which states are replaced in their own place, element by element, while the loop that replaces them runs. */
import type { Entry, Program, ValueId } from '@chainrule/program'
import { isPacked, roomy } from '../layout.ts'
import type { Group, Grouping } from './groups.ts'

/**
 * The state that each value replaces, where it may be computed in the state's place: the guard has been tested by then, and
 * nothing reads the old elements later; in its own loop they may be read only where they stand. Where a guard may keep the
 * old elements, nothing else reads the new ones.
 */
export function statesInPlace(
  { state, maxBatch }: Program,
  { guard, updates, outputs, instructions }: Entry,
  grouping: Grouping,
): Map<ValueId, string> {
  const guardTime = guard === undefined ? -1 : grouping.timeOf(guard)
  const reads = stateReads(instructions)
  const inPlace = new Map<ValueId, string>()
  for (const [name, id] of Object.entries(updates)) {
    const group = grouping.group(id)
    const shape = state[name]?.type.shape
    if (group === undefined || shape === undefined || inPlace.has(id)) continue
    if (grouping.role(id) !== 'element' || group.time <= guardTime) continue
    if (!isPacked(roomy(shape, maxBatch))) continue
    const isOutput = Object.values(outputs).includes(id)
    if (guard !== undefined && (isOutput || isReadElsewhere(grouping, id, group))) continue
    const old = reads.get(name) ?? []
    if (old.every((source) => isReadInTime(grouping, source, group))) inPlace.set(id, name)
  }
  return inPlace
}

/** The instructions that give each state. */
function stateReads(instructions: Entry['instructions']): Map<string, ValueId[]> {
  const reads = new Map<string, ValueId[]>()
  instructions.forEach(({ primitive, attributes }, id) => {
    if (primitive !== 'state') return
    const known = reads.get(attributes.name)
    if (known === undefined) reads.set(attributes.name, [id])
    else known.push(id)
  })
  return reads
}

function isReadElsewhere(grouping: Grouping, id: ValueId, group: Group): boolean {
  return grouping.readers(id).some((reader) => grouping.group(reader) !== group)
}

function isReadInTime(grouping: Grouping, source: ValueId, group: Group): boolean {
  const last = grouping.lastRead(source)
  if (last < group.time) return true
  if (last > group.time) return false
  return grouping.readers(source).every((reader) => {
    if (grouping.readsInPlace(reader)) return true
    const isView = grouping.role(reader) === 'view'
    const read = isView ? grouping.lastRead(reader) : grouping.timeOf(reader)
    return read < group.time
  })
}
