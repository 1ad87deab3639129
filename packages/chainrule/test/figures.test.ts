/** Times and sizes are shown in a unit that the rounded number does not fill. */
import { expect, test } from 'vitest'
import { duration } from '../src/command/figures.ts'
import { bytes } from '../src/quantities.ts'

test.each([
  [0.0004, '0 ms'],
  [0.85, '850 ms'],
  [0.9994, '999 ms'],
  [0.9997, '1.0 s'],
  [12.34, '12.3 s'],
  [59.94, '59.9 s'],
  [59.97, '1 min 00 s'],
  [245, '4 min 05 s'],
  [3599.4, '59 min 59 s'],
  [3599.6, '1 h 00 min'],
  [7260, '2 h 01 min'],
  [7300, '2 h 02 min'],
  [90_000, '25 h 00 min'],
  [Number.POSITIVE_INFINITY, '–'],
])('%d seconds are %s', (seconds, shown) => {
  expect(duration(seconds)).toBe(shown)
})

test.each([
  [1023, '1023 B'],
  [1024, '1.0 KiB'],
  [1_048_520, '1023.9 KiB'],
  [1_048_566, '1.0 MiB'],
  [2 ** 60, '1024.0 PiB'],
])('%d bytes are %s', (value, shown) => {
  expect(bytes(value)).toBe(shown)
})
