/** Losses on plain numbers, for the tests beside this file. */
import { type Loss, type RawValue, Registry } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { evaluator, type Given, numbers } from '@chainrule/testing-vectors'
import { losses } from '../src/index.ts'

export const registry = new Registry(losses)
export const evaluate = evaluator(engineJs)
export const make = (name: string, named: Record<string, RawValue> = {}): Loss =>
  registry.make('loss', name, named)
export const binary = (name: string, named: Record<string, RawValue> = {}): Loss =>
  make(name, named).forTarget('binary')

export const [rows, outputs] = [4, 3]
export const shape = [rows, outputs]
export const given = (seed: number, low?: number, high?: number): Given => ({
  shape,
  values: numbers(seed, rows * outputs, low, high),
})
export const classes: Given = { shape: [rows], values: [0, 2, 1, 2], dtype: 'i32' }
export const answers: Given = { shape, values: [0, 1, 1, 0, 0, 1, 0, 1, 0, 1, 1, 1] }
export const shares: Given = {
  shape,
  values: [0.2, 0.3, 0.5, 0, 1, 0, 0.25, 0.25, 0.5, 0.1, 0.1, 0.8],
}
export const counts: Given = { shape, values: [0, 3, 1, 12, 0, 0, 7, 2, 1, 0, 4, 5] }

/** Losses with a target that suits each. */
export const all: readonly [title: string, Loss, Given][] = [
  ['squared', make('squared'), given(2)],
  ['mse', make('mse'), given(2)],
  ['mae', make('mae'), given(2)],
  ['huber', make('huber'), given(2)],
  ['huber(delta=0.3)', make('huber', { delta: 0.3 }), given(2)],
  ['cross-entropy of class numbers', make('cross-entropy'), classes],
  ['cross-entropy, smoothed', make('cross-entropy', { smoothing: 0.1 }), classes],
  ['cross-entropy of weights', make('cross-entropy'), given(2, 0, 1)],
  ['cross-entropy of weights, smoothed', make('cross-entropy', { smoothing: 0.1 }), given(2, 0, 1)],
  ['binary-cross-entropy', make('binary-cross-entropy'), given(2, 0, 1)],
  ['log-cosh', make('log-cosh'), given(2)],
  ['log-cosh of large errors', make('log-cosh'), given(2, 3, 9)],
  ['poisson', make('poisson'), counts],
  ['cosine', make('cosine'), given(2)],
  ['kl-divergence', make('kl-divergence'), shares],
  ['kl-divergence of weights that add up to anything', make('kl-divergence'), given(2, 0, 1)],
  ['hinge of classes', make('hinge'), classes],
  ['hinge of classes, squared', make('hinge', { squared: true, margin: 2 }), classes],
  ['hinge of yes or no', binary('hinge'), answers],
  ['hinge of yes or no, squared', binary('hinge', { squared: true }), answers],
  ['focal of classes', make('focal'), classes],
  ['focal(gamma=0.5) of classes', make('focal', { gamma: 0.5 }), classes],
  ['focal of weights over classes', make('focal'), given(2, 0, 1)],
  ['focal of yes or no', binary('focal'), answers],
  ['focal(gamma=3.5) between yes and no', binary('focal', { gamma: 3.5 }), given(2, 0, 1)],
]

/** ℓ and ∂L/∂f where ∂L/∂ℓ is 1 everywhere. */
export const run = (loss: Loss, f: Given, y: Given, float: 'f32' | 'f64' = 'f64') =>
  evaluate(
    { f, y },
    (ops, tensors) => {
      const { values, saved } = loss.forward(ops, tensors)
      const dvalues = ops.constant(1, { shape: values.shape })
      return { values, df: gradientOf(loss)(ops, { ...tensors, saved, dvalues }) }
    },
    { float },
  )

export function gradientOf(loss: Loss): NonNullable<Loss['backward']> {
  if (loss.backward === undefined) throw new Error(`${loss.name} has no backward of its own`)
  return loss.backward
}
