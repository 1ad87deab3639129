/** What two texts have in common, so that weights are kept or a training goes on undisturbed. */
import type { Opened, TrainingData } from 'chainrule/workbench'
import { dequal } from 'dequal'

/** Whether both begin with the same weights and see the same rows. */
export function drawSame(a: Opened, b: Opened): boolean {
  const draws = ({ experiment }: Opened): string =>
    plain([experiment?.graph.nodes, experiment?.graph.instances, experiment?.fit.seed])
  return draws(a) === draws(b) && haveSameRows(a.data, b.data)
}

/** Whether both say the same, in other words or with other comments. */
export function meanSame(a: Opened, b: Opened): boolean {
  const meaning = ({ experiment }: Opened): string =>
    plain([experiment?.graph, experiment?.fit, experiment?.settings])
  // Columns of other names or units may become the same rows.
  const areRead = dequal(a.data?.preprocessing, b.data?.preprocessing)
  return meaning(a) === meaning(b) && areRead && haveSameRows(a.data, b.data)
}

const plain = (value: unknown): string =>
  JSON.stringify(value, (_, each: unknown) => (typeof each === 'function' ? undefined : each))

/** The file may be another one of the same name. */
function haveSameRows(a: TrainingData | undefined, b: TrainingData | undefined): boolean {
  return dequal([a?.encoded, a?.parts], [b?.encoded, b?.parts])
}
