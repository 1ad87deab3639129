import { type CollectedRows, defineCollectingMetric } from '@chainrule/core'

interface Scored {
  readonly score: number
  readonly yes: boolean
  readonly weight: number
}

/** Places of one class against all others, with what the model says for it. */
function against(
  { predictions, targets, weights, width, targetWidth }: CollectedRows,
  k: number,
): Scored[] {
  return Array.from(weights, (weight, i) => {
    const target = targets[targetWidth === width ? i * width + k : i] ?? Number.NaN
    const yes = targetWidth === width ? target > 0.5 : target === k
    return { score: predictions[i * width + k] ?? Number.NaN, yes, weight }
  })
}

/** The area by pairs: each of a yes above a no counts 1, a tie ½. NaN where there is only one of both. */
function area(rows: readonly Scored[]): number {
  const sorted = rows.filter(({ weight }) => weight > 0).sort((a, b) => b.score - a.score)
  let [won, above, below] = [0, 0, 0]
  for (let i = 0; i < sorted.length; ) {
    const { score } = sorted[i] ?? { score: Number.NaN }
    let [yes, no] = [0, 0]
    do {
      const row = sorted[i++]
      if (row?.yes) yes += row.weight
      else no += row?.weight ?? 0
    } while (sorted[i]?.score === score)
    won += no * (above + yes / 2)
    above += yes
    below += no
  }
  return won / (above * below)
}

/**
 * The area under the ROC curve: how probable it is that a row that is yes gets a higher score than one that is no.
 *
 * Equation   Σ w_i w_j ([p_i > p_j] + ½ [p_i = p_j]) / Σ w_i w_j  over the pairs of a yes i and a no j;
 *            of two classes for the second, of more the mean over the classes, each against all others
 * Shapes     p [B, …, K], y i32 [B, …]; or, yes or no, p, y [B, …, K]
 * Source     Hanley and McNeil 1982. Matches scikit-learn 1.2 `roc_auc_score` with sample weights, of several classes with
 *            `multi_class='ovr'`; a class that all rows have, or none, is left out of the mean. All predictions are kept
 *            in memory while it is measured.
 */
export const auc = defineCollectingMetric({
  name: 'auc',
  summary: 'How probable it is that a row that is yes gets a higher score than one that is no.',
  targets: ['class', 'binary'],
  better: 'higher',
  collect: (rows) => {
    const { width, targetWidth } = rows
    if (width === 2 && targetWidth === 1) return area(against(rows, 1))
    const areas = Array.from({ length: width }, (_, k) => area(against(rows, k))).filter(
      (each) => !Number.isNaN(each),
    )
    return areas.reduce((sum, each) => sum + each, 0) / areas.length
  },
})
