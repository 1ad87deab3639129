/** Indices become vectors. */
import {
  defineLayer,
  formatShape,
  initializer,
  positiveInteger,
  type Shape,
  shapeMismatch,
} from '@chainrule/core'

function checkIndices(indices: Shape): Shape {
  if (indices.length >= 1) return indices
  throw shapeMismatch(`\`embed\` needs indices in rows, [B, …], but got ${formatShape(indices)}`)
}

/**
 * An embedding: a table with a vector for each of so many indices, of which it gives those that are asked for.
 *
 * Equation   h = E[i]
 * Shapes     i [B, …] integers in 0 … size − 1, weight E [size, dim] -> h [B, …, dim]
 * Gradient   ∂L/∂E[k] = Σ ∂L/∂h over all places whose index is k
 * Saved      i
 * Errors     shape-mismatch
 * Source     PyTorch `nn.Embedding` except that an index outside of the table gives zeros and no gradient instead of an
 *            error, and that the table is drawn from N(0, 0.05²) (PyTorch N(0, 1), Keras ±0.05)
 */
export const embed = defineLayer({
  name: 'embed',
  summary: 'A vector for each index.',
  arguments: { size: positiveInteger() },
  options: { dim: positiveInteger(), weights: initializer({ default: 'normal' }) },
  inputs: [{ name: 'indices', dtype: 'integer' }],
  shape: ({ dim }, [indices]) => [...checkIndices(indices), dim],
  init: ({ size, dim, weights }) => ({
    weight: { shape: [size, dim], initializer: weights, role: 'embedding', fanIn: dim },
  }),
  forward: (ops, { weight }, [indices]) => ({
    h: ops.gather(weight, indices),
    saved: { indices },
  }),
  backward: (ops, _parameters, { indices }, { dh }, { size }) => ({
    dh: [undefined],
    gradients: { weight: ops.scatterAdd(indices, dh, size) },
  }),
})
