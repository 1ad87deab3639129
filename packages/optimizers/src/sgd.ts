import { boolean, defineOptimizer, type OptimizerPlugin, rate } from '@chainrule/core'
import { coupledDecay } from './decay.ts'

/**
 * Gradient descent, with a memory of earlier gradients where `momentum` is set.
 *
 * Equation   W ← W − η ∂L/∂W  (eq. 78)
 *            with momentum μ:  v ← μ v + ∂L/∂W,  W ← W − η v
 *            and nesterov:     W ← W − η (∂L/∂W + μ v)
 *            `decay` λ adds λ W to ∂L/∂W first
 * Saved      v, where there is momentum
 * Source     paper eq. 78; Sutskever et al. 2013. Matches PyTorch 1.13 `SGD` (no dampening) except that `nesterov` without
 *            momentum is plain descent and no error. Keras has η inside v, which differs once η changes.
 */
export const sgd: OptimizerPlugin = defineOptimizer({
  name: 'sgd',
  summary: 'Gradient descent, with momentum where it is set.',
  learningRate: 0.01,
  options: { momentum: rate({ default: 0 }), nesterov: boolean({ default: false }) },
  slots: ({ momentum }) => (momentum === 0 ? [] : ['velocity']),
  update: (ops, { w, dw, slots, learningRate, decay }, { momentum, nesterov }) => {
    const gradient = coupledDecay(ops, w, dw, decay)
    if (momentum === 0) return { w: ops.sub(w, ops.mul(gradient, learningRate)), slots: {} } // eq. 78
    const velocity = ops.add(ops.mul(slots.velocity, momentum), gradient)
    const direction = nesterov ? ops.add(gradient, ops.mul(velocity, momentum)) : velocity
    return { w: ops.sub(w, ops.mul(direction, learningRate)), slots: { velocity } }
  },
})
