import {
  defineDrivenOptimizer,
  number,
  type OptimizerPlugin,
  positiveInteger,
} from '@chainrule/core'

/**
 * Newton's method with a curvature that is learnt from the last steps: few, long steps over all rows at once, for small
 * problems in which the loss is smooth. An epoch is one step; its line search takes 1 to 25 looks at all rows.
 *
 * Equation   W ← W + t d,  d = −H ∂L/∂W,  H from the last `memory` pairs s = ΔW, y = Δ∂L/∂W by the two-loop recursion;
 *            t by a strong Wolfe search, first tried at η (the first time at η min(1, 1 / Σ|∂L/∂W|))
 * Saved      on the host: `memory` pairs of vectors in float64
 * Units      `tolerance` is the largest element of ∂L/∂W, `change` that of a step, below which it has converged
 * Source     Nocedal and Wright 2006, algorithms 7.4 and 7.5. Matches PyTorch 1.13 `LBFGS` with `line_search_fn=
 *            'strong_wolfe'` and one iteration a call, except that it remembers 10 pairs (PyTorch 100) and that, where a
 *            direction leads nowhere lower, it forgets them and tries the gradient before it ends. In float32 that is
 *            how it mostly ends. Layers that draw are refused (PyTorch searches a loss that changes at every look), and
 *            running values move once an iteration (PyTorch: at every look).
 */
export const lbfgs: OptimizerPlugin = defineDrivenOptimizer({
  name: 'lbfgs',
  summary: 'Newton steps from remembered gradients, over all rows at once; for small problems.',
  learningRate: 1,
  options: {
    memory: positiveInteger({ default: 10 }),
    tolerance: number({ from: 0, default: 1e-7 }),
    change: number({ from: 0, default: 1e-9 }),
  },
  // The pairs; W and where it went, d and what it is made by, ∂L/∂W here and at the four places that a search compares.
  vectors: ({ memory }) => 2 * memory + 9,
  drive: async (host, config) => {
    const { lbfgsIterations } = await import('./lbfgs-iterations.ts')
    return lbfgsIterations(host, config)
  },
})
