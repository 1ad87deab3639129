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
