/** The dense layer: the paper's layer n (eq. 41), its `backward` being eq. 75–77. */
import {
  activation,
  boolean,
  defineLayer,
  formatShape,
  initializer,
  isRows,
  positiveInteger,
  type Shape,
  shapeMismatch,
  zeros,
} from '@chainrule/core'

/** Biases begin at 0; `weights=` speaks of the weights alone. */
const zeroBias = zeros.with({})

/** The sizes of a row's leading axes, and the size of the axis that W acts on. */
function splitShape(h: Shape): { readonly leading: Shape; readonly features: number } {
  const features = h.at(-1)
  if (h.length < 2 || features === undefined || isRows(features)) {
    throw shapeMismatch(
      `\`dense\` needs rows with a last axis of features, [B, …, features], but got ${formatShape(h)}`,
      'give each row at least one number, for instance `input x 1`',
    )
  }
  return { leading: h.slice(0, -1), features }
}

/**
 * A dense (fully connected) layer: every output is a weighted sum of all inputs and a bias, then an activation.
 *
 * Equation   g^n = W^n h^(n-1),  h^n = σ(g^n); W's last column is the bias, against a constant 1
 * Shapes     h^(n-1) [B, …, in], weight [out, in], bias [out] -> h^n [B, …, out]; leading axes share W
 * Gradient   ∂L/∂g^n = ∂L/∂h^n ⊙ σ'(g^n);  ∂L/∂W^n = (∂L/∂g^n)ᵀ (h^(n-1))ᵀ;  ∂L/∂h^(n-1) = ∂L/∂g^n W^n
 * Saved      h^(n-1), g^n, h^n
 * Errors     shape-mismatch
 * Source     paper eq. 41, 75–77. Matches PyTorch 1.13 `nn.Linear` except that weights are drawn from `glorot-uniform`
 *            and biases are 0, as in Keras (PyTorch draws both from ±1/√in).
 */
export const dense = defineLayer({
  name: 'dense',
  summary: 'Every output is a weighted sum of all inputs and a bias, then an activation.',
  arguments: { units: positiveInteger(), activation: activation({ default: 'linear' }) },
  options: {
    bias: boolean({ default: true }),
    weights: initializer({ default: 'glorot-uniform' }),
  },
  shape: ({ units }, [h]) => [...splitShape(h).leading, units],
  init: ({ units, bias, weights }, [h]) => ({
    weight: { shape: [units, splitShape(h).features], initializer: weights, role: 'weight' },
    bias: bias ? { shape: [units], initializer: zeroBias, role: 'bias' } : undefined,
  }),
  joined: { W: ['weight', 'bias'] },
  forward: (ops, { W }, [input], { activation }) => {
    const g = ops.affine(W, input) // eq. 41
    const h = activation.forward(ops, g)
    return { g, h, saved: { input, g, h } }
  },
  backward: (ops, { W }, { input, g, h }, { dh }, { activation }) => {
    const dg = activation.backward(ops, { g, h }, dh) // eq. 76
    const dW = ops.affineWeightGradient(dg, input, W) // eq. 75
    const dInput = ops.affineInputGradient(dg, W) // eq. 77
    return { dg, dh: [dInput], gradients: { W: dW } }
  },
})
