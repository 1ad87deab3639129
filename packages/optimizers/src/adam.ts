/** Adam and AdamW: steps by running means of the gradient and of its square. */
import {
  defineOptimizer,
  number,
  type Ops,
  type OptimizerPlugin,
  rate,
  type Tensor,
} from '@chainrule/core'
import { coupledDecay, decoupledDecay } from './decay.ts'
import { biasCorrection, correctedDeviation, runningMean } from './moments.ts'

interface Settings {
  readonly beta1: number
  readonly beta2: number
  readonly epsilon: number
}

interface Moments {
  readonly mean: Tensor
  readonly square: Tensor
}

const settings = {
  beta1: rate({ default: 0.9 }),
  beta2: rate({ default: 0.999 }),
  epsilon: number({ above: 0, default: 1e-8 }),
}

/**
 * What W loses in an Adam step, and the new running means.
 *
 * The corrections are applied to scalars: η / (1 − β₁ᵗ) · m / (√v / √(1 − β₂ᵗ) + ε) is η m̂ / (√v̂ + ε).
 */
function adamStep(
  ops: Ops,
  gradient: Tensor,
  { slots, learningRate, step }: { slots: Moments; learningRate: Tensor; step: Tensor },
  { beta1, beta2, epsilon }: Settings,
): { readonly change: Tensor; readonly slots: Moments } {
  const mean = runningMean(ops, beta1, slots.mean, gradient)
  const square = runningMean(ops, beta2, slots.square, ops.square(gradient))
  const rate = ops.div(learningRate, biasCorrection(ops, beta1, step))
  const deviation = correctedDeviation(ops, square, step, { beta2, epsilon })
  return { change: ops.mul(ops.div(mean, deviation), rate), slots: { mean, square } }
}

/**
 * Steps of about η in every weight, whatever the size of its gradient.
 *
 * Equation   m ← β₁ m + (1 − β₁) ∂L/∂W,  v ← β₂ v + (1 − β₂) (∂L/∂W)²,
 *            W ← W − η m̂ / (√v̂ + ε),  m̂ = m / (1 − β₁ᵗ),  v̂ = v / (1 − β₂ᵗ)
 *            `decay` λ adds λ W to ∂L/∂W first
 * Saved      m, v
 * Source     Kingma and Ba 2015, algorithm 1. Matches PyTorch 1.13 `Adam`. Keras has ε 1e-7, beside the root of v that
 *            is not corrected.
 */
export const adam: OptimizerPlugin = defineOptimizer({
  name: 'adam',
  summary: 'Adapts the step of every weight by running means of its gradient and of its square.',
  learningRate: 1e-3,
  options: settings,
  slots: () => ['mean', 'square'],
  update: (ops, context, config) => {
    const { w, dw, decay } = context
    const { change, slots } = adamStep(ops, coupledDecay(ops, w, dw, decay), context, config)
    return { w: ops.sub(w, change), slots }
  },
})

/**
 * Adam with weight decay beside the gradient, so that it is not divided by √v.
 *
 * Equation   W ← (1 − η λ) W − η m̂ / (√v̂ + ε),  m̂ and v̂ as in `adam`, of ∂L/∂W alone
 * Saved      m, v
 * Source     Loshchilov and Hutter 2019. Matches PyTorch 1.13 `AdamW`: λ is 1e-2 where none is written, and follows η.
 */
export const adamw: OptimizerPlugin = defineOptimizer({
  name: 'adamw',
  summary: 'Adam with weight decay beside the gradient.',
  learningRate: 1e-3,
  decay: 1e-2,
  options: settings,
  slots: () => ['mean', 'square'],
  update: (ops, context, config) => {
    const { change, slots } = adamStep(ops, context.dw, context, config)
    return { w: ops.sub(decoupledDecay(ops, context), change), slots }
  },
})
