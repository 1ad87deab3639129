/** Several updates of one parameter by given gradients, for the tests beside this file. */
import { type Optimizer, type RawValue, Registry, type Tensor } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { evaluator } from '@chainrule/testing-vectors'
import { optimizers, schedules } from '../src/index.ts'

const registry = new Registry([...optimizers, ...schedules])
const evaluate = evaluator(engineJs)

export type Elementwise = Extract<Optimizer, { readonly style: 'elementwise' }>

export function make(name: string, named: Record<string, RawValue> = {}): Elementwise {
  const optimizer = registry.make('optimizer', name, named)
  if (optimizer.style !== 'elementwise') throw new Error(`${name} is not elementwise`)
  return optimizer
}

/** A parameter before any update, and a gradient for each. */
export interface Course {
  readonly start: readonly number[]
  readonly gradients: readonly (readonly number[])[]
  readonly float?: 'f32' | 'f64'
  /** The number of the first update; 1 where left out. */
  readonly firstUpdate?: number
}

/** The parameter (`w`) and every slot after each update. */
export async function trajectory(
  optimizer: Elementwise,
  { start, gradients, float = 'f64', firstUpdate = 1 }: Course,
): Promise<Readonly<Record<string, number[]>>[]> {
  const shape = [start.length]
  const found = await evaluate(
    {
      start: { shape, values: start },
      gradients: { shape: [gradients.length, ...shape], values: gradients.flat() },
      first: { shape: [], values: [firstUpdate] },
      learningRate: { shape: [], values: [optimizer.common.lr] },
    },
    (ops, { start, gradients: rows, first, learningRate }) => {
      const { decay } = optimizer.common
      const outputs: Record<string, Tensor> = {}
      let w = start
      const slots: Record<string, Tensor> = Object.fromEntries(
        [
          ...optimizer.slots.map((slot) => [slot, shape] as const),
          ...optimizer.scalars.map((slot) => [slot, []] as const),
        ].map(([slot, shape]) => [slot, ops.constant(0, { shape })]),
      )
      gradients.forEach((_, t) => {
        const dw = ops.reshape(ops.slice(rows, [t, 0], [1, ...shape]), shape)
        const step = ops.add(first, t)
        const next = optimizer.update(ops, { w, dw, slots, learningRate, step, decay })
        w = next.w
        Object.assign(slots, next.slots)
        for (const [name, value] of Object.entries({ w, ...slots })) {
          outputs[`${t} ${name}`] = value
        }
      })
      return outputs
    },
    { float },
  )
  return gradients.map((_, t) => {
    const names = ['w', ...optimizer.slots, ...optimizer.scalars]
    const ofUpdate = names.map((name) => [name, found[`${t} ${name}`] ?? []])
    return Object.fromEntries(ofUpdate)
  })
}
