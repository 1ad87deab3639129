import { expect, it } from 'vitest'
import { dayStart, zoneSeconds } from '../src/calendar.ts'

it.each([
  [1970, 1, 1, 0],
  [2024, 2, 29, 1_709_164_800],
  [2023, 2, 29, undefined],
  [2024, 13, 1, undefined],
  [99, 12, 31, -59_011_545_600],
])('the day %d-%d-%d begins at %s', (year, month, day, seconds) => {
  expect(dayStart(year, month, day)).toBe(seconds)
})

it.each([
  [undefined, 0],
  ['Z', 0],
  ['z', 0],
  ['+02:00', 7200],
  ['-0530', -19_800],
])('the zone %s is %d seconds ahead', (zone, seconds) => {
  expect(zoneSeconds(zone)).toBe(seconds)
})
