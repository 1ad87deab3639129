import {
  type DrivenHost,
  defineDrivenOptimizer,
  number,
  type OptimizerPlugin,
  positiveInteger,
} from '@chainrule/core'
import { type Probe, strongWolfe } from './line-search.ts'
import { along, Curvature, dot } from './two-loop.ts'

const largest = (values: Float64Array): number =>
  values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)

const sumOfSizes = (values: Float64Array): number =>
  values.reduce((sum, value) => sum + Math.abs(value), 0)

/** The loss and its gradient where the parameters stand, as a place t along d. */
function look(host: DrivenHost, t: number, d: Float64Array): Probe {
  const { loss, gradient } = host.gradient()
  return { t, loss, gradient, slope: dot(gradient, d) }
}

/** Goes from W along d as far as the line search says; leaves W where it is if nothing there is lower. */
function* step(
  host: DrivenHost,
  { from, d, first, start }: { from: Float64Array; d: Float64Array; first: number; start: Probe },
): Generator<undefined, Probe | undefined> {
  const probe = (t: number): Probe => {
    host.setParameters(along(from, t, d))
    return look(host, t, d)
  }
  const found = yield* strongWolfe({ probe, start, first, size: largest(d) })
  host.setParameters(found === undefined ? from : along(from, found.t, d))
  return found
}

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
 *            how it mostly ends.
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
  *drive(host, { lr, memory, tolerance, change }) {
    const curvature = new Curvature(memory)
    let w = host.parameters()
    let here = look(host, 0, new Float64Array(w.length))
    if (![here.loss, ...here.gradient].every(Number.isFinite)) return yield Number.NaN
    while (largest(here.gradient) > tolerance) {
      let d = curvature.direction(here.gradient)
      let slope = dot(here.gradient, d)
      if (!(slope < 0)) {
        curvature.forget()
        d = here.gradient.map((value) => -value)
        slope = dot(here.gradient, d)
      }
      const first = curvature.isEmpty ? lr * Math.min(1, 1 / sumOfSizes(here.gradient)) : lr
      const found = yield* step(host, { from: w, d, first, start: { ...here, t: 0, slope } })
      if (found === undefined) {
        if (curvature.isEmpty) return
        curvature.forget()
        continue
      }
      // As the model holds them: in float32 a step is not quite t d.
      const next = host.parameters()
      const s = along(next, -1, w)
      curvature.remember(s, along(found.gradient, -1, here.gradient))
      ;[w, here] = [next, found]
      yield found.loss
      if (largest(s) <= change) return
    }
  },
})
