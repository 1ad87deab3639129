import { defineOptimizer, number, type OptimizerPlugin, rate } from '@chainrule/core'
import { coupledDecay } from './decay.ts'
import { runningMean } from './moments.ts'

/**
 * Divides each gradient by the root of a running mean of its squares.
 *
 * Equation   s ← α s + (1 − α) (∂L/∂W)²,  W ← W − η ∂L/∂W / (√s + ε)
 *            with momentum μ:  v ← μ v + ∂L/∂W / (√s + ε),  W ← W − η v
 *            `decay` λ adds λ W to ∂L/∂W first
 * Saved      s, and v where there is momentum
 * Source     Tieleman and Hinton 2012, lecture 6.5. Matches PyTorch 1.13 `RMSprop` (not centred) except for the name of
 *            `eps`. Keras has α 0.9, ε 1e-7 and ε inside the root.
 */
export const rmsprop: OptimizerPlugin = defineOptimizer({
  name: 'rmsprop',
  summary: 'Divides each gradient by the root of a running mean of its squares.',
  learningRate: 0.01,
  options: {
    alpha: rate({ default: 0.99 }),
    epsilon: number({ above: 0, default: 1e-8 }),
    momentum: rate({ default: 0 }),
  },
  slots: ({ momentum }) => (momentum === 0 ? ['square'] : ['square', 'velocity']),
  update: (ops, { w, dw, slots, learningRate, decay }, { alpha, epsilon, momentum }) => {
    const gradient = coupledDecay(ops, w, dw, decay)
    const square = runningMean(ops, alpha, slots.square, ops.square(gradient))
    const scaled = ops.div(gradient, ops.add(ops.sqrt(square), epsilon))
    if (momentum === 0) {
      return { w: ops.sub(w, ops.mul(scaled, learningRate)), slots: { square } }
    }
    const velocity = ops.add(ops.mul(slots.velocity, momentum), scaled)
    return { w: ops.sub(w, ops.mul(velocity, learningRate)), slots: { square, velocity } }
  },
})
