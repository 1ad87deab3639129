/** Which instructions belong to a layer, and which of their results have a name of their own. */
import type { Instruction, Primitive, ValueId } from '@chainrule/program'
import type { Symbols } from './symbols.ts'

/** Instructions by their ids, as a trace has them. */
type Recorded = readonly Instruction[]

export interface Scope {
  readonly instructions: Recorded
  /** Whether the layer recorded it, so that it may be written out. */
  isInside(value: ValueId): boolean
}

export function scopeOf(instructions: Recorded, scopes: ReadonlySet<string>): Scope {
  return {
    instructions,
    isInside: (value) =>
      scopes.has(instructions[value]?.scope ?? '') && !isLeaf(instructions[value]),
  }
}

const leaves: readonly Primitive[] = ['input', 'state', 'random']
const isLeaf = (instruction: Instruction | undefined): boolean =>
  instruction === undefined || leaves.includes(instruction.primitive)

/** What is read as it stands, or moved, and so does not count as an operation. */
const quiet: readonly Primitive[] = [
  'constant',
  'iota',
  'broadcast',
  'reshape',
  'cast',
  'slice',
  'transpose',
]

/** An equation that would be longer gets names for what it is made of. */
const longest = 9
/** What is used several times gets a name where it is at least so long. */
const shared = 3

/**
 * Values that are to be named beside those that are: what the layer reads from outside, what is used several times, and
 * parts of what would be too long.
 */
export function unnamedOf(
  roots: readonly ValueId[],
  symbols: Pick<Symbols, 'has'>,
  { instructions, isInside }: Scope,
): ValueId[] {
  const tops = new Set(roots)
  const reached = reach([...tops], (id) => !tops.has(id) && symbols.has(id), {
    instructions,
    isInside,
  })
  const named = new Set<ValueId>()
  const sizes = new Map<ValueId, number>()
  const sizeOf = (id: ValueId): number =>
    symbols.has(id) || named.has(id) ? 0 : (sizes.get(id) ?? 0)
  for (const { id, uses } of reached) {
    const instruction = instructions[id]
    if (instruction === undefined) continue
    if (!isInside(id)) {
      if (instruction.primitive !== 'constant') named.add(id)
      continue
    }
    const operands = [...new Set(instruction.operands)].toSorted((a, b) => sizeOf(b) - sizeOf(a))
    const size = (): number =>
      (quiet.includes(instruction.primitive) ? 0 : 1) +
      instruction.operands.reduce((sum, operand) => sum + sizeOf(operand), 0)
    for (const operand of operands) {
      if (size() <= longest) break
      if (sizeOf(operand) > 1) named.add(operand)
    }
    sizes.set(id, size())
    if (uses > 1 && size() >= shared) named.add(id)
  }
  return [...named].filter((id) => !symbols.has(id)).toSorted((a, b) => a - b)
}

/** Everything that is written out to tell the tops, in order, with how often it is read. */
function reach(
  tops: readonly ValueId[],
  isNamed: (id: ValueId) => boolean,
  { instructions, isInside }: Scope,
): { readonly id: ValueId; readonly uses: number }[] {
  const uses = new Map<ValueId, number>()
  const visit = (id: ValueId): void => {
    const count = uses.get(id)
    uses.set(id, (count ?? 0) + 1)
    if (count !== undefined || isNamed(id) || !isInside(id)) return
    for (const operand of instructions[id]?.operands ?? []) visit(operand)
  }
  for (const top of tops) visit(top)
  return [...uses].map(([id, count]) => ({ id, uses: count })).toSorted((a, b) => a.id - b.id)
}
