import { defineOptimizer, number, type OptimizerPlugin } from '@chainrule/core'
import { coupledDecay } from './decay.ts'

/**
 * Divides each gradient by the root of the sum of all its squares so far, so that rare features keep large steps.
 *
 * Equation   s ← s + (∂L/∂W)²,  W ← W − η ∂L/∂W / (√s + ε)
 *            `decay` λ adds λ W to ∂L/∂W first
 * Saved      s
 * Source     Duchi, Hazan and Singer 2011. Matches PyTorch 1.13 `Adagrad`; its `lr_decay` is a schedule here. In Keras s
 *            begins at 0.1, η is 0.001 and ε 1e-7.
 */
export const adagrad: OptimizerPlugin = defineOptimizer({
  name: 'adagrad',
  summary: 'Divides each gradient by the root of the sum of its squares so far.',
  learningRate: 0.01,
  options: { epsilon: number({ above: 0, default: 1e-10 }) },
  slots: () => ['square'],
  update: (ops, { w, dw, slots, learningRate, decay }, { epsilon }) => {
    const gradient = coupledDecay(ops, w, dw, decay)
    const square = ops.add(slots.square, ops.square(gradient))
    const scaled = ops.div(gradient, ops.add(ops.sqrt(square), epsilon))
    return { w: ops.sub(w, ops.mul(scaled, learningRate)), slots: { square } }
  },
})
