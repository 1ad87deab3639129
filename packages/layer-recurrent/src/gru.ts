/** The gated recurrent unit. */
import { defineLayer, type LayerOps, type Tensor } from '@chainrule/core'
import { inputs, joined, options, outputShape, parametersOf, units } from './parameters.ts'
import {
  at,
  gate,
  productsWith,
  sizesOf,
  slope,
  stacked,
  throughTime,
  total,
  unroll,
  zeros,
} from './sequence.ts'

/** What a step saved. */
interface Step {
  readonly before: Tensor
  readonly r: Tensor
  readonly z: Tensor
  readonly n: Tensor
  /** W_hn h_(t−1) + b_hn, which the reset gate is applied to. */
  readonly q: Tensor
}

/**
 * The gradients of one step. With h = (1 − z) n + z h_(t−1), n = tanh(W_in x + b_in + r q) and d = ∂L/∂h, those of what
 * stands inside of the gates are
 *
 *     dn = d (1 − z) (1 − n²),   dz = d (h_(t−1) − n) z (1 − z),   dr = dn q r (1 − r);
 *
 * of W_ih x + b_ih these three are the gradients, of W_hh h_(t−1) + b_hh the same with dn r for dn.
 */
function cellGradient(ops: LayerOps, { before, r, z, n, q }: Step, d: Tensor) {
  const dn = ops.mul(ops.mul(d, ops.sub(1, z)), ops.sub(1, ops.square(n)))
  const dz = ops.mul(ops.mul(d, ops.sub(before, n)), slope(ops, z))
  const dr = ops.mul(ops.mul(dn, q), slope(ops, r))
  return {
    input: ops.concat([dr, dz, dn], 1),
    state: ops.concat([dr, dz, ops.mul(dn, r)], 1),
  }
}

/**
 * A gated recurrent unit over [B, T, C]: a gate says how much of the state stays, another how much of it the new state sees.
 *
 * Equation   r = σ(W_ir x_t + b_ir + W_hr h + b_hr),  z = σ(W_iz x_t + b_iz + W_hz h + b_hz),
 *            n = tanh(W_in x_t + b_in + r ⊙ (W_hn h + b_hn)),  h_t = (1 − z) ⊙ n + z ⊙ h;  h = h_(t−1), h_0 = 0
 * Shapes     x [B, T, C], mask [B, T], weight_ih [3H, C], weight_hh [3H, H], bias_ih [3H], bias_hh [3H], in the order
 *            r, z, n -> h_T [B, H], or with `sequences` all h_t [B, T, H]; `state` is h_T
 * Gradient   of one step at `cellGradient`; over all t at once: ∂L/∂W_ih = dIᵀ x, ∂L/∂W_hh = dSᵀ h_(t−1), ∂L/∂x = dI W_ih
 * Saved      x, mask; of each step h_(t−1), r, z, n and W_hn h + b_hn
 * Errors     shape-mismatch
 * Source     Cho et al. 2014. Matches PyTorch 1.13 `nn.GRU` of one layer and one direction, rows first, whose reset gate is
 *            applied after the product (in the paper before; Keras has both, `reset_after`), except for the first weights
 *            and the mask: see `rnn`.
 */
export const gru = defineLayer({
  name: 'gru',
  summary: 'Reads a series step by step; gates say how much of the state stays.',
  arguments: { units },
  options,
  inputs,
  outputs: ['state'],
  shape: ({ units, sequences }, [h, mask]) =>
    outputShape(sizesOf('gru', h, mask), units, sequences),
  init: (config, [h]) => parametersOf(sizesOf('gru', h), config, 3),
  joined,
  forward: (ops, { W, U }, [x, mask], { units, sequences }) => {
    const { rows, times } = sizesOf('gru', x.shape)
    const { projected, ofState, biases } = productsWith(ops, W, U, x)
    const first = { h: zeros(ops, rows, units) }
    const { saved, after, last } = unroll(ops, times, mask, first, (t, { h: before }) => {
      const [i, s] = [at(ops, projected, t), ofState(before)]
      const part = <G extends Tensor | undefined>(g: G, index: number): G | Tensor =>
        gate(ops, g, index, units)
      const r = ops.sigmoid(total(ops, part(i, 0), part(s, 0), part(biases, 0)))
      const z = ops.sigmoid(total(ops, part(i, 1), part(s, 1), part(biases, 1)))
      const q = total(ops, part(s, 2), part(U.column, 2))
      const n = ops.tanh(total(ops, part(i, 2), part(W.column, 2), ops.mul(r, q)))
      // Neither 1 − z nor h_(t−1) − n, which the backward pass needs: they would be kept instead of computed again.
      const h = ops.add(ops.sub(n, ops.mul(z, n)), ops.mul(z, before))
      return { states: { h }, saved: { before, r, z, n, q } }
    })
    const all = after.map(({ h }) => h)
    return {
      h: sequences ? stacked(ops, all) : last.h,
      outputs: { state: last.h },
      saved: { x, mask, steps: saved },
    }
  },
  backward: (ops, { W, U }, saved, { dh, outputs }, { units, sequences }) => {
    const { x, mask, steps } = saved
    const arriving = { h: sequences ? outputs.state : ops.add(outputs.state, dh) }
    const dInputs: Tensor[] = []
    throughTime(ops, steps.length, mask, arriving, sequences ? dh : undefined, (t, d) => {
      const step = steps[t]
      if (step === undefined) return d
      const { input, state } = cellGradient(ops, step, d.h)
      dInputs.unshift(input)
      return { h: ops.add(ops.mul(d.h, step.z), ops.affineInputGradient(state, U)) }
    })
    const dInput = stacked(ops, dInputs)
    const all = (of: keyof Step): Tensor =>
      stacked(
        ops,
        steps.map((step) => step[of]),
      )
    const part = (index: number): Tensor => gate(ops, dInput, index, units)
    // Made anew, so that the gradients of all states need not be kept until the last step is done.
    const dState = ops.concat([part(0), part(1), ops.mul(part(2), all('r'))], 2)
    return {
      dh: [ops.affineInputGradient(dInput, W), undefined],
      gradients: {
        W: ops.affineWeightGradient(dInput, x, W),
        U: ops.affineWeightGradient(dState, all('before'), U),
      },
    }
  },
})
