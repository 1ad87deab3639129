/** Activations that say of themselves what does not hold. */
import { defineActivation } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { expect, it } from 'vitest'
import { checkActivation } from '../src/index.ts'

const rectifier = (range: readonly [number, number]) =>
  defineActivation({
    name: 'rectifier',
    summary: 'max(g, 0).',
    range: () => range,
    forward: (ops, g) => ops.maximum(g, 0),
    derivative: (ops, { g }) => ops.cast(ops.greater(g, 0), g.dtype),
  })
const check = (range: readonly [number, number]) =>
  checkActivation(rectifier(range), { engines: [engineJs] })

it('an activation that leaves the range that it says is found', async () => {
  const [first] = await check([0, 1])
  expect(first).toMatchObject({
    check: 'range',
    problem: 'a number lies outside of the range 0 … 1',
    quantity: 'h',
  })
  expect(first?.found).toBeGreaterThan(1)
})

it('one that keeps to it is not', async () => {
  expect(await check([0, Number.POSITIVE_INFINITY])).toEqual([])
})
