/** Indices become vectors. */
import {
  defineLayer,
  formatShape,
  initializer,
  integer,
  type LayerOps,
  optional,
  positiveInteger,
  type Shape,
  shapeMismatch,
  type Tensor,
} from '@chainrule/core'

function checkIndices(indices: Shape): Shape {
  if (indices.length >= 1) return indices
  throw shapeMismatch(`\`embed\` needs indices in rows, [B, …], but got ${formatShape(indices)}`)
}

/** Which indices count, and the places in the table that are read: outside of it where padding stands. */
function read(
  ops: LayerOps,
  indices: Tensor,
  padding: number | undefined,
): { readonly mask: Tensor; readonly indices: Tensor } {
  if (padding === undefined)
    return { mask: ops.constant(1, { shape: indices.shape, dtype: 'bool' }), indices }
  const mask = ops.notEqual(indices, padding)
  return { mask, indices: ops.select(mask, indices, -1) }
}

/**
 * An embedding: a table with a vector for each of so many indices, of which it gives those that are asked for.
 *
 * Equation   h = E[i], or 0 where i is `padding`; `mask` is true where it is not
 * Shapes     i [B, …] integers in 0 … size − 1, weight E [size, dim] -> h [B, …, dim], mask [B, …]
 * Gradient   ∂L/∂E[k] = Σ ∂L/∂h over all places whose index is k, unless k is `padding`
 * Saved      i
 * Errors     shape-mismatch; index-range where data are read
 * Source     PyTorch `nn.Embedding`, whose `padding_idx` is `padding` (Keras has `mask_zero` for 0), except that indices outside
 *            of the table are refused where data are read, and in a program give zeros and no gradient instead of an
 *            error, and that the table is drawn from N(0, 0.05²) (PyTorch N(0, 1), Keras ±0.05)
 */
export const embed = defineLayer({
  name: 'embed',
  summary: 'A vector for each index.',
  arguments: { size: positiveInteger() },
  options: {
    dim: positiveInteger(),
    padding: optional(integer({ from: 0 })),
    weights: initializer({ default: 'normal' }),
  },
  inputs: [{ name: 'indices', dtype: 'integer', below: 'size' }],
  outputs: ['mask'],
  outputTypes: { mask: 'boolean' },
  shape: ({ size, dim, padding }, [indices]) => {
    if (padding !== undefined && padding >= size) {
      throw shapeMismatch(
        `\`embed\` has the indices 0 to ${size - 1}, so \`padding\` cannot be ${padding}`,
        'name one of them, or make the table one larger',
      )
    }
    return { h: [...checkIndices(indices), dim], mask: indices }
  },
  init: ({ size, dim, weights }) => ({
    weight: { shape: [size, dim], initializer: weights, role: 'embedding', fanIn: dim },
  }),
  forward: (ops, { weight }, [given], { padding }) => {
    const { mask, indices } = read(ops, given, padding)
    return { h: ops.gather(weight, indices), outputs: { mask }, saved: { indices } }
  },
  backward: (ops, _parameters, { indices }, { dh }, { size }) => ({
    dh: [undefined],
    gradients: { weight: ops.scatterAdd(indices, dh, size) },
  }),
})
