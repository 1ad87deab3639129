/**
 * How much each place attends to each other: softmax over the keys that may be seen.
 *
 * Letters: B rows, H heads, T places that ask, S places that are asked.
 */
import type { LayerOps, Tensor } from '@chainrule/core'

/** Less than any score. */
const hidden = -1e30

/**
 * Whether key s may be seen by query t: not what the mask leaves out, and where the first of the queries has a place, not what
 * comes later. Broadcast to [B, H, T, S].
 */
function visible(
  ops: LayerOps,
  scores: Tensor,
  mask: Tensor | undefined,
  first: number | undefined,
): Tensor | undefined {
  const [rows = 1, , queries = 1, keys = 1] = scores.shape
  const kept = mask && ops.reshape(ops.slice(mask, [0, 0], [rows, keys]), [rows, 1, 1, keys])
  if (first === undefined) return kept
  const shape = [queries, keys]
  const past = ops.lessEqual(ops.iota(shape, 1), ops.add(ops.iota(shape, 0), first))
  return kept === undefined ? past : ops.and(past, kept)
}

/**
 * Softmax over the keys that may be seen: of all S, or the first of them, those that the mask has true; where the place of the
 * first query is given, none behind a query's own. A query that sees none attends to nothing: its weights are 0.
 *
 * Equation   p = e^(s − max s) / Σ e^(s − max s) over the visible keys, else 0
 * Shapes     s [B, H, T, S], mask [B, S] -> p [B, H, T, S]
 */
export function attend(
  ops: LayerOps,
  scores: Tensor,
  mask: Tensor | undefined,
  first: number | undefined,
): Tensor {
  const seen = visible(ops, scores, mask, first)
  if (seen === undefined) {
    const e = ops.exp(ops.sub(scores, ops.max(scores, -1, { keep: true })))
    return ops.div(e, ops.sum(e, -1, { keep: true }))
  }
  const most = ops.max(ops.select(seen, scores, hidden), -1, { keep: true })
  // Where nothing is seen e⁰ is taken, and left out: e to a number far below 0 underflows, which is slow.
  const e = ops.select(seen, ops.exp(ops.select(seen, ops.sub(scores, most), 0)), 0)
  const total = ops.sum(e, -1, { keep: true })
  // Without a mask each place sees itself, or the first one.
  return ops.div(e, mask === undefined ? total : ops.select(ops.equal(total, 0), 1, total))
}
