import {
  defineOptimizer,
  log,
  number,
  type Ops,
  type OptimizerPlugin,
  rate,
  type Tensor,
} from '@chainrule/core'
import { coupledDecay } from './decay.ts'
import { correctedDeviation, runningMean } from './moments.ts'

/** μ_t = β₁ (1 − ½ 0.96^(t ψ)): the momentum warms up from half of β₁. */
function momentumAt(ops: Ops, step: Tensor, beta1: number, psi: number): Tensor {
  const share = ops.exp(ops.mul(step, psi * log(0.96)))
  return ops.mul(ops.sub(1, ops.mul(share, 0.5)), beta1)
}

/** 1 − (1 − q) μ from q and μ, which loses no digits where both are near 1. */
function remaining(ops: Ops, q: Tensor, momentum: Tensor): Tensor {
  return ops.add(ops.mul(q, momentum), ops.sub(1, momentum))
}

/**
 * Adam that looks one step of its momentum ahead, as Nesterov's does.
 *
 * Equation   m ← β₁ m + (1 − β₁) g,  v ← β₂ v + (1 − β₂) g²,  g = ∂L/∂W,
 *            μ_t = β₁ (1 − ½ 0.96^(t ψ)),  Π_t = μ₁ μ₂ … μ_t,
 *            m̂ = μ_(t+1) m / (1 − Π_(t+1)) + (1 − μ_t) g / (1 − Π_t),  v̂ = v / (1 − β₂ᵗ),
 *            W ← W − η m̂ / (√v̂ + ε)
 *            `decay` λ adds λ W to g first
 * Saved      m, v, and 1 − Π_t, one number
 * Source     Dozat 2016, algorithm 2. Matches PyTorch 1.13 `NAdam`; `momentum-decay` is ψ. Keras has η 0.001, ε 1e-7 and
 *            a warm-up of its own.
 */
export const nadam: OptimizerPlugin = defineOptimizer({
  name: 'nadam',
  summary: 'Adam that looks one step of its momentum ahead.',
  learningRate: 2e-3,
  options: {
    beta1: rate({ default: 0.9 }),
    beta2: rate({ default: 0.999 }),
    epsilon: number({ above: 0, default: 1e-8 }),
    'momentum-decay': number({ from: 0, default: 4e-3 }),
  },
  slots: () => ['mean', 'square'],
  scalars: () => ['remaining'],
  update: (ops, { w, dw, slots, learningRate, step, decay }, config) => {
    const { beta1, beta2, epsilon, 'momentum-decay': psi } = config
    const gradient = coupledDecay(ops, w, dw, decay)
    const mean = runningMean(ops, beta1, slots.mean, gradient)
    const square = runningMean(ops, beta2, slots.square, ops.square(gradient))
    const momentum = momentumAt(ops, step, beta1, psi)
    const next = momentumAt(ops, ops.add(step, 1), beta1, psi)
    const now = remaining(ops, slots.remaining, momentum)
    const ahead = ops.add(
      ops.mul(mean, ops.div(ops.mul(next, learningRate), remaining(ops, now, next))),
      ops.mul(gradient, ops.div(ops.mul(ops.sub(1, momentum), learningRate), now)),
    )
    const deviation = correctedDeviation(ops, square, step, { beta2, epsilon })
    return { w: ops.sub(w, ops.div(ahead, deviation)), slots: { mean, square, remaining: now } }
  },
})
