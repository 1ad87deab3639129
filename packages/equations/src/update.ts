/** The equations of an update: what the optimizer makes of a parameter, its gradient and what it keeps beside them. */
import { learningRateState, slotName, stepState } from '@chainrule/core'
import type { Instruction, ValueId } from '@chainrule/program'
import { indexed, partial, powered, type UpdateRoots } from './name-layer.ts'
import { nameLatex } from './notation.ts'

/** What an update reads from outside of itself. */
export interface Read {
  readonly role: 'weight' | 'gradient' | 'slot' | 'rate' | 'step'
  readonly latex: string
  /** How its values are called where the layer has no name for it. */
  readonly output: string
}

/** What a value is to an update; `undefined` of one that is none of these. */
export function readOf(
  id: ValueId,
  { whole, name, parameter }: UpdateRoots,
  instructions: readonly Instruction[],
): Read | undefined {
  const base = nameLatex(whole)
  const instruction = instructions[id]
  if (instruction === undefined) return undefined
  const slots = slotName(parameter, '')
  const state = instruction.primitive === 'state' ? instruction.attributes.name : ''
  if (state === parameter) return { role: 'weight', latex: powered(base, 't'), output: name }
  if (state.startsWith(slots)) {
    const slot = state.slice(slots.length)
    return { role: 'slot', latex: indexed(nameLatex(slot), 't'), output: `slot/${name}/${slot}` }
  }
  if (state === learningRateState) return { role: 'rate', latex: '\\eta', output: 'rate' }
  if (instruction.scope === 'optimizer/schedule')
    return { role: 'rate', latex: '\\eta_{t}', output: 'rate' }
  if (readsStep(id, instructions)) return { role: 'step', latex: 't', output: 'step' }
  if (instruction.type.shape.length === 0) return undefined
  return { role: 'gradient', latex: partial(powered(base, 't')), output: `clipped/${name}` }
}

/** Whether a number is made of the counter of steps alone. */
function readsStep(id: ValueId, instructions: readonly Instruction[]): boolean {
  const instruction = instructions[id]
  if (instruction?.primitive === 'state') return instruction.attributes.name === stepState
  const { operands = [] } = instruction ?? {}
  return operands.length > 0 && operands.every((operand) => readsStep(operand, instructions))
}

/** Whether an update is W − η ∂L/∂W (eq. 78). */
export function isDescent(
  id: ValueId,
  roleOf: (id: ValueId) => Read['role'] | undefined,
  instructions: readonly Instruction[],
): boolean {
  const operandsOf = (of: ValueId, primitive: Instruction['primitive']): readonly ValueId[] =>
    instructions[of]?.primitive === primitive ? instructions[of].operands : []
  const [w = -1, step = -1] = operandsOf(id, 'sub')
  const [gradient = -1, rate = -1] = operandsOf(step, 'mul')
  const [eta = rate] = operandsOf(rate, 'broadcast')
  return roleOf(w) === 'weight' && roleOf(gradient) === 'gradient' && roleOf(eta) === 'rate'
}
