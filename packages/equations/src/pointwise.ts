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
  if (of.has(id)) return true
  const instruction = instructions[id]
  if (instruction === undefined) return false
  if (!anywhere.has(instruction.primitive) && elementRule(instruction, 'f32') === undefined)
    return false
  return instruction.operands.every((operand) => isPointwise(operand, of, instructions))
}

/** Whether a value follows from `of` and constants alone. */
export function followsFrom(
  id: ValueId,
  of: ReadonlySet<ValueId>,
  { instructions, isInside }: Scope,
): boolean {
  if (of.has(id)) return true
  const instruction = instructions[id]
  if (instruction === undefined) return false
  if (instruction.primitive === 'constant') return true
  return (
    isInside(id) &&
    instruction.operands.length > 0 &&
    instruction.operands.every((operand) => followsFrom(operand, of, { instructions, isInside }))
  )
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
