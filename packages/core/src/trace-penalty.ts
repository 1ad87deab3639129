/** The penalties on parameters, as a part of the loss and of its gradient. */
import type { Entry, Ops, Tensor } from '@chainrule/program'
import type { ModelParameter } from './model-parameters.ts'
import { floatState, penaltyGradientOutput, penaltyOutput } from './state-names.ts'

export const isPenalised = ({ l1, l2 }: ModelParameter): boolean => l1 !== 0 || l2 !== 0

/** λ₁ sign(w) + 2 λ₂ w; `undefined` where nothing is added to the loss for the parameter. */
export function penaltyGradient(
  ops: Ops,
  { name, spec, l1, l2 }: ModelParameter,
): Tensor | undefined {
  const w = floatState(ops, name, spec.shape)
  const ofL1 = l1 === 0 ? undefined : ops.mul(ops.sign(w), l1)
  const ofL2 = l2 === 0 ? undefined : ops.mul(w, 2 * l2)
  return ofL1 === undefined || ofL2 === undefined ? (ofL1 ?? ofL2) : ops.add(ofL1, ofL2)
}

/** λ₁ Σ|w| + λ₂ Σw², in float64. */
function penaltyValue(ops: Ops, { name, spec, l1, l2 }: ModelParameter): Tensor {
  const w = ops.cast(floatState(ops, name, spec.shape), 'f64')
  const parts = [
    ...(l1 === 0 ? [] : [ops.mul(ops.sum(ops.abs(w)), l1)]),
    ...(l2 === 0 ? [] : [ops.mul(ops.sum(ops.square(w)), l2)]),
  ]
  return parts.reduce((sum, part) => ops.add(sum, part))
}

/** `penalty`: what is added to the loss for the parameters as they are, and where asked its gradients. */
export function tracePenalty(
  ops: Ops,
  parameters: readonly ModelParameter[],
  { gradients }: { readonly gradients: boolean },
): Entry {
  const penalised = parameters.filter(isPenalised)
  const values = penalised.map((each) =>
    ops.trace.within(`${each.name}/penalty`, () => penaltyValue(ops, each)),
  )
  const outputs: Record<string, Tensor> = {
    [penaltyOutput]: values.reduce((sum, value) => ops.add(sum, value)),
  }
  for (const each of gradients ? penalised : []) {
    const gradient = penaltyGradient(ops, each)
    if (gradient !== undefined) outputs[penaltyGradientOutput(each.name)] = gradient
  }
  return ops.trace.entry(outputs)
}
