/** Which of a layer's equations are the paper's: told by what they are made of, not by the layer's name. */
import { elementRule, type Instruction, type Primitive, type ValueId } from '@chainrule/program'
import type { NamedLayer } from './name-layer.ts'
import type { Scope } from './scope.ts'

/** Constants and what repeats a number. */
const anywhere: ReadonlySet<Primitive> = new Set<Primitive>(['constant', 'broadcast'])

/** Whether each element of a value follows from the same element of `of` alone. */
export function isPointwise(
  id: ValueId,
  of: ReadonlySet<ValueId>,
  instructions: readonly Instruction[],
): boolean {
  return holdsBetween(
    id,
    of,
    instructions,
    (each) => anywhere.has(each.primitive) || elementRule(each, 'f32') !== undefined,
  )
}

/** Whether a value follows from `of` and constants alone. */
export function followsFrom(
  id: ValueId,
  of: ReadonlySet<ValueId>,
  { instructions, isInside }: Scope,
): boolean {
  return holdsBetween(
    id,
    of,
    instructions,
    ({ primitive, operands }, each) =>
      primitive === 'constant' || (isInside(each) && operands.length > 0),
  )
}

/** Whether it holds of a value and of all that it is made of, down to `of`; each is looked at once, as many share one. */
function holdsBetween(
  id: ValueId,
  of: ReadonlySet<ValueId>,
  instructions: readonly Instruction[],
  holds: (instruction: Instruction, id: ValueId) => boolean,
): boolean {
  const seen = new Set(of)
  const open = [id]
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    if (seen.has(each)) continue
    seen.add(each)
    const instruction = instructions[each]
    if (instruction === undefined || !holds(instruction, each)) return false
    for (const operand of instruction.operands) open.push(operand)
  }
  return true
}

/** σ'(g), where ∂L/∂g is the product of ∂L/∂h with it (eq. 76). */
export function slopeOf(
  { g, dh, roots }: NamedLayer,
  { instructions }: Scope,
): ValueId | undefined {
  const dg = roots.find(({ role }) => role === 'dg')
  const product = instructions[dg?.tensor.id ?? -1]
  if (g === undefined || dh === undefined || product?.primitive !== 'mul') return undefined
  const [x = -1, y = -1] = product.operands
  if (x !== dh.id) return undefined
  const h = roots.find(({ role }) => role === 'h')?.tensor.id ?? g.id
  return isPointwise(y, new Set([g.id, h]), instructions) ? y : undefined
}
