/** Shapes before any data, as traced, and what is refused. */
import { B, type RawValue, type Shape } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { evaluator } from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { configured, context } from './support.ts'

const evaluate = evaluator(engineJs)

type Line = readonly [
  layer: string,
  positional: readonly RawValue[],
  named: Readonly<Record<string, RawValue>>,
  from: Shape,
  to: Shape,
]

const image: Shape = [B, 28, 28, 3]
const series: Shape = [B, 48, 3]

const lines: readonly Line[] = [
  ['conv', [16, [3, 3]], {}, image, [B, 26, 26, 16]],
  ['conv', [16, 3], {}, image, [B, 26, 26, 16]],
  ['conv', [16, 3, 'relu'], { pad: 'same' }, image, [B, 28, 28, 16]],
  ['conv', [16, [3, 5]], { pad: 1 }, image, [B, 28, 26, 16]],
  ['conv', [16, 3], { pad: [0, 2] }, image, [B, 26, 30, 16]],
  ['conv', [16, 3], { stride: 2 }, image, [B, 13, 13, 16]],
  ['conv', [16, 3], { stride: [1, 3], pad: 'same' }, image, [B, 28, 10, 16]],
  ['conv', [16, 3], { dilation: 4 }, image, [B, 20, 20, 16]],
  ['conv', [6, 3], { groups: 3 }, image, [B, 26, 26, 6]],
  ['conv', [32, 5, 'relu'], { causal: true }, series, [B, 48, 32]],
  ['conv', [32, 5], { pad: 'causal' }, series, [B, 48, 32]],
  ['conv', [32, 5], { pad: 'causal', stride: 5 }, series, [B, 10, 32]],
  ['conv', [32, [5]], {}, series, [B, 44, 32]],
  ['depthwise', [3], {}, image, [B, 26, 26, 3]],
  ['depthwise', [3], { pad: 'same', stride: 2 }, image, [B, 14, 14, 3]],
  ['max-pool', [[2, 2]], {}, image, [B, 14, 14, 3]],
  ['max-pool', [3], {}, image, [B, 9, 9, 3]],
  ['max-pool', [3], { pad: 'same' }, image, [B, 10, 10, 3]],
  ['max-pool', [3], { stride: 2, pad: 1 }, image, [B, 14, 14, 3]],
  ['max-pool', [2], {}, series, [B, 24, 3]],
  ['average-pool', [[2, 4]], {}, image, [B, 14, 7, 3]],
  ['average-pool', [7], {}, image, [B, 4, 4, 3]],
  ['global-max-pool', [], {}, image, [B, 3]],
  ['global-average-pool', [], {}, series, [B, 3]],
  ['flatten', [], {}, image, [B, 2352]],
  ['flatten', [], {}, [B], [B, 1]],
  ['reshape', [[7, 16, 21]], {}, image, [B, 7, 16, 21]],
  ['reshape', [144], {}, series, [B, 144]],
  ['upsample', [2], {}, image, [B, 56, 56, 3]],
  ['upsample', [[1, 3]], {}, image, [B, 28, 84, 3]],
  ['upsample', [2], {}, series, [B, 96, 3]],
]

describe('shapes', () => {
  it.each(lines)('%s %j %j of %j is %j, as traced', async (call, positional, named, from, to) => {
    const { layer, config } = configured(call, positional, named)
    expect(layer.shape(config, [from])).toEqual({ h: to })
    const parameters = Object.entries(layer.init(config, [from])).flatMap(([name, spec]) =>
      spec === undefined ? [] : [[name, { shape: spec.shape, values: [] }] as const],
    )
    await evaluate(
      { input: { shape: from, values: [] }, ...Object.fromEntries(parameters) },
      (ops, { input, ...seen }) => {
        // No layer here sees its parameters joined, so that core's vocabulary is the program's.
        const { h } = layer.forward(ops as never, seen, [input], config, context)
        expect(h.shape).toEqual(to)
        return { h }
      },
      { rows: 0 },
    )
  })
})

describe('what does not fit is refused', () => {
  const refused: readonly [...Line, string][] = [
    ['conv', [16, 3], {}, [B, 784], [], 'got [B, 784]'],
    ['conv', [16, 3], {}, [B, 2, 2, 2, 2], [], 'got [B, 2, 2, 2, 2]'],
    ['conv', [16, 3], {}, [B, B, 3], [], 'got [B, B, 3]'],
    [
      'conv',
      [16, [3, 3]],
      {},
      series,
      [],
      '`kernel` of `conv` is 3x3, but [B, 48, 3] has one axis',
    ],
    ['conv', [16, [3]], {}, image, [], '`kernel` of `conv` is 3, but [B, 28, 28, 3] has two axes'],
    ['conv', [16, 3], { stride: [2, 2] }, series, [], '`stride` of `conv` is 2x2'],
    ['conv', [16, 3], { dilation: [2, 2] }, series, [], '`dilation` of `conv` is 2x2'],
    ['conv', [16, 3], { pad: [2, 2] }, series, [], '`pad` of `conv` is 2x2'],
    ['conv', [16, 29], {}, image, [], 'windows of 29x29, which do not fit into 28x28'],
    ['conv', [16, 15], { dilation: 2 }, image, [], 'windows of 29x29'],
    ['conv', [16, 3], { groups: 2 }, image, [], 'the 3 channels evenly'],
    ['conv', [16, 3], { groups: 3 }, image, [], 'the 16 filters evenly'],
    ['conv', [16, 3], { causal: true }, image, [], '`causal` of `conv` needs series'],
    ['conv', [16, 3], { causal: true, pad: 'same' }, series, [], 'has another `pad` too'],
    ['depthwise', [3], {}, [B, 784], [], '`depthwise` needs images'],
    ['max-pool', [29], {}, image, [], '`max-pool` looks at windows of 29x29'],
    ['max-pool', [2], { pad: 2 }, image, [], 'but 2x2 places are put round the edge'],
    ['average-pool', [2], {}, [B, 784], [], '`average-pool` needs images'],
    ['global-max-pool', [], {}, [B, 784], [], '`global-max-pool` needs images'],
    ['global-average-pool', [], {}, [B, 784], [], '`global-average-pool` needs images'],
    ['flatten', [], {}, [B, B], [], '`flatten` needs rows of known sizes'],
    ['reshape', [[28, 27]], {}, image, [], '`reshape` to 28x27 needs 756 numbers a row, but'],
    ['upsample', [2], {}, [B, 784], [], '`upsample` needs images'],
    ['upsample', [[2, 2]], {}, series, [], '`factor` of `upsample` is 2x2'],
  ]
  it.each(refused)('%s %j %j of %j', (call, positional, named, from, _, message) => {
    const { layer, config } = configured(call, positional, named)
    expect(() => layer.shape(config, [from])).toThrow(
      expect.objectContaining({
        code: 'shape-mismatch',
        message: expect.stringContaining(message),
        help: expect.stringMatching(/./),
      }),
    )
  })

  it('guesses the shape of an image from a square number of pixels', () => {
    const { layer, config } = configured('conv', [16, 3])
    expect(() => layer.shape(config, [[B, 784]])).toThrow(
      expect.objectContaining({ help: expect.stringContaining('`input image 28x28x1`') }),
    )
  })
})

describe('arguments', () => {
  it.each<[string, RawValue[], Record<string, RawValue>, string]>([
    ['conv', [16], {}, 'argument-missing'],
    ['conv', [0, 3], {}, 'argument-range'],
    ['conv', [16, 0], {}, 'argument-range'],
    ['conv', [16, 1.5], {}, 'argument-type'],
    ['conv', [16, [3, 3, 3]], {}, 'argument-type'],
    ['conv', [16, 'relu'], {}, 'argument-type'],
    ['conv', [16, 3], { pad: 'full' }, 'argument-word'],
    ['conv', [16, 3], { pad: -1 }, 'argument-range'],
    ['conv', [16, 3], { padding: 1 }, 'argument-unknown'],
    ['max-pool', [2], { pad: 'causal' }, 'argument-word'],
    ['max-pool', [], {}, 'argument-missing'],
    ['reshape', [[]], {}, 'argument-type'],
    ['reshape', [[0, 3]], {}, 'argument-range'],
  ])('%s %j %j: %s', (call, positional, named, code) => {
    expect(() => configured(call, positional, named)).toThrow(code)
  })
})

describe('parameters', () => {
  it('of conv are a weight [out, in / groups, …kernel] and a bias [out], as PyTorch has them', () => {
    const { layer, config } = configured('conv', [6, [3, 5]], { groups: 3 })
    const { weight, bias } = layer.init(config, [image])
    expect(weight).toMatchObject({ shape: [6, 1, 3, 5], role: 'weight', fanOut: 30 })
    expect(bias).toMatchObject({ shape: [6], role: 'bias' })
  })

  it('of depthwise are a weight [channels, 1, …kernel] and a bias [channels]', () => {
    const { layer, config } = configured('depthwise', [5])
    const { weight, bias } = layer.init(config, [series])
    expect(weight).toMatchObject({ shape: [3, 1, 5], fanIn: 5, fanOut: 5 })
    expect(bias).toMatchObject({ shape: [3], role: 'bias' })
  })

  it.each(['conv', 'depthwise'])('of %s are a weight alone without a bias', (call) => {
    const arguments_ = call === 'conv' ? [6, 3] : [3]
    const { layer, config } = configured(call, arguments_, { bias: false, weights: 'he' })
    const { weight, bias } = layer.init(config, [image])
    expect(weight?.initializer.name).toBe('he')
    expect(bias).toBeUndefined()
  })
})
