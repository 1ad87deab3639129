import { defineOptimizer, number, type OptimizerPlugin, rate } from '@chainrule/core'
import { coupledDecay } from './decay.ts'
import { runningMean } from './moments.ts'

/**
 * Steps as long as earlier steps were, in the units of the weight: the ratio of two running means, with no η to choose.
 *
 * Equation   s ← ρ s + (1 − ρ) (∂L/∂W)²,  d = √(u + ε) / √(s + ε) · ∂L/∂W,
 *            u ← ρ u + (1 − ρ) d²,  W ← W − η d
 *            `decay` λ adds λ W to ∂L/∂W first
 * Saved      s, u
 * Source     Zeiler 2012, algorithm 1, where η is 1. Matches PyTorch 1.13 `Adadelta`. Keras has η 0.001, ρ 0.95 and
 *            ε 1e-7.
 */
export const adadelta: OptimizerPlugin = defineOptimizer({
  name: 'adadelta',
  summary: 'Steps as long as earlier steps were, with no learning rate to choose.',
  learningRate: 1,
  options: {
    rho: rate({ default: 0.9 }),
    epsilon: number({ above: 0, default: 1e-6 }),
  },
  slots: () => ['square', 'change'],
  update: (ops, { w, dw, slots, learningRate, decay }, { rho, epsilon }) => {
    const gradient = coupledDecay(ops, w, dw, decay)
    const square = runningMean(ops, rho, slots.square, ops.square(gradient))
    const ratio = ops.div(ops.add(slots.change, epsilon), ops.add(square, epsilon))
    const step = ops.mul(ops.sqrt(ratio), gradient)
    const change = runningMean(ops, rho, slots.change, ops.square(step))
    return { w: ops.sub(w, ops.mul(step, learningRate)), slots: { square, change } }
  },
})
