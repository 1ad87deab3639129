import { defineOptimizer, type OptimizerPlugin, rate } from '@chainrule/core'
import { decoupledDecay } from './decay.ts'
import { runningMean } from './moments.ts'

/**
 * Moves every weight by exactly η, in the direction that a running mean of its gradient says. Keeps one slot, where adam
 * keeps two.
 *
 * Equation   c = β₁ m + (1 − β₁) ∂L/∂W,  W ← (1 − η λ) W − η sign(c),  m ← β₂ m + (1 − β₂) ∂L/∂W
 * Saved      m
 * Source     Chen et al. 2023, algorithm 2. PyTorch 1.13 has none; the formula is recorded with its tensors. Keras `Lion`
 *            has η 0.001. η should be 3 to 10 times smaller than adamw's, and λ as much larger.
 */
export const lion: OptimizerPlugin = defineOptimizer({
  name: 'lion',
  summary: 'Moves every weight by the learning rate, in the direction of a running mean.',
  learningRate: 1e-4,
  options: { beta1: rate({ default: 0.9 }), beta2: rate({ default: 0.99 }) },
  slots: () => ['mean'],
  update: (ops, context, { beta1, beta2 }) => {
    const { dw, slots, learningRate } = context
    const direction = ops.sign(runningMean(ops, beta1, slots.mean, dw))
    return {
      w: ops.sub(decoupledDecay(ops, context), ops.mul(direction, learningRate)),
      slots: { mean: runningMean(ops, beta2, slots.mean, dw) },
    }
  },
})
