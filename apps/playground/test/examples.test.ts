/** How the dialogue of own data shows the first values of a column. */
import { expect, it } from 'vitest'
import { examplesText } from '../src/data/examples.ts'

it.each([
  [['3', '4', '1'], '3, 4, 1'],
  [['red, blue', 'deep, green'], '"red, blue", "deep, green"'],
  [[' a', 'b '], '" a", "b "'],
  [['say "no", now', 'say "yes"'], '"say ""no"", now", say "yes"'],
  [['', '-'], '"", -'],
  [[], ''],
])('shows the values %j apart: %s', (values, shown) => {
  expect(examplesText(values)).toBe(shown)
})
