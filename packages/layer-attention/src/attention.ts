/** Attention of the places of a sequence to each other, or to those of another. */
import {
  boolean,
  defineLayer,
  initializer,
  type LayerOps,
  positiveInteger,
  rate,
  type Shape,
  type Tensor,
} from '@chainrule/core'
import { attend } from './attend.ts'
import { against, project, split, together, weigh, weighBack } from './heads.ts'
import { parametersOf } from './parameters.ts'
import { inOrder, type Piece, piecesOf, placesOf, summed } from './pieces.ts'
import { filled, sizesOf } from './shapes.ts'

/** What a piece of the places that ask keeps: its weights, and which of them dropout kept. */
interface Attended extends Piece {
  readonly p: Tensor
  readonly kept: Tensor | undefined
}

/** What is kept of the weights, enlarged so that the mean stays. */
function dropped(ops: LayerOps, kept: Tensor | undefined, p: Tensor, share: number): Tensor {
  return kept === undefined ? p : ops.select(kept, ops.mul(p, 1 / (1 - share)), 0)
}

/**
 * Scaled dot-product attention with several heads: each place asks, and gets a mean of what the others say, weighted by how
 * well their keys fit its query. One input attends to itself; of two, the first asks and the second is asked; of three the
 * second gives keys, the third values. A mask says of the places that are asked which count.
 *
 * Equation   q = W_q x + b_q, k = W_k y + b_k, v = W_v z + b_v, each cut into H heads;  s = q kᵀ / √D,  p = softmax(s)
 *            over the keys that may be seen,  o = p v,  h = W_o o + b_o;  with `causal` place t sees places 0 … t
 * Shapes     x [B, T, C], y [B, S, C_y], z [B, S, C_z], mask [B, S], query_weight [C, C], key_weight [C, C_y], value_weight
 *            [C, C_z], output_weight [C, C], biases [C] -> h [B, T, C];  of each head q [T, D], k, v [S, D], p [T, S]
 * Gradient   do = ∂L/∂h W_o;  dv = pᵀ do,  dp = do vᵀ.  As ∂p_i/∂s_j = p_i (δ_ij − p_j), ds = p ⊙ (dp − Σ_s p_s dp_s), in
 *            which Σ_s p_s dp_s = do · Σ_s p_s v_s = do · o;  dq = ds k / √D,  dk = dsᵀ q / √D;  then eq. 75 and 77 of each W.
 *            Dropout with kept m makes p' = p m of p in o; dp = m dp', and Σ p dp = Σ p' dp' = do · o still
 * Saved      x, y, z; q / √D, k, v, o; of each piece of the places p and m
 * Errors     shape-mismatch
 * Source     Vaswani et al. 2017. Matches PyTorch 1.13 `nn.MultiheadAttention`, rows first, whose `in_proj_weight` is
 *            query_weight, key_weight and value_weight one below the other, and whose `key_padding_mask` is true where this
 *            mask is false; except that a place that may see nothing gets b_o (PyTorch: NaN) and that output_weight is
 *            drawn as the others are (PyTorch: U(±1/√C)).
 */
export const attention = defineLayer({
  name: 'attention',
  summary: 'Each place of a sequence gets a weighted mean of what the others say.',
  arguments: { heads: positiveInteger({ default: 1 }) },
  options: {
    causal: boolean({ default: false }),
    dropout: rate({ default: 0 }),
    bias: boolean({ default: true }),
    weights: initializer({ default: 'glorot-uniform' }),
  },
  inputs: [
    { name: 'h' },
    { name: 'keys', optional: true },
    { name: 'values', optional: true },
    { name: 'mask', dtype: 'boolean', optional: true },
  ],
  randomSlots: ['dropout'],
  shape: ({ heads }, [h, keys, values, mask]): Shape => {
    sizesOf(filled(h, keys, values), mask, heads)
    return h
  },
  init: (config, [h, keys, values, mask]) =>
    parametersOf(sizesOf(filled(h, keys, values), mask, config.heads), config),
  joined: {
    Q: ['query_weight', 'query_bias'],
    K: ['key_weight', 'key_bias'],
    V: ['value_weight', 'value_bias'],
    O: ['output_weight', 'output_bias'],
  },
  forward: (ops, { Q, K, V, O }, [h, keys, values, mask], config, { training, random }) => {
    const { heads, causal, dropout } = config
    const { query, key, value } = filled(h, keys, values)
    const scale = 1 / Math.sqrt(Number(h.shape[2]) / heads)
    const q = ops.mul(project(ops, Q, query, heads), scale)
    const k = project(ops, K, key, heads)
    const v = project(ops, V, value, heads)
    const drops = training && dropout > 0
    const isOwnPast = causal && keys === undefined
    const pieces = piecesOf(Number(h.shape[1]), Number(key.shape[1]), isOwnPast).map((piece) => {
      const [qs, ks] = [placesOf(ops, q, piece.from, piece.to), placesOf(ops, k, 0, piece.keys)]
      const p = attend(ops, against(ops, qs, ks), mask, causal ? piece.from : undefined)
      const kept = drops ? random.dropout.bernoulli(1 - dropout, p.shape) : undefined
      return { ...piece, p, kept } satisfies Attended
    })
    const o = inOrder(
      ops,
      pieces.map(({ p, kept, keys }) =>
        weigh(ops, dropped(ops, kept, p, dropout), placesOf(ops, v, 0, keys)),
      ),
    )
    const joined = together(ops, o)
    return { h: ops.affine(O, joined), saved: { h, keys, values, q, k, v, pieces, o, joined } }
  },
  backward: (ops, { Q, K, V, O }, saved, { dh }, { heads, dropout }) => {
    const { h, keys, values, q, k, v, pieces, o, joined } = saved
    const { query, key, value } = filled(h, keys, values)
    const scale = 1 / Math.sqrt(Number(h.shape[2]) / heads)
    const dOut = split(ops, ops.affineInputGradient(dh, O), heads)
    const along = ops.sum(ops.mul(dOut, o), -1, { keep: true })
    const found = pieces.map(({ from, to, keys, p, kept }) => {
      const [dOs, qs] = [placesOf(ops, dOut, from, to), placesOf(ops, q, from, to)]
      const dv = weighBack(ops, dropped(ops, kept, p, dropout), dOs)
      const dp = dropped(ops, kept, against(ops, dOs, placesOf(ops, v, 0, keys)), dropout)
      const ds = ops.mul(p, ops.sub(dp, placesOf(ops, along, from, to)))
      // q has 1/√D in it.
      return { dq: weigh(ops, ds, placesOf(ops, k, 0, keys)), dk: weighBack(ops, ds, qs), dv }
    })
    const each = (name: 'dq' | 'dk' | 'dv'): Tensor[] => found.map((piece) => piece[name])
    const dq = ops.mul(together(ops, inOrder(ops, each('dq'))), scale)
    const dk = together(ops, summed(ops, pieces, each('dk')))
    const dv = together(ops, summed(ops, pieces, each('dv')))
    const dQuery = ops.affineInputGradient(dq, Q)
    const dKey = ops.affineInputGradient(dk, K)
    const dValue = ops.affineInputGradient(dv, V)
    const dKeys = values === undefined ? ops.add(dKey, dValue) : dKey
    return {
      dh: [
        keys === undefined ? ops.add(dQuery, dKeys) : dQuery,
        keys === undefined ? undefined : dKeys,
        values === undefined ? undefined : dValue,
        undefined,
      ],
      gradients: {
        Q: ops.affineWeightGradient(dq, query, Q),
        K: ops.affineWeightGradient(dk, key, K),
        V: ops.affineWeightGradient(dv, value, V),
        O: ops.affineWeightGradient(dh, joined, O),
      },
    }
  },
})
