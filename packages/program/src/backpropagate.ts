/** Reverse mode: from ∂L/∂result of some values to ∂L/∂value of others, recorded in the same trace. */
import { type DerivativeContext, derivativeRules } from './derivative-rules.ts'
import { dtypeMismatch, foreignTensor, notDifferentiable, shapeMismatch } from './errors.ts'
import type { Ops } from './ops.ts'
import type { Primitive } from './primitives.ts'
import type { ValueId } from './program.ts'
import type { Tensor } from './trace.ts'
import { formatType, isFloat, sameShape } from './types.ts'

/** A value and what is known of ∂L/∂value, from where the sweep starts. */
export interface Seed {
  readonly of: Tensor
  readonly cotangent: Tensor
}

/**
 * ∂L/∂w for each `w` of `wrt`, from ∂L/∂v of the seeds; zeros where no seed depends on it.
 * Only instructions between `wrt` and the seeds are visited, latest first, and gradients are added in that order, so
 * the same trace always gives the same bits.
 * With `since`, instructions before that one are taken as given: the sweep is that of the part of the trace which
 * begins there, even where one `w` was computed from another before it.
 *
 * Errors     foreign-tensor, shape-mismatch, dtype-mismatch (a cotangent unlike its value), not-differentiable (integers)
 */
export function backpropagate(
  ops: Ops,
  seeds: readonly Seed[],
  wrt: readonly Tensor[],
  { since = 0 }: { readonly since?: ValueId } = {},
): Tensor[] {
  check(ops, seeds, wrt)
  const last = Math.max(-1, ...seeds.map(({ of }) => of.id))
  const depends = dependents(ops, wrt, since, last)
  const gradients = new Map<ValueId, Tensor>()
  const add = ({ id }: Tensor, gradient: Tensor): void => {
    const known = gradients.get(id)
    gradients.set(id, known === undefined ? gradient : ops.add(known, gradient))
  }
  for (const { of, cotangent } of seeds) add(of, cotangent)
  for (let id = last; id >= since; id--) {
    const cotangent = gradients.get(id)
    if (cotangent !== undefined && depends.has(id)) step(ops, id, cotangent, depends, add)
  }
  return wrt.map(({ id, type }) => gradients.get(id) ?? ops.constant(0, type))
}

/** Applies one instruction's rule and adds what it gives to the instruction's operands. */
function step(
  ops: Ops,
  id: ValueId,
  cotangent: Tensor,
  depends: ReadonlySet<ValueId>,
  add: (to: Tensor, gradient: Tensor) => void,
): void {
  const instruction = ops.trace.instructions[id]
  if (instruction === undefined) throw new Error(`internal: no instruction ${id} to differentiate`)
  const operands = instruction.operands.map((operand) => ops.trace.tensor(operand))
  const needs = instruction.operands.map((operand) => depends.has(operand))
  if (!needs.includes(true)) return
  const { primitive, attributes } = instruction
  const result = ops.trace.tensor(id)
  applyRule(primitive, ops, { operands, result, attributes, cotangent, needs }).forEach(
    (gradient, i) => {
      const to = operands[i]
      if (gradient !== undefined && to !== undefined && needs[i]) add(to, gradient)
    },
  )
}

function applyRule<P extends Primitive>(
  primitive: P,
  ops: Ops,
  context: DerivativeContext<P>,
): (Tensor | undefined)[] {
  return derivativeRules[primitive](ops, context)
}

/** The float values from `since` to `last` that depend on `wrt` through floats, with `wrt` themselves. */
function dependents(ops: Ops, wrt: readonly Tensor[], since: ValueId, last: ValueId): Set<ValueId> {
  const depends = new Set(wrt.map(({ id }) => id))
  const { instructions } = ops.trace
  for (let id = Math.max(since, Math.min(last, ...depends)); id <= last; id++) {
    const instruction = instructions[id]
    if (instruction === undefined || !isFloat(instruction.type.dtype)) continue
    if (instruction.operands.some((operand) => depends.has(operand))) depends.add(id)
  }
  return depends
}

function check(ops: Ops, seeds: readonly Seed[], wrt: readonly Tensor[]): void {
  const all = [...wrt, ...seeds.flatMap(({ of, cotangent }) => [of, cotangent])]
  for (const tensor of all) {
    if (tensor.trace !== ops.trace) throw foreignTensor('backpropagate')
    if (!isFloat(tensor.dtype)) {
      const came = formatType(tensor.type)
      throw notDifferentiable(`\`backpropagate\` needs float values, but got ${came}`)
    }
  }
  for (const { of, cotangent } of seeds) {
    if (of.dtype !== cotangent.dtype) {
      const required = 'a cotangent of the dtype of its value'
      throw dtypeMismatch('backpropagate', required, [of.type, cotangent.type])
    }
    if (!sameShape(of.shape, cotangent.shape)) {
      const required = 'a cotangent of the shape of its value'
      throw shapeMismatch('backpropagate', required, [of.shape, cotangent.shape])
    }
  }
}
