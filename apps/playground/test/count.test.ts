/** A number stands before what it counts as a person would write it. */
import { expect, it } from 'vitest'
import { counted } from '../src/page/count.ts'

it.each<[...Parameters<typeof counted>, expected: string]>([
  [0, 'row', 'rows', '0 rows'],
  [1, 'row', 'rows', '1 row'],
  [2, 'row', 'rows', '2 rows'],
  [1800, 'update', undefined, '1,800 updates'],
  [1, 'box', 'boxes', '1 box'],
  [3, 'box', 'boxes', '3 boxes'],
])('%d of a %s', (value, one, many, expected) => {
  expect(counted(value, one, many)).toBe(expected)
})
