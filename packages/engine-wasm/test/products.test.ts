import { describe, expect, it } from 'vitest'
import { ModuleWriter } from '../src/assembler/module.ts'
import { hasRelaxedSimd } from '../src/features.ts'
import { Products } from '../src/product/products.ts'
import type { ProductShape, Size } from '../src/product/shape.ts'
import {
  bytesOf,
  expected,
  extent,
  leftAt,
  type Numbers,
  type Operands,
  ProductBed,
  plainLoop,
  type Sizes,
} from './support/product-bed.ts'
import { Random } from './support/random.ts'

const modes = hasRelaxedSimd() ? [false, true] : [false]

/** Rows of `length` elements whose terms are neighbours, and columns whose terms are `length` elements apart. */
const along = (length: number) => ({ side: length, inner: 1 })
const across = (length: number) => ({ side: 1, inner: length })

const paths = (bed: ProductBed): ('packed' | 'inPlace')[] =>
  (['packed', 'inPlace'] as const).filter((path) => bed.kernels[path] !== undefined)

interface Case {
  readonly shape: ProductShape
  readonly sizes: Sizes
  readonly last: keyof Operands
  readonly cuts: readonly number[]
}

const small = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 13, 15, 16, 17, 23, 32, 33] as const
const large = [47, 48, 63, 64, 65, 97, 128, 129, 200] as const
const deep = [512, 513, 641, 784, 1153] as const
const work = 3e5

function randomCase(random: Random, dtype: 'f32' | 'f64'): Case {
  const size = (): number => random.pick(random.chance(0.7) ? small : large)
  let [m, n, k] = [size(), size(), random.chance(0.15) ? random.pick(deep) : size()]
  while (m * n * k > work) [m, n] = [Math.ceil(m / 2), n > 64 ? n - 64 : n]
  // Wide gaps lead to packing.
  const gap = (): number => {
    if (k <= 200 && random.chance(0.15)) return random.pick([400, 512, 1024])
    return random.chance(0.3) ? 1 + random.below(5) : 0
  }
  const strides = (sides: number) => {
    const kind = random.below(10)
    if (kind === 0) return { side: 2 + random.below(3), inner: 3 * sides + gap() }
    return kind < 5 ? { side: 1, inner: sides + gap() } : { side: k + gap(), inner: 1 }
  }
  const dynamic = (known: number, probability = 0.4): Size =>
    random.chance(probability) ? 'dynamic' : known
  const shape: ProductShape = {
    dtype,
    m: dynamic(m, 0.7),
    n: dynamic(n, 0.2),
    k: dynamic(k),
    left: strides(m),
    right: strides(n),
    outStride: n + gap(),
    accumulate: random.chance(0.4),
  }
  // What a call may give at run time is often nothing at all.
  const none = (of: Size, known: number): number =>
    of === 'dynamic' && random.chance(0.04) ? 0 : known
  const sizes = { m: none(shape.m, m), n: none(shape.n, n), k: none(shape.k, k) }
  const cuts = random.chance(0.5) ? [random.below(m), m].sort((a, b) => a - b) : []
  return { shape, sizes, last: random.pick(['left', 'right', 'out']), cuts }
}

function operandsOf(
  random: Random,
  { shape, sizes: { m, n, k } }: Pick<Case, 'shape' | 'sizes'>,
): Operands {
  const numbers = (length: number): Numbers => {
    const values = Array.from({ length }, () => random.next() * 2 - 1)
    return shape.dtype === 'f32' ? Float32Array.from(values) : Float64Array.from(values)
  }
  const length = shape.levels === undefined || m * k === 0 ? 0 : leftAt(shape, m - 1, k - 1) + 1
  return {
    left: numbers(length || extent(m, k, shape.left)),
    right: numbers(extent(n, k, shape.right)),
    out: numbers(extent(m, n, { side: shape.outStride, inner: 1 })),
  }
}

/** Bits rather than numbers, so that -0 and NaN count. */
const bits = (numbers: Numbers): Buffer =>
  Buffer.from(numbers.buffer, numbers.byteOffset, numbers.byteLength)

/** Whether a product in place consists of dot products. */
function readsAlongK({ n, left, levels, right, outStride }: ProductShape): boolean {
  if (levels !== undefined) return false
  if (n === 1 && outStride === 1) return left.side !== 1 && left.inner === 1 && right.inner === 1
  return n !== 1 && right.side !== 1
}

function checkCase(given: Case, random: Random, name: string, relaxed: boolean): void {
  const { shape, sizes, last, cuts } = given
  const operands = operandsOf(random, given)
  const bed = new ProductBed(shape, relaxed)
  const { sums, scale } = expected(shape, sizes, operands)
  const about = `${name}, relaxed ${relaxed}: ${JSON.stringify(given)}`
  const unit = bytesOf(shape) === 4 ? 2 ** -24 : 2 ** -52
  for (const path of paths(bed)) {
    const result = bed.run(path, sizes, operands, { last, cuts })
    for (const [at, sum] of sums.entries()) {
      const error = Math.abs((result[at] ?? Number.NaN) - sum)
      const allowed = (sizes.k + 2) * unit * (scale[at] ?? 0)
      if (!(error <= allowed)) expect.fail(`${about}: ${path} is wrong by ${error} at ${at}`)
    }
    if (shape.dtype === 'f32' && !relaxed) {
      const lanes = path === 'inPlace' && readsAlongK(shape) ? 4 : 1
      const loop = plainLoop(shape, sizes, operands, lanes)
      if (!bits(result).equals(bits(loop))) expect.fail(`${about}: ${path} is not the plain loop`)
    }
    const whole = bed.run(path, sizes, operands)
    if (!bits(result).equals(bits(whole))) expect.fail(`${about}: ${path} depends on its shares`)
  }
}

describe('products', () => {
  const blocks = Array.from({ length: 20 }, (_, i) => i)
  it.each(blocks)('agree with float64 loops on random shapes, block %i', (block) => {
    for (let i = 0; i < 20; i++) {
      const seed = 1000 + 20 * block + i
      for (const relaxed of modes) {
        const random = new Random(seed)
        const given = randomCase(random, i % 5 === 0 ? 'f64' : 'f32')
        checkCase(given, random, `seed ${seed}`, relaxed)
      }
    }
  })

  const limits: readonly [string, Sizes, Pick<ProductShape, 'left' | 'right' | 'outStride'>][] = [
    [
      'few steps and far rows',
      { m: 40, n: 520, k: 3 },
      { left: along(3), right: along(3), outStride: 1024 },
    ],
    [
      'several blocks of rows',
      { m: 500, n: 9, k: 30 },
      { left: along(30), right: across(9), outStride: 9 },
    ],
    [
      'both packed, several passes',
      { m: 200, n: 65, k: 700 },
      { left: across(400), right: across(1024), outStride: 65 },
    ],
    [
      'a row over several passes',
      { m: 1, n: 70, k: 1300 },
      { left: along(1300), right: across(70), outStride: 70 },
    ],
    ['one number', { m: 1, n: 1, k: 1 }, { left: along(1), right: along(1), outStride: 1 }],
    [
      'no stride that is used',
      { m: 1, n: 40, k: 2 },
      { left: along(2), right: { side: 3, inner: 200 }, outStride: 0 },
    ],
  ]
  it.each(limits)('agree with float64 loops on %s', (name, sizes, strides) => {
    for (const relaxed of modes) {
      for (const accumulate of [false, true]) {
        for (const k of [sizes.k, 'dynamic'] as const) {
          const shape: ProductShape = { dtype: 'f32', ...sizes, k, ...strides, accumulate }
          const cuts = [Math.floor(sizes.m / 3), Math.floor(sizes.m / 2)]
          checkCase({ shape, sizes, last: 'left', cuts }, new Random(5), name, relaxed)
        }
      }
    }
  })

  /** The three products of a dense layer from 20 to 11 units. */
  const layer = {
    forward: { m: 'dynamic', n: 11, k: 20, left: along(20), right: along(20), outStride: 11 },
    dh: { m: 'dynamic', n: 20, k: 11, left: along(11), right: across(20), outStride: 20 },
    dW: { m: 11, n: 20, k: 'dynamic', left: across(11), right: across(20), outStride: 20 },
  } as const

  it.each(modes)(
    'give a row the same bits in a batch of any size on one path (relaxed: %s)',
    (relaxed) => {
      for (const kind of ['forward', 'dh'] as const) {
        const shape: ProductShape = { dtype: 'f32', ...layer[kind] }
        const bed = new ProductBed(shape, relaxed)
        const result = (m: number): Buffer => {
          const sizes = { m, n: layer[kind].n, k: layer[kind].k }
          const random = new Random(7)
          const right = operandsOf(random, { shape, sizes: { ...sizes, m: 0 } }).right
          const { left, out } = operandsOf(random, { shape, sizes })
          const path = m >= bed.kernels.packFrom ? 'packed' : 'inPlace'
          return bits(bed.run(path, sizes, { left, right, out }))
        }
        const whole = result(64)
        const few = result(Math.min(64, bed.kernels.packFrom - 1))
        for (let m = 1; m < 64; m++) {
          const same = m < bed.kernels.packFrom ? few : whole
          expect(result(m).equals(same.subarray(0, m * shape.outStride * 4))).toBe(true)
        }
      }
    },
  )

  it('give zeros where there are no terms, and nothing where there are no rows', () => {
    const shape: ProductShape = { dtype: 'f32', ...layer.dW }
    const sizes = { m: 11, n: 20, k: 0 }
    const bed = new ProductBed(shape, false)
    for (const path of paths(bed)) {
      for (const m of [0, 11]) {
        const operands = operandsOf(new Random(3), { shape, sizes })
        const result = bed.run(path, { ...sizes, m }, operands)
        expect(result).toEqual(m === 0 ? operands.out : new Float32Array(11 * 20))
      }
    }
  })

  /** Windows of K places on B images of S places with C channels: [B, P, K · C] on an axis or two. */
  function randomLevels(random: Random, dtype: 'f32' | 'f64'): Case {
    const one = (): number => 1 + random.below(5)
    const [images, channels, n] = [random.below(4), random.pick([1, 4, 7, 16]), random.pick(small)]
    const [high, wide] = [one(), 3 + random.below(17)]
    const [tall, broad] = [one(), one()]
    const row = (wide + broad) * channels
    const image = (high + tall) * row
    const turned = random.chance(0.5)
    const places = [
      { size: tall, stride: row },
      { size: broad * channels, stride: 1 },
    ] as const
    const positions = [
      { size: 'dynamic', stride: image },
      { size: high, stride: row },
      { size: wide, stride: channels },
    ] as const
    const [outer, last] = [positions.slice(0, 2), positions[2]]
    const [m, k] = [images * high * wide, tall * broad * channels]
    const shape: ProductShape = turned
      ? {
          ...{ dtype, m: k, n, k: 'dynamic' },
          left: { side: 1, inner: channels },
          levels: {
            ...{ rows: places[1].size, aroundRows: [places[0]] },
            ...{ steps: last.size, aroundSteps: outer },
          },
          ...{ right: across(n), outStride: n, accumulate: random.chance(0.4) },
        }
      : {
          ...{ dtype, m: 'dynamic', n, k },
          left: { side: channels, inner: 1 },
          levels: {
            ...{ rows: last.size, aroundRows: outer },
            ...{ steps: places[1].size, aroundSteps: [places[0]] },
          },
          right: random.chance(0.5) ? across(n) : along(k),
          ...{ outStride: n + random.below(2), accumulate: random.chance(0.4) },
        }
    const sizes = turned ? { m: k, n, k: m } : { m, n, k }
    const cuts = random.chance(0.5) ? [random.below(Math.ceil(n / 8) + 1)] : []
    return { shape, sizes, last: random.pick(['left', 'right', 'out']), cuts }
  }

  it.each(blocks)('agree with float64 loops on windows, block %i', (block) => {
    for (let i = 0; i < 10; i++) {
      const seed = 2000 + 10 * block + i
      for (const relaxed of modes) {
        const random = new Random(seed)
        const given = randomLevels(random, i % 5 === 0 ? 'f64' : 'f32')
        checkCase(given, random, `seed ${seed}`, relaxed)
      }
    }
  })

  it('are written once for each shape', () => {
    const products = new Products(new ModuleWriter({ relaxed: false }))
    const forward = products.emit({ dtype: 'f32', ...layer.forward })
    expect(products.emit({ ...layer.forward, dtype: 'f32', accumulate: false })).toBe(forward)
    expect(products.emit({ ...layer.forward, dtype: 'f32', accumulate: true })).not.toBe(forward)
  })
})
