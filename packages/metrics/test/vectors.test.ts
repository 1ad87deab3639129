/** Against scikit-learn 1.2's own numbers; see the README of `testing-vectors`. */
import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { differences, tolerances, vectors } from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { metrics } from '../src/index.ts'
import { measure, type Rows, tabulate } from './measure.ts'

// Of several outputs scikit-learn takes the mean of the roots, we the root of the mean, which is recorded as `pooled`.
const cases = vectors('metrics').cases.filter(
  ({ name, kind, prediction }) =>
    name !== 'rmse' || kind === 'pooled' || prediction.shape.at(-1) === 1,
)

const probability = (logit: number): number => 1 / (1 + Math.exp(-logit))

const rowsOf = ({ kind, prediction, target, weights }: (typeof cases)[number]): Rows => ({
  width: prediction.shape.at(-1) ?? 1,
  // A metric sees what a person is shown.
  prediction: kind === 'binary' ? prediction.data.map(probability) : prediction.data,
  target: target.data,
  classes: kind === 'classes',
  ...(weights === undefined ? {} : { weight: weights.data }),
})

describe.each([engineJs, engineWasm])('on $name, metrics agree with scikit-learn', (engine) => {
  it.each(cases)('$name $options: $source $prediction.shape $weights.shape', async (recorded) => {
    const { name, options = {}, value } = recorded
    const rows = rowsOf(recorded)
    if (typeof value === 'number') {
      const found = await measure(name, rows, { named: options, batch: 7, engine })
      expect(differences([found], [value], tolerances.f64)).toEqual([])
    } else {
      expect((await tabulate(name, rows, { engine })).flat()).toEqual(value.data)
    }
  })

  it('has a recording of every metric', () => {
    expect(new Set(cases.map(({ name }) => name))).toEqual(new Set(metrics.map(({ name }) => name)))
  })
})
