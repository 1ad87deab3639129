/** That the files are whole, named after what recorded them, and say what their layout claims. */
import { describe, expect, test } from 'vitest'
import { elements, type Recordings, type Tensor, vectors } from '../src/index.ts'

/** Every file, and what recorded it; one that is left out does not compile. */
const files = {
  activations: 'PyTorch',
  dense: 'PyTorch',
  convolutions: 'PyTorch',
  pools: 'PyTorch',
  norms: 'PyTorch',
  embeddings: 'PyTorch',
  positions: 'PyTorch',
  merges: 'PyTorch',
  noises: 'PyTorch',
  recurrent: 'PyTorch',
  attention: 'PyTorch',
  losses: 'PyTorch',
  optimizers: 'PyTorch',
  schedules: 'PyTorch',
  initializers: 'PyTorch',
  metrics: 'scikit-learn',
  networks: 'PyTorch',
  regimes: 'PyTorch',
  lbfgs: 'PyTorch',
} as const satisfies Record<keyof Recordings, string>
const names = Object.keys(files) as (keyof Recordings)[]

function isTensor(value: object): value is Tensor {
  return 'data' in value && 'shape' in value
}

/** Every tensor anywhere within a file. */
function tensorsOf(value: unknown): readonly Tensor[] {
  if (typeof value !== 'object' || value === null) return []
  return isTensor(value) ? [value] : Object.values(value).flatMap(tensorsOf)
}

describe.each(names)('%s', (name) => {
  const recording = vectors(name)

  test('names framework, version, seed and command', () => {
    const { framework, version, seed, recordedWith } = recording.header
    expect(framework).toBe(files[name])
    expect(version).toBe(name === 'metrics' ? '1.2.1' : '1.13.1')
    expect(seed).toBe(20261123)
    expect(recordedWith).toBe(`python3 record.py ${name}`)
  })

  test('has cases, and as many finite elements in each tensor as its shape says', () => {
    expect(recording.cases.length).toBeGreaterThan(3)
    for (const { shape, data } of tensorsOf(recording)) {
      expect(data.length).toBe(shape.reduce((size, dimension) => size * dimension, 1))
      expect(data.every(Number.isFinite)).toBe(true)
    }
  })
})

describe('what the layout claims', () => {
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0)

  test('a mean of losses is weighted', () => {
    for (const { values, weights, mean, dtype } of vectors('losses').cases) {
      const w = weights?.data ?? values.data.map(() => 1)
      const weighted = sum(values.data.map((value, row) => value * (w[row] ?? 0))) / sum(w)
      expect(Math.abs(weighted - mean)).toBeLessThan((dtype === 'f64' ? 1e-14 : 1e-6) * (1 + mean))
    }
  })

  test('a squared loss is summed over the outputs of a row, a mean one divided by their number', () => {
    const cases = vectors('losses').cases.filter(({ dtype }) => dtype === 'f64')
    const squared = cases.find(({ name }) => name === 'squared')
    const mean = cases.find(({ name }) => name === 'mse')
    expect(squared?.prediction).toEqual(mean?.prediction)
    const ratio = (squared?.values.data[0] ?? 0) / (mean?.values.data[0] ?? 0)
    expect(ratio).toBeCloseTo(squared?.prediction.shape.at(-1) ?? 0, 12)
  })

  test('a dense layer without activation is h Wᵀ + b', () => {
    const [first] = vectors('dense').cases
    const [units = 0, inputs = 0] = first?.weight.shape ?? []
    for (let unit = 0; unit < units; unit++) {
      const row = first?.weight.data.slice(unit * inputs, (unit + 1) * inputs) ?? []
      const product = sum(row.map((weight, i) => weight * (first?.input.data[i] ?? 0)))
      expect(product + (first?.bias?.data[unit] ?? 0)).toBeCloseTo(
        first?.output.data[unit] ?? 0,
        12,
      )
    }
  })

  test('networks learn', () => {
    for (const { losses } of vectors('networks').cases) {
      expect(losses).toHaveLength(20)
      expect(losses.at(-1)).toBeLessThan(losses[0] ?? 0)
    }
  })
})

describe('elements', () => {
  const tensor = { shape: [2], data: [0.1, 3] }

  test('of float32 are rounded to it', () => {
    expect(elements(tensor, 'f32')[0]).toBe(Math.fround(0.1))
    expect(elements(tensor, 'f64')[0]).toBe(0.1)
    expect(elements(tensor, 'i32')).toEqual(Int32Array.of(0, 3))
  })
})
