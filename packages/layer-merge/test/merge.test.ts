import { engineJs } from '@chainrule/engine-js'
import { engineWasm } from '@chainrule/engine-wasm'
import { describeLayer } from '@chainrule/testing'
import { describe, expect, it } from 'vitest'
import { add, average, concat, identity, max, type mergeLayers, multiply } from '../src/index.ts'

const engines = [engineJs, engineWasm] as const
const alike = [
  { inputs: [[4], [4]] },
  {
    inputs: [
      [3, 2],
      [3, 2],
      [3, 2],
    ],
  },
  { inputs: [[5]] },
]
const equal = { shape: [4], draw: (_: unknown, count: number) => Array(count).fill(1) }

for (const layer of [add, average, multiply]) {
  describeLayer({ describe, it }, layer, { engines, cases: alike })
}
describeLayer({ describe, it }, max, {
  engines,
  // Apart, so that no difference step reaches from the largest to another.
  cases: [
    {
      inputs: [
        { shape: [4], domain: { from: -1, to: -0.1 } },
        { shape: [4], domain: { from: 0.1, to: 1 } },
      ],
    },
    { inputs: [[3]] },
  ],
})
describeLayer({ describe, it }, max, {
  engines,
  // Where all are equal there is no slope to measure: the first gets the whole gradient, as in the program's `maximum`.
  only: ['derived'],
  cases: [{ title: 'equal inputs', inputs: [equal, equal, equal] }],
})
describeLayer({ describe, it }, concat, {
  engines,
  cases: [
    { inputs: [[4], [2]] },
    {
      inputs: [
        [3, 2],
        [3, 5],
        [3, 1],
      ],
    },
    {
      options: { axis: 1 },
      inputs: [
        [3, 2],
        [1, 2],
      ],
    },
    { options: { axis: -2 }, inputs: [[2, 3, 2]] },
  ],
})
describeLayer({ describe, it }, identity, { engines, cases: [{ inputs: [[4]] }] })

describe('shapes that do not fit', () => {
  const shape = (layer: (typeof mergeLayers)[number], config: object, ...sizes: number[][]) =>
    layer.shape(
      { ...config },
      sizes.map((row) => [{ rows: 1 }, ...row]),
    )

  it.each([add, average, multiply, max])('$name says both shapes', (layer) => {
    expect(() => shape(layer, {}, [4], [5])).toThrow(
      expect.objectContaining({
        code: 'shape-mismatch',
        message: expect.stringMatching(/\[B, 4\] and \[B, 5\]/),
      }),
    )
  })

  it.each([
    [
      'another size beside the axis',
      { axis: -1 },
      [
        [3, 2],
        [4, 2],
      ],
      /\[B, 3, 2\] and \[B, 4, 2\]/,
    ],
    ['another rank', { axis: -1 }, [[3, 2], [3]], /\[B, 3, 2\] and \[B, 3\]/],
    ['the rows', { axis: 0 }, [[3], [3]], /a row, 1 or -1, but got axis 0/],
    [
      'an axis that is not there',
      { axis: 3 },
      [
        [3, 2],
        [3, 2],
      ],
      /1 to 2 or -2 to -1/,
    ],
  ] as const)('concat: %s', (_, config, sizes, message) => {
    expect(() => shape(concat, config, ...sizes.map((row) => [...row]))).toThrow(
      expect.objectContaining({
        code: 'shape-mismatch',
        message: expect.stringMatching(message),
      }),
    )
  })
})
