/** A small network, and all that its training tells. */
import { type FitOptions, fit, type Session, type TrainingEvent } from '../../src/index.ts'
import { affine, squash } from './layers.ts'
import { chain, rowsOf } from './sessions.ts'

export const units = (n: number) => ({ units: n })

export const network = chain(2, [
  { layer: affine, config: units(4) },
  { layer: squash },
  { layer: affine, config: units(1) },
])

export async function run(
  session: Session,
  options: Partial<FitOptions> = {},
): Promise<TrainingEvent[]> {
  const events: TrainingEvent[] = []
  const usual = { train: rowsOf(0, 20), epochs: 5, batch: 8, seed: 1 }
  for await (const event of fit(session, { ...usual, ...options })) events.push(event)
  return events
}
