/** Draws on lanes, against those of `@chainrule/program`. */
import { fillDraws } from '@chainrule/program'
import { expect, it } from 'vitest'
import { emitDrawKey, emitDraws, releaseDrawKey } from '../src/math/threefry.ts'
import { compileLanes } from './support/lanes.ts'

type Words = readonly [seed: number, site: number, stepLow: number, stepHigh: number]

/** The draws of `rows` × `elements` from `firstRow` on. */
function draws(words: Words, firstRow: number, rows: number, elements: number): Int32Array {
  const count = Math.ceil((rows * elements) / 4) * 4
  const { operands, result, run } = compileLanes({ relaxed: false }, 2, count, (f) => {
    const element = f.local('v128')
    const row = f.local('v128')
    f.set(element).set(row)
    for (const word of words) f.i32x4(word)
    const key = emitDrawKey(f)
    f.get(row).get(element)
    emitDraws(f, key)
    releaseDrawKey(f, key)
    f.release(element, row)
  })
  const [rowLanes, elementLanes] = operands.map((lanes) => {
    return new Int32Array(lanes.buffer, lanes.byteOffset, count)
  })
  rowLanes?.set(Int32Array.from({ length: count }, (_, i) => firstRow + Math.floor(i / elements)))
  elementLanes?.set(Int32Array.from({ length: count }, (_, i) => i % elements))
  run(count)
  return new Int32Array(result.buffer, result.byteOffset, rows * elements).slice()
}

it.each<[Words, number]>([
  [[0, 0, 0, 0], 0],
  [[1, 2, 3, 4], 5],
  [[-1, -1, -1, -1], 2147483647],
  [[0x243f6a88, 0x05a308d3, 0x13198a2e, 0x03707344], 1000],
])('draws with %j from row %i on are those of the program', (words, firstRow) => {
  const expected = new Int32Array(7 * 13)
  fillDraws(expected, ...words, firstRow, 7, 13)
  expect(draws(words, firstRow, 7, 13)).toEqual(expected)
})
