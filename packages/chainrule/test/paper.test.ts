/**
 * The paper, result by result. Its right-hand sides are worked out here with plain loops over numbers, and compared with
 * what the library does through `dense`, the activations, the losses and `sgd`, in float64.
 *
 * Section 1 speaks of column vectors, section 2 of row vectors; for one sample both are the same list of numbers. Every
 * vector h has the constant 1 appended, every matrix W the bias as its last column, as section 1 says.
 */
import { activations } from '@chainrule/activations'
import { inferShapes, type LayerGraph, type Loss, Registry, Session } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { initializers } from '@chainrule/initializers'
import { dense } from '@chainrule/layer-dense'
import { losses } from '@chainrule/losses'
import { optimizers, schedules } from '@chainrule/optimizers'
import { describe, expect, test } from 'vitest'

const registry = new Registry([
  dense,
  ...activations,
  ...losses,
  ...optimizers,
  ...schedules,
  ...initializers,
])

type Vector = number[]
type Matrix = number[][]

// The paper's notation, by definition.
const append1 = (h: Vector): Vector => [...h, 1]
const times = (W: Matrix, h: Vector): Vector =>
  W.map((row) => row.reduce((sum, w, j) => sum + w * (h[j] ?? 0), 0))
const transposed = (W: Matrix): Matrix => (W[0] ?? []).map((_, j) => W.map((row) => row[j] ?? 0))
const outer = (a: Vector, b: Vector): Matrix => a.map((x) => b.map((y) => x * y))
const hadamard = (a: Vector, b: Vector): Vector => a.map((x, i) => x * (b[i] ?? 0))
const minus = (a: Vector, b: Vector): Vector => a.map((x, i) => x - (b[i] ?? 0))
const scaled = (k: number, a: Vector): Vector => a.map((x) => k * x)
const withoutBias = (W: Matrix): Matrix => W.map((row) => row.slice(0, -1))

const sigma: Record<string, (g: number) => number> = {
  linear: (g) => g,
  tanh: Math.tanh,
  sigmoid: (g) => 1 / (1 + Math.exp(-g)),
  relu: (g) => Math.max(g, 0),
}
const sigmaPrime: Record<string, (g: number) => number> = {
  linear: () => 1,
  tanh: (g) => 1 - Math.tanh(g) ** 2,
  sigmoid: (g) => Math.exp(-g) / (1 + Math.exp(-g)) ** 2,
  relu: (g) => (g > 0 ? 1 : 0),
}
const apply = (table: Record<string, (g: number) => number>, name: string, g: Vector): Vector =>
  g.map((value) => table[name]?.(value) ?? Number.NaN)

/** A repeatable number between -1 and 1 that is no round one. */
const sample = (i: number): number => Math.sin(12.9898 * (i + 1))

interface Network {
  readonly sizes: readonly number[]
  readonly activations: readonly string[]
}
const weightsOf = ({ sizes }: Network): Matrix[] =>
  sizes
    .slice(1)
    .map((rows, n) =>
      Array.from({ length: rows }, (_, i) =>
        Array.from({ length: (sizes[n] ?? 0) + 1 }, (_, j) => sample(100 * n + 10 * i + j)),
      ),
    )

/** The network in the library, its weights set, one batch bound. */
async function library(
  network: Network,
  weights: readonly Matrix[],
  rows: { readonly x: Matrix; readonly y: Matrix },
  loss: Loss = registry.make('loss', 'squared'),
): Promise<Session> {
  const names = network.activations.map((_, n) => `layer${n + 1}`)
  const graph: LayerGraph = {
    inputs: [{ name: 'x', shape: [network.sizes[0] ?? 0], dtype: 'f32' }],
    instances: names.map((name, n) => ({
      name,
      layer: dense,
      config: {
        units: network.sizes[n + 1],
        activation: registry.make('activation', network.activations[n] ?? 'linear'),
        bias: true,
        weights: registry.make('initializer', 'zeros'),
      },
    })),
    nodes: names.map((name, n) => {
      const before = names[n - 1]
      return {
        name,
        instance: name,
        inputs: [before === undefined ? { input: 'x' } : { node: before }],
      }
    }),
    heads: [{ name: 'y', from: { node: names.at(-1) ?? '' }, loss, oneHot: true }],
  }
  const optimizer = registry.make('optimizer', 'sgd', { lr: 0.1 })
  const settings = { maxBatch: rows.x.length, optimizer, precision: 'f64' } as const
  const session = await Session.create(inferShapes(graph), settings, engineJs)
  session.initialise(0)
  names.forEach((name, n) => {
    const W = weights[n] ?? []
    session.restore({
      [`${name}.weight`]: Float64Array.from(withoutBias(W).flat()),
      [`${name}.bias`]: Float64Array.from(W.map((row) => row.at(-1) ?? 0)),
    })
  })
  const data = { x: Float64Array.from(rows.x.flat()), y: Float64Array.from(rows.y.flat()) }
  session.bind({ rows: rows.x.length, inputs: { x: data.x }, targets: { y: data.y } })
  return session
}

/** What the library found for a quantity of layer n, row by row. */
function found(
  session: Session,
  layer: number,
  quantity: 'g' | 'h' | 'dg' | 'dh' | 'W' | 'dW',
): Vector {
  const values = session.inspect(session.allRows())[`layer${layer}/${quantity}`]
  if (values === undefined) throw new Error(`the library gives no ${quantity} of layer ${layer}`)
  return Array.from(values.values)
}

function same(library: Vector, paper: Vector | Matrix): void {
  const expected = paper.flat()
  expect(library).toHaveLength(expected.length)
  expected.forEach((value, i) => {
    expect(Math.abs((library[i] ?? Number.NaN) - value), `element ${i}`).toBeLessThan(1e-12)
  })
}

describe('section 1: a single hidden layer', () => {
  const network: Network = { sizes: [3, 4, 2], activations: ['tanh', 'linear'] }
  const [V = [], W = []] = weightsOf(network)
  const x = [0.3, -1.2, 0.7]
  const y = [0.5, -0.25]
  const g = times(V, append1(x))
  const h = apply(sigma, 'tanh', g)
  const f = times(W, append1(h))
  const session = library(network, [V, W], { x: [x], y: [y] })

  test('(1) x -> g = V x -> h = σ(g) -> f = W h', async () => {
    same(found(await session, 1, 'g'), g)
    same(found(await session, 1, 'h'), h)
    same(found(await session, 2, 'h'), f)
  })

  test('W is [F, H + 1]: the bias is its last column', async () => {
    same(found(await session, 1, 'W'), V)
    same(found(await session, 2, 'W'), W)
  })

  test('(7, 8) L = |y - f|²', async () => {
    const L = minus(y, f).reduce((sum, e) => sum + e * e, 0)
    same([(await session).evaluate().loss], [L])
  })

  const df = scaled(2, minus(f, y))
  test('(10) ∂L/∂f = 2 (f - y)', async () => same(found(await session, 2, 'dh'), df))

  const dh = scaled(2, times(transposed(withoutBias(W)), minus(f, y)))
  test('(17) ∂L/∂h = 2 Wᵀ (f - y)', async () => same(found(await session, 1, 'dh'), dh))

  test('(23) ∂L/∂W = 2 (f - y) hᵀ', async () => {
    same(found(await session, 2, 'dW'), outer(scaled(2, minus(f, y)), append1(h)))
  })

  const dg = hadamard(dh, apply(sigmaPrime, 'tanh', g))
  test("(30) ∂L/∂g = ∂L/∂h ⊙ σ'(g)", async () => same(found(await session, 1, 'dg'), dg))

  test('(38) ∂L/∂V = ∂L/∂g xᵀ', async () =>
    same(found(await session, 1, 'dW'), outer(dg, append1(x))))

  test("(39) ∂L/∂V = (∂L/∂h ⊙ σ'(g)) xᵀ", async () => {
    same(
      found(await session, 1, 'dW'),
      outer(hadamard(dh, apply(sigmaPrime, 'tanh', g)), append1(x)),
    )
  })

  test("(40) ∂L/∂V = 2 (Wᵀ (f - y) ⊙ σ'(g)) xᵀ", async () => {
    const inner = hadamard(
      times(transposed(withoutBias(W)), minus(f, y)),
      apply(sigmaPrime, 'tanh', g),
    )
    same(found(await session, 1, 'dW'), outer(scaled(2, inner), append1(x)))
  })
})

/** Forward as (41), for one sample. */
function forward(
  network: Network,
  weights: readonly Matrix[],
  x: Vector,
): { g: Vector[]; h: Vector[] } {
  const h = [x]
  const g: Vector[] = []
  network.activations.forEach((name, n) => {
    g.push(times(weights[n] ?? [], append1(h.at(-1) ?? [])))
    h.push(apply(sigma, name, g.at(-1) ?? []))
  })
  return { g, h }
}

/** Backward as (75), (76) and (77), for one sample, from ∂L/∂f. */
function backward(
  network: Network,
  weights: readonly Matrix[],
  { g, h }: { g: Vector[]; h: Vector[] },
  df: Vector,
): { dg: Vector[]; dh: Vector[]; dW: Matrix[] } {
  const [dg, dh, dW]: [Vector[], Vector[], Matrix[]] = [[], [], []]
  let arriving = df
  for (let n = network.activations.length - 1; n >= 0; n--) {
    dh[n] = arriving
    dg[n] = hadamard(arriving, apply(sigmaPrime, network.activations[n] ?? '', g[n] ?? [])) // 76
    dW[n] = outer(dg[n] ?? [], append1(h[n] ?? [])) // 75
    arriving = times(transposed(withoutBias(weights[n] ?? [])), dg[n] ?? []) // 77
  }
  return { dg, dh, dW }
}

describe('section 2: N hidden layers, mixed activations', () => {
  const network: Network = {
    sizes: [3, 5, 4, 3, 2],
    activations: ['sigmoid', 'relu', 'tanh', 'linear'],
  }
  const N = 3
  const weights = weightsOf(network)
  const [, , , WF = []] = weights
  const x = [0.4, -0.9, 1.3]
  const y = [1.5, -0.75]
  const { g, h } = forward(network, weights, x)
  const f = h.at(-1) ?? []
  const session = library(network, weights, { x: [x], y: [y] })
  const hN = h[N] ?? []
  const gN = g[N - 1] ?? []

  test('(41) h^n = σ_n(W^n h^(n-1)), f = W^F h^N', async () => {
    for (let n = 1; n <= 4; n++) {
      same(found(await session, n, 'g'), g[n - 1] ?? [])
      same(found(await session, n, 'h'), h[n] ?? [])
    }
  })

  const df = scaled(2, minus(f, y))
  test('(44) ∂L/∂f = 2 (f - y)ᵀ', async () => same(found(await session, 4, 'dh'), df))

  test('(50) ∂L/∂W^F = 2 (f - y)ᵀ (h^N)ᵀ', async () => {
    same(found(await session, 4, 'dW'), outer(scaled(2, minus(f, y)), append1(hN)))
  })

  const dhN = times(transposed(withoutBias(WF)), scaled(2, minus(f, y)))
  test('(56) ∂L/∂h^N = 2 (f - y)ᵀ W^F', async () => same(found(await session, 3, 'dh'), dhN))

  const dgN = hadamard(dhN, apply(sigmaPrime, 'tanh', gN))
  test("(61) ∂L/∂g^N = ∂L/∂h^N ⊙ σ^N'(g^N)", async () => same(found(await session, 3, 'dg'), dgN))

  test('(66) ∂L/∂W^N = (∂L/∂g^N)ᵀ (h^(N-1))ᵀ', async () => {
    same(found(await session, 3, 'dW'), outer(dgN, append1(h[N - 1] ?? [])))
  })

  test('(73) ∂L/∂h^(N-1) = ∂L/∂g^N W^N', async () => {
    same(found(await session, 2, 'dh'), times(transposed(withoutBias(weights[N - 1] ?? [])), dgN))
  })

  const expected = backward(network, weights, { g, h }, df)
  test.each([1, 2, 3, 4])('(75)–(77) hold for layer %i of 4', async (n) => {
    same(found(await session, n, 'dW'), expected.dW[n - 1] ?? []) // 75
    same(found(await session, n, 'dg'), expected.dg[n - 1] ?? []) // 76
    same(found(await session, n, 'dh'), expected.dh[n - 1] ?? []) // 77, for the layer above
  })

  test('(78) W_(t+1) = W_t - η ∂L/∂W_t', async () => {
    const trained = await library(network, weights, { x: [x], y: [y] })
    trained.executable.run('step', 1, trained.allRows())
    weights.forEach((W, n) => {
      same(
        found(trained, n + 1, 'W'),
        W.map((row, i) => row.map((w, j) => w - 0.1 * (expected.dW[n]?.[i]?.[j] ?? 0))),
      )
    })
  })

  test('over a batch the loss is the mean, and so is every gradient', async () => {
    const batch = [0, 1, 2].map((row) => ({
      x: [0, 1, 2].map((j) => sample(7 * row + j)),
      y: [sample(row), sample(row + 50)],
    }))
    const mean = await library(network, weights, {
      x: batch.map((s) => s.x),
      y: batch.map((s) => s.y),
    })
    const each = batch.map((row) => {
      const values = forward(network, weights, row.x)
      const error = minus(values.h.at(-1) ?? [], row.y)
      return {
        L: error.reduce((sum, e) => sum + e * e, 0),
        ...backward(network, weights, values, scaled(2, error)),
      }
    })
    same([mean.evaluate().loss], [each.reduce((sum, { L }) => sum + L, 0) / 3])
    for (let n = 0; n < 4; n++) {
      const sum = each
        .map(({ dW }) => (dW[n] ?? []).flat())
        .reduce((a, b) => a.map((value, i) => value + (b[i] ?? 0)))
      same(found(mean, n + 1, 'dW'), scaled(1 / 3, sum))
    }
  })
})

describe('section 2.8: any loss at the end', () => {
  const network: Network = { sizes: [2, 4, 3], activations: ['tanh', 'linear'] }
  const weights = weightsOf(network)
  const x = [0.8, -0.6]
  const { g, h } = forward(network, weights, x)
  const f = h.at(-1) ?? []
  const total = f.reduce((sum, value) => sum + Math.exp(value), 0)
  const cases: readonly (readonly [string, Vector, Vector])[] = [
    ['cross-entropy', [0, 1, 0], f.map((value, i) => Math.exp(value) / total - (i === 1 ? 1 : 0))],
    ['mse', [0.1, 0.2, 0.3], scaled(2 / 3, minus(f, [0.1, 0.2, 0.3]))],
    ['mae', [9, -9, 9], [-1 / 3, 1 / 3, -1 / 3]],
  ]
  test.each(cases)('with %s only ∂L/∂f is another; (75)–(77) stay', async (name, y, df) => {
    const session = await library(network, weights, { x: [x], y: [y] }, registry.make('loss', name))
    const expected = backward(network, weights, { g, h }, df)
    for (const n of [1, 2]) {
      same(found(session, n, 'dh'), expected.dh[n - 1] ?? [])
      same(found(session, n, 'dg'), expected.dg[n - 1] ?? [])
      same(found(session, n, 'dW'), expected.dW[n - 1] ?? [])
    }
  })
})
