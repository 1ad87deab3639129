/** Products over windows on images: the three of a convolution, on any sizes. */
import { B, type Program, type Tensor } from '@chainrule/program'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { prepareEntry } from '../src/compiled-entry.ts'
import { wasmEngine } from '../src/index.ts'
import { results } from './agreement.ts'
import { expectEqual, type Numbers, Recording } from './support/judge.ts'

const engines = { fast: wasmEngine(), portable: wasmEngine({ numerics: 'portable' }) }
const maxBatch = 5

/** Halves between −4 and 4, of which float32 holds every sum that comes up: no order of additions counts. */
const halves: Numbers = (i) => ((i * 7919) % 17) / 2 - 4

const range = (from: number, length: number): number[] => Array.from({ length }, (_, i) => from + i)

/** A convolution without its padding: one number an axis of space. */
interface Convolution {
  readonly sizes: readonly number[]
  readonly windows: readonly number[]
  readonly strides: readonly number[]
  readonly dilations: readonly number[]
  readonly channels: number
  readonly filters: number
  readonly groups: number
}

/** g, ∂L/∂W both ways round, and the products that `fold` adds up to ∂L/∂h. */
function products(r: Recording, c: Convolution, float: 'f32' | 'f64'): Record<string, Tensor> {
  const { ops } = r
  const space = c.sizes.length
  const { groups, channels, filters } = c
  const x = r.input(float, [B, ...c.sizes, groups, channels], halves)
  const { windows, strides, dilations } = c
  const axes = range(1, space)
  const views = ops.unfold(x, { axes, windows, strides, dilations })
  const positions = views.shape.slice(1, 1 + space)
  const weight = r.input(float, [groups, filters, channels, ...windows], halves)
  const dg = r.input(float, [B, ...positions, groups, filters], halves)
  const [places, last] = [range(1 + space, space), 2 + 2 * space]
  const everywhere = range(0, 1 + space)
  const batch = [[last - 1], [1 + space]] as const
  return {
    g: ops.dot(views, weight, {
      batch: [[last - 1], [0]],
      contract: [
        [...places, last],
        [...range(3, space), 2],
      ],
    }),
    dW: ops.dot(views, dg, { batch, contract: [everywhere, everywhere] }),
    'dW turned': ops.dot(dg, views, {
      batch: [batch[1], batch[0]],
      contract: [everywhere, everywhere],
    }),
    views: ops.dot(dg, weight, { batch: [[1 + space], [0]], contract: [[2 + space], [1]] }),
  }
}

/** A filter of its own for each channel, place by place, and its gradient; the largest and the first of each window. */
function channelwise(r: Recording, c: Convolution, float: 'f32' | 'f64'): Record<string, Tensor> {
  const { ops } = r
  const space = c.sizes.length
  const { channels, windows, strides, dilations } = c
  const x = r.input(float, [B, ...c.sizes, channels], halves)
  const filters = r.input(float, [channels, ...windows], halves)
  const views = ops.unfold(x, { axes: range(1, space), windows, strides, dilations })
  const [positions, last] = [views.shape.slice(0, 1 + space), views.shape.slice(-1)]
  const places = windows.reduce<number[][]>(
    (all, size) => all.flatMap((at) => range(0, size).map((i) => [...at, i])),
    [[]],
  )
  const one = (at: readonly number[]): Tensor => {
    const start = [...positions.map(() => 0), ...at, 0]
    const taken = ops.slice(views, start, [...positions, ...at.map(() => 1), ...last])
    return ops.reshape(taken, [...positions, ...last])
  }
  const filter = (at: readonly number[]): Tensor =>
    ops.reshape(ops.slice(filters, [0, ...at], [channels, ...at.map(() => 1)]), [channels])
  const terms = places.map((at) => ops.mul(one(at), filter(at)))
  const dg = r.input(float, [...positions, ...last], halves)
  const beside = ops.reshape(dg, [...positions, ...windows.map(() => 1), ...last])
  return {
    g: terms.reduce((sum, term) => ops.add(sum, term)),
    dW: ops.sum(ops.mul(views, beside), range(0, 1 + space)),
    largest: places.map(one).reduce((most, place) => ops.maximum(most, place)),
    'largest along': ops.max(views, 1 + space),
    'first along': ops.argmax(views, 1 + space),
  }
}

const extent = (most: number) => fc.integer({ min: 1, max: most })

const convolutions: fc.Arbitrary<Convolution> = fc.constantFrom(1, 2).chain((space) => {
  const each = (most: number) => fc.array(extent(most), { minLength: space, maxLength: space })
  return fc
    .record({
      positions: each(9),
      windows: each(4),
      strides: each(3),
      dilations: each(2),
      more: each(2),
      channels: fc.constantFrom(1, 2, 3, 4, 5, 8, 17),
      filters: fc.constantFrom(1, 2, 3, 4, 8, 9, 16, 19),
      groups: fc.constantFrom(1, 1, 1, 2, 3),
    })
    .map(({ positions, more, ...rest }) => ({
      ...rest,
      sizes: positions.map((count, i) => {
        const [window = 1, stride = 1, dilation = 1, extra = 1] = [
          ...[rest.windows[i], rest.strides[i], rest.dilations[i], more[i]],
        ]
        return (count - 1) * stride + (window - 1) * dilation + extra
      }),
    }))
})

describe.each(Object.entries(engines))('products over windows, %s', (_, engine) => {
  it.each(['f32', 'f64'] as const)('of %s are sums over places and channels', (float) => {
    fc.assert(
      fc.property(convolutions, fc.constantFrom(5, 3, 1, 0), (convolution, rows) => {
        const record = (r: Recording) => products(r, convolution, float)
        expectEqual(engine, { maxBatch, rows: [rows], float, record })
      }),
      { seed: 6, numRuns: 60 },
    )
  })

  it.each(['f32', 'f64'] as const)('of %s go place by place and channel by channel', (float) => {
    fc.assert(
      fc.property(convolutions, fc.constantFrom(5, 3, 1, 0), (convolution, rows) => {
        const record = (r: Recording) => channelwise(r, convolution, float)
        expectEqual(engine, { maxBatch, rows: [rows], float, record })
      }),
      { seed: 7, numRuns: 40 },
    )
  })
})

/** A program of one entry. */
function programOf(record: (r: Recording) => Record<string, Tensor>, batch = maxBatch): Program {
  const r = new Recording(batch, 'f32')
  const entries = { run: r.ops.trace.entry(record(r)) }
  return { version: 1, maxBatch: batch, inputs: r.inputs, state: {}, entries }
}

/** The kernels of an entry, by kind. */
function kernelsOf(record: (r: Recording) => Record<string, Tensor>): Map<string, number> {
  const program = programOf(record)
  const settings = { features: { relaxed: false }, loads: [] }
  const kinds = new Map<string, number>()
  for (const entry of Object.values(program.entries)) {
    for (const { kind } of prepareEntry(program, entry, settings).lowered.kernels)
      kinds.set(kind, (kinds.get(kind) ?? 0) + 1)
  }
  return kinds
}

describe('a convolution over images', () => {
  const image: Convolution = {
    sizes: [8, 9],
    windows: [3, 3],
    strides: [1, 1],
    dilations: [1, 1],
    channels: 4,
    filters: 8,
    groups: 1,
  }

  it('is products alone, which read the windows where they are: no loop copies or multiplies', () => {
    const all = kernelsOf((r) => products(r, image, 'f32'))
    // The weights, in PyTorch's order, are moved once for g and once for the windows' gradients.
    expect(Object.fromEntries(all)).toEqual({ product: 4, loop: 2 })
  })

  // Shapes whose rows of ∂L/∂W follow each other at one distance, and such whose do not: series, kernels of one row, kernels as
  // wide as the image.
  const shapes: readonly Partial<Convolution>[] = [
    {},
    { sizes: [48], windows: [5], strides: [1], dilations: [1] },
    { sizes: [48], windows: [5], strides: [2], dilations: [2], channels: 3 },
    { windows: [1, 5] },
    { windows: [3, 9] },
    { windows: [8, 9] },
    { windows: [1, 1], channels: 40 },
  ]

  it.each(shapes.flatMap((shape) => [2, 3, 7].map((threads) => ({ ...image, ...shape, threads }))))(
    'of $sizes, windows $windows, gives the bits of one thread on $threads',
    async (shape) => {
      for (const filters of [8, 40]) {
        const program = programOf((r) => products(r, { ...shape, filters }, 'f32'), 32)
        const expected = await results(program, engines.fast, 1)
        for (const [name, values] of await results(
          program,
          wasmEngine({ threads: shape.threads }),
          1,
        )) {
          expect(values, name).toEqual(expected.get(name))
        }
      }
    },
  )
})
