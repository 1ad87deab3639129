/** L-BFGS by PyTorch's numbers, by known minima, and where functions are not as they should be. */
import { type DrivenHost, Registry } from '@chainrule/core'
import { differences, numbers, vectors } from '@chainrule/testing-vectors'
import { describe, expect, it } from 'vitest'
import { optimizers } from '../src/index.ts'
import { type LbfgsConfig, lbfgsIterations } from '../src/lbfgs-iterations.ts'
import { type Line, type Probe, strongWolfe } from '../src/line-search.ts'
import { along, Curvature, dot } from '../src/two-loop.ts'
import { type CountingHost, functions, hostOf, type Smooth } from './functions.ts'

const registry = new Registry(optimizers)

function drive(host: DrivenHost, named: Record<string, number> = {}): Iterator<number | undefined> {
  const optimizer = registry.make('optimizer', 'lbfgs', named)
  if (optimizer.style !== 'driven') throw new Error('lbfgs is driven')
  return lbfgsIterations(host, optimizer.config as unknown as LbfgsConfig)[Symbol.iterator]()
}

/** Iterates until it converges; the loss after each iteration. */
function minimise(host: DrivenHost, named: Record<string, number> = {}, most = 500): number[] {
  const steps = drive(host, named)
  const losses: number[] = []
  while (losses.length < most) {
    const { value, done } = steps.next()
    if (done === true) return losses
    if (value !== undefined) losses.push(value)
  }
  return losses
}

const { cases } = vectors('lbfgs')

describe('PyTorch', () => {
  const rowsOf = ({
    shape: [, n = 0],
    data,
  }: {
    shape: readonly number[]
    data: readonly number[]
  }) =>
    Array.from({ length: data.length / n }, (_, i) =>
      Float64Array.from(data.slice(i * n, (i + 1) * n)),
    )

  it.each(cases)(
    '$name, memory $memory: the same directions from the same gradients',
    (recorded) => {
      const [points, gradients] = [rowsOf(recorded.points), rowsOf(recorded.gradients)]
      const curvature = new Curvature(recorded.memory)
      rowsOf(recorded.directions).forEach((expected, k) => {
        const [before, here] = [points[k - 1], points[k]]
        const [was, is = new Float64Array()] = [gradients[k - 1], gradients[k]]
        if (before !== undefined && here !== undefined && was !== undefined)
          curvature.remember(along(here, -1, before), along(is, -1, was))
        // torch leaves pairs out of which the product is below 1e-10, however small both are.
        if ((recorded.losses[k] ?? 0) < 1e-8 && recorded.name !== 'hills') return
        const near = { relative: 1e-6, absolute: 1e-9 * Math.sqrt(dot(expected, expected)) }
        expect(differences(curvature.direction(is), expected, near), `iteration ${k}`).toEqual([])
      })
    },
  )

  it.each(cases)('$name, memory $memory: the same losses', ({ name, memory, points, losses }) => {
    const [, n = 0] = points.shape
    const host = hostOf(functions[name], points.data.slice(0, n))
    const found = minimise(host, { memory, tolerance: 0, change: 0 }, losses.length - 1)
    // Each step is a little further off: the line search multiplies what rounding has left.
    expect(
      differences(found, losses.slice(1, found.length + 1), { relative: 1e-6, absolute: 1e-9 }),
    ).toEqual([])
    expect(found.length).toBeGreaterThanOrEqual(Math.min(losses.length - 1, 8))
  })
})

describe('known minima', () => {
  it.each([
    ['rosenbrock', [-1.2, 1], 60],
    ['rosenbrock', [-1.2, 1, 3, 0, -2, 2, 0.3, 0.1], 200],
    ['bowl', [3, -2, 0.5, 4, -1, 7, 7, 7], 40],
  ] as const)('%s from %j', (name, start, most) => {
    const host = hostOf(functions[name], start)
    const losses = minimise(host)
    expect(losses.length).toBeLessThanOrEqual(most)
    expect(losses.at(-1)).toBeLessThan(1e-12)
    for (const x of host.parameters()) expect(x).toBeCloseTo(1, 6)
    expect(host.looks).toBeLessThan(3 * losses.length + 10)
    // Every iteration is lower than the one before.
    for (const [i, loss] of losses.entries())
      if (i > 0) expect(loss).toBeLessThan(losses[i - 1] ?? 0)
  })

  it('gets to the bottom of a valley where gradient descent hardly moves', () => {
    const start = [-1.2, 1]
    const host = hostOf(functions.rosenbrock, start)
    minimise(host)
    let x = Float64Array.from(start)
    // As large a rate as does not throw it out of the valley.
    for (let look = 0; look < host.looks; look++)
      x = along(x, -1e-3, functions.rosenbrock.gradient(x)) as typeof x
    expect(functions.rosenbrock.value(x)).toBeGreaterThan(1)
    expect(host.evaluate()).toBeLessThan(1e-12)
  })

  it('comes as near as float32 parameters allow, and ends there', () => {
    const host = hostOf(functions.rosenbrock, [-1.2, 1], Math.fround)
    const losses = minimise(host)
    expect(losses.length).toBeLessThan(80)
    expect(losses.at(-1)).toBeLessThan(1e-9)
  })

  it('is done at once where there is nothing to do', () => {
    expect(minimise(hostOf(functions.bowl, [1, 1, 1]))).toEqual([])
  })
})

describe('functions with holes', () => {
  /** √x − log x where it is defined: lowest at 4. */
  const half: Smooth = {
    value: ([x = 0]) => Math.sqrt(x) - Math.log(x),
    gradient: (x) => x.map((value) => 0.5 / Math.sqrt(value) - 1 / value),
  }

  it('steps back from where the loss is not finite', () => {
    const host = hostOf(half, [30])
    // The first step, of 100 times the gradient and more, leads below 0.
    minimise(host, { lr: 1000 })
    expect(host.parameters()[0]).toBeCloseTo(4, 5)
  })

  it('yields a loss that is no number where it cannot even begin', () => {
    for (const start of [[-1], [Number.NaN]]) {
      const { value, done } = drive(hostOf(half, start)).next()
      expect([value, done]).toEqual([Number.NaN, false])
    }
  })

  it('leaves the parameters at the last step that led lower, whenever it is asked for no more', () => {
    const host: CountingHost = hostOf(functions.rosenbrock, [-1.2, 1])
    const steps = drive(host)
    let best = host.evaluate()
    for (let i = 0; i < 40; i++) {
      const { value, done } = steps.next()
      if (done === true) break
      if (value === undefined) continue
      expect(host.evaluate()).toBe(value)
      expect(value).toBeLessThan(best)
      best = value
    }
  })

  it('draws breath between any two looks', () => {
    const host = hostOf(functions.rosenbrock, [-1.2, 1])
    const steps = drive(host)
    let before = 0
    for (let i = 0; i < 60 && steps.next().done !== true; i++) {
      expect(host.looks - before).toBeLessThanOrEqual(2)
      before = host.looks
    }
  })

  it('ends where a slope lies, and nothing is lower', () => {
    // The gradient says downhill, the value does not.
    const liar: Smooth = { value: (x) => dot(x, x), gradient: (x) => x.map((value) => -value - 1) }
    const host = hostOf(liar, [1, 2])
    expect(minimise(host)).toEqual([])
    expect([...host.parameters()]).toEqual([1, 2])
  })
})

describe('the line search', () => {
  const lineOf = (
    value: (t: number) => number,
    slope: (t: number) => number,
    first: number,
  ): Line => {
    const probe = (t: number): Probe => ({
      t,
      loss: value(t),
      slope: slope(t),
      gradient: new Float64Array(),
    })
    return { probe, start: probe(0), first, size: 1 }
  }
  const search = (line: Line): Probe | undefined => {
    const steps = strongWolfe(line)
    for (;;) {
      const { value, done } = steps.next()
      if (done === true) return value
    }
  }

  it.each([0.001, 0.1, 1, 10, 1000])(
    'finds a place that is low and flat enough from t = %d',
    (first) => {
      for (const centre of numbers(3, 20, 0.05, 40)) {
        const [value, slope] = [
          (t: number) => Math.cosh((t - centre) / 9),
          (t: number) => Math.sinh((t - centre) / 9) / 9,
        ]
        const line = lineOf(value, slope, first)
        const found = search(line)
        expect(found?.loss).toBeLessThanOrEqual(
          line.start.loss + 1e-4 * (found?.t ?? 0) * line.start.slope,
        )
        expect(Math.abs(found?.slope ?? Number.NaN)).toBeLessThanOrEqual(
          0.9 * Math.abs(line.start.slope),
        )
      }
    },
  )

  it('stays on this side of a place where the loss is not known', () => {
    const value = (t: number) => (t < 2 ? (t - 1.9) ** 2 : Number.NaN)
    const found = search(lineOf(value, (t) => (t < 2 ? 2 * (t - 1.9) : Number.NaN), 64))
    expect(found?.t).toBeGreaterThan(0.1)
    expect(found?.t).toBeLessThan(2)
  })

  it('goes on and on along a line that only falls, and takes what it has', () => {
    const found = search(
      lineOf(
        (t) => -t,
        () => -1,
        1,
      ),
    )
    expect(found?.t).toBeGreaterThan(1e3)
  })
})

describe('arguments', () => {
  it.each([
    [{ memory: 0 }, 'argument-range'],
    [{ tolerance: -1 }, 'argument-range'],
    [{ clip: 1 }, 'argument-unknown'],
    [{ decay: 0.1 }, 'argument-unknown'],
  ])('lbfgs refuses %j with %s', (named, code) => {
    expect(() => registry.make('optimizer', 'lbfgs', named)).toThrow(
      expect.objectContaining({ code }),
    )
  })
})
