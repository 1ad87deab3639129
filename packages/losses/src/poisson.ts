import { defineLoss, type Ops, type Tensor } from '@chainrule/core'
import { meanGradient, outputCount, requireSameShape } from './shapes.ts'

/** From here on the exponential goes on as a line, so that no output overflows: a count of e³⁰ is 10¹³. */
const knee = 30

/** e^f up to the knee, and its tangent there from then on. */
function expected(ops: Ops, f: Tensor): Tensor {
  return ops.mul(ops.exp(ops.minimum(f, knee)), ops.add(ops.maximum(ops.sub(f, knee), 0), 1))
}

/**
 * The negative log-likelihood of counts whose expected number is e^f: the output is the logarithm of a rate.
 *
 * Equation   ℓ = 1/F Σ_i (e^(f_i) − y_i f_i)
 * Shapes     f, y [B, …, F], y from 0 on -> ℓ [B, …]
 * Gradient   ∂ℓ/∂f = (e^f − y) / F
 * Saved      nothing but f and y
 * Units      nats, without the log y! that does not depend on f: it may be below 0
 * Errors     shape-mismatch
 * Source     Matches PyTorch 1.13 `PoissonNLLLoss` (`log_input`, not `full`) up to f = 30; above, e^f goes on as a line,
 *            which is finite for every output. Keras `Poisson` takes the rate itself, after an exponential activation.
 *            Targets are counts in their own units and are not standardised.
 */
export const poisson = defineLoss({
  name: 'poisson',
  summary: 'The likelihood of counts; the output is the logarithm of their expected number.',
  target: 'number',
  applies: ['exp'],
  standardises: false,
  targetRule: { required: 'numbers from 0 on', holds: (row) => row.every((count) => count >= 0) },
  forward: (ops, { f, y }) => {
    outputCount('poisson', f)
    requireSameShape('poisson', f, y)
    const values = ops.mean(ops.sub(expected(ops, f), ops.mul(y, f)), -1)
    return { values, saved: undefined }
  },
  backward: (ops, { f, y, dvalues }) =>
    meanGradient(ops, dvalues, ops.sub(ops.exp(ops.minimum(f, knee)), y)),
  prediction: (ops, f) => expected(ops, f),
})
