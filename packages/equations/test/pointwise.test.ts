/** What a value is made of is looked at once, however many ways lead to it. */
import type { Instruction, TensorType, ValueId } from '@chainrule/program'
import { expect, it } from 'vitest'
import { followsFrom, isPointwise } from '../src/pointwise.ts'

const type: TensorType = { dtype: 'f32', shape: [{ rows: 1 }, 2] }

/** Each value the sum of the one before with itself: 2^60 ways lead from the last to the first. */
const doubled: readonly Instruction[] = [
  { primitive: 'input', operands: [], attributes: { name: 'x' }, type },
  ...Array.from(
    { length: 60 },
    (_, i): Instruction => ({ primitive: 'add', operands: [i, i], attributes: {}, type }),
  ),
]
const [first, last] = [0, 60]

it.each([
  ['x', new Set([first]), true],
  ['nothing', new Set<ValueId>(), false],
] as const)('a value that shares all it is made of follows from %s: %o %s', (_, of, holds) => {
  expect(isPointwise(last, of, doubled)).toBe(holds)
  const scope = { instructions: doubled, isInside: (id: ValueId) => id > 0 }
  expect(followsFrom(last, of, scope)).toBe(holds)
})
