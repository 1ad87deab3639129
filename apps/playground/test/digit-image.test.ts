/** A drawing is put as MNIST puts its digits, wherever on the pad and however large it was drawn. */
import { describe, expect, it } from 'vitest'
import { digitImage } from '../src/output/digit-image.ts'

const side = 140

/** A filled rectangle. */
function drawing(left: number, top: number, width: number, height: number) {
  const ink = new Float32Array(side * side)
  for (let y = top; y < top + height; y++)
    for (let x = left; x < left + width; x++) ink[y * side + x] = 1
  return { side, ink }
}

function boxOf(pixels: Uint8Array) {
  const lit = [...pixels.entries()].filter(([, value]) => value > 127).map(([at]) => at)
  const [xs, ys] = [lit.map((at) => at % 28), lit.map((at) => Math.floor(at / 28))]
  const reach = (values: number[]) => [Math.min(...values), Math.max(...values)]
  return { x: reach(xs), y: reach(ys) }
}

describe('a drawing', () => {
  it.each([
    ['small in a corner', drawing(2, 3, 10, 20)],
    ['large', drawing(30, 5, 65, 130)],
    ['in the middle', drawing(60, 50, 20, 40)],
  ])('%s fills 20 of 28 pixels, around the middle', (_, given) => {
    const { x, y } = boxOf(digitImage(given, 28) ?? new Uint8Array())
    expect(y).toEqual([4, 23])
    expect(x).toEqual([9, 18])
  })

  it('keeps its ink: as dark in the middle as it was drawn', () => {
    const pixels = digitImage(drawing(40, 20, 50, 100), 28)
    expect(pixels?.[14 * 28 + 14]).toBe(255)
    expect(pixels?.[0]).toBe(0)
  })

  it('of nothing is no image', () => {
    expect(digitImage({ side, ink: new Float32Array(side * side) }, 28)).toBe(undefined)
  })
})
