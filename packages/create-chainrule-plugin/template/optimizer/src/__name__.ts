import { defineOptimizer, rate } from '@chainrule/core'

/**
 * Sign descent with momentum: each parameter takes steps of one length. Put your optimizer in its place.
 *
 * Equation   v ← μ v + (1 − μ) ∂L/∂W,  W ← W − η (sign(v) + λ W)
 * Saved      v
 * Source     where the equation comes from
 */
export const __identifier__ = defineOptimizer({
  name: '__name__',
  summary: 'Steps of one length, in the direction of a mean of the gradients.',
  learningRate: 0.001,
  options: { momentum: rate({ default: 0.9 }) },
  slots: () => ['velocity'],
  update: (ops, { w, dw, slots, learningRate, decay }, { momentum }) => {
    const velocity = ops.add(ops.mul(slots.velocity, momentum), ops.mul(dw, 1 - momentum))
    const direction = ops.add(ops.sign(velocity), ops.mul(w, decay))
    return { w: ops.sub(w, ops.mul(direction, learningRate)), slots: { velocity } }
  },
})
