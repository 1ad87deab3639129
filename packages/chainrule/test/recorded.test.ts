/**
 * The default engine by PyTorch's numbers. `losses` and `optimizers` are tested on the reference engine: the default one is
 * tested by them, and packages depend on each other in one direction.
 */
import type { Ops, RawValue, Tensor } from '@chainrule/core'
import {
  differences,
  evaluator,
  type LossCase,
  type OptimizerCase,
  tolerances,
  vectors,
} from '@chainrule/testing-vectors'
import { describe, expect, test } from 'vitest'
import { builtInRegistry } from '../src/batteries.ts'
import { defaultEngine } from '../src/engines.ts'

const registry = builtInRegistry()
const evaluate = evaluator(defaultEngine)

/** Our options by the names of the recordings. */
const names: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  loss: { labelSmoothing: 'smoothing' },
  optimizer: {
    learningRate: 'lr',
    weightDecay: 'decay',
    decay: 'alpha',
    momentumDecay: 'momentum-decay',
  },
}
const renamed = (kind: string, options: Readonly<Record<string, RawValue>>) =>
  Object.fromEntries(
    Object.entries(options).map(([name, value]) => [names[kind]?.[name] ?? name, value]),
  )

test.each(vectors('losses').cases)(
  '$name $options $dtype $targetKind',
  async (recorded: LossCase) => {
    const { name, options, dtype, targetKind, prediction, target, values, weights } = recorded
    const made = registry.make('loss', name, renamed('loss', options))
    const isBinary = targetKind === 'values' && made.targets.includes('binary')
    const loss = isBinary ? made.forTarget('binary') : made
    const found = await evaluate(
      {
        f: { shape: prediction.shape, values: prediction.data },
        y: {
          shape: target.shape,
          values: target.data,
          ...(targetKind === 'classes' ? { dtype: 'i32' } : {}),
        },
        w: { shape: values.shape, values: weights?.data ?? values.data.map(() => 1) },
      },
      (ops, { f, y, w }) => {
        const forward = loss.forward(ops, { f, y })
        const dvalues = ops.div(w, ops.sum(w))
        const { saved } = forward
        return { values: forward.values, df: loss.backward?.(ops, { f, y, saved, dvalues }) ?? f }
      },
      { float: dtype },
    )
    expect(differences(found.values, values.data, tolerances[dtype])).toEqual([])
    expect(differences(found.df, recorded.predictionGradient.data, tolerances[dtype])).toEqual([])
  },
)

const { initial, gradients, cases } = vectors('optimizers')

/** The parameter after each update. */
function course(ops: Ops, { name, options }: OptimizerCase, first: Tensor): Record<string, Tensor> {
  const optimizer = registry.make('optimizer', name, renamed('optimizer', options))
  if (optimizer.style !== 'elementwise') throw new Error(`${name} is not elementwise`)
  const { lr, decay } = optimizer.common
  let w = first
  const slots: Record<string, Tensor> = Object.fromEntries([
    ...optimizer.slots.map((slot) => [slot, ops.constant(0, { shape: initial.shape })] as const),
    ...optimizer.scalars.map((slot) => [slot, ops.constant(0)] as const),
  ])
  return Object.fromEntries(
    gradients.map(({ shape, data }, t) => {
      const dw = ops.constant(data, { shape })
      const [learningRate, step] = [ops.constant(lr), ops.constant(t + 1)]
      const next = optimizer.update(ops, { w, dw, slots, learningRate, step, decay })
      w = next.w
      Object.assign(slots, next.slots)
      return [`w${t}`, w]
    }),
  )
}

describe('ten updates', () => {
  test.each(cases)('$name $options $dtype', async (recorded: OptimizerCase) => {
    const { dtype, steps } = recorded
    const found = await evaluate(
      { w: { shape: initial.shape, values: initial.data } },
      (ops, { w }) => course(ops, recorded, w),
      { float: dtype },
    )
    steps.forEach(({ parameter }, t) => {
      expect(differences(found[`w${t}`] ?? [], parameter.data, tolerances[dtype])).toEqual([])
    })
  })
})
