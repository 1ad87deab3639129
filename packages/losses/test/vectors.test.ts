/** Against PyTorch 1.13's own numbers; see the README of `testing-vectors`. */
import { type Loss, type RawValue, Registry } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { differences, evaluator, tolerances, vectors } from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { losses } from '../src/index.ts'

const registry = new Registry(losses)
const evaluate = evaluator(engineJs)
const { cases } = vectors('losses')

/** The loss for what is recorded: answers of yes or no stand beside the outputs, one each. */
function lossOf({ name, options, targetKind }: (typeof cases)[number]): Loss {
  const loss = registry.make('loss', name, optionsOf(options))
  const binary = targetKind === 'values' && loss.targets.includes('binary')
  return binary ? loss.forTarget('binary') : loss
}

/** Our options by the names of the recordings. */
function optionsOf({
  labelSmoothing,
  ...options
}: Readonly<Record<string, RawValue>>): Record<string, RawValue> {
  return labelSmoothing === undefined ? options : { ...options, smoothing: labelSmoothing }
}

describe('values and gradients agree with PyTorch', () => {
  it.each(cases)('$name $options $dtype $targetKind $prediction.shape', async (recorded) => {
    const { dtype, targetKind, prediction, target, weights } = recorded
    const loss = lossOf(recorded)
    const weight = weights ?? { ...recorded.values, data: recorded.values.data.map(() => 1) }
    const { values, mean, df } = await evaluate(
      {
        f: { shape: prediction.shape, values: prediction.data },
        y: {
          shape: target.shape,
          values: target.data,
          ...(targetKind === 'classes' ? { dtype: 'i32' } : {}),
        },
        weight: { shape: weight.shape, values: weight.data },
      },
      (ops, { f, y, weight }) => {
        const { values, saved } = loss.forward(ops, { f, y })
        const total = ops.sum(weight)
        const dvalues = ops.div(weight, total) // L = Σ wℓ / Σ w
        const mean = ops.sum(ops.mul(values, dvalues))
        return { values, mean, df: loss.backward?.(ops, { f, y, saved, dvalues }) ?? f }
      },
      { float: dtype },
    )
    expect(differences(values, recorded.values.data, tolerances[dtype])).toEqual([])
    expect(differences(mean, [recorded.mean], tolerances[dtype])).toEqual([])
    expect(differences(df, recorded.predictionGradient.data, tolerances[dtype])).toEqual([])
  })

  it('has a recording of every loss', () => {
    expect(new Set(cases.map(({ name }) => name))).toEqual(new Set(losses.map(({ name }) => name)))
  })
})
