/* Type-checked in the outside project against the published declarations. */
import { chainrule, type Prediction } from 'chainrule'

export async function predictOne(
  rows: readonly { readonly x: number; readonly y: number }[],
): Promise<readonly Prediction[] | undefined> {
  const model = chainrule`dense 4 relu -> dense 1`
  const trained = await model.fit(rows, { target: 'y' })
  const { predictions } = trained.predict([{ x: 3 }])
  return predictions['y']
}
