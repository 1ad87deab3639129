import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { madeData } from '../src/made-data.ts'
import { experimentOf } from '../src/our-session.ts'
import { layersOf, readArrays, readWorkload, writeWork } from '../src/work-folder.ts'
import { describe as described, figure, flop, timesFaster, type Workload } from '../src/workload.ts'
import { curves, productWorkloads, workloads } from '../src/workloads.ts'

const named = (name: string) => {
  const found = workloads.find((workload) => workload.name === name)
  if (found === undefined) throw new Error(`no workload ${name}`)
  return found
}
/** Of the families. */
const matrices: Readonly<Record<string, number[][]>> = {
  L1: [
    [16, 1, 3, 3],
    [32, 16, 3, 3],
    [10, 7 * 7 * 32],
  ],
  R1: [
    [3 * 64, 32],
    [3 * 64, 64],
    [1, 64],
  ],
  // Norms have vectors.
  T1: [
    [256, 64],
    ...Array.from({ length: 2 }, () => [[64], [64], [128, 64], [64, 128]]).flat(),
    [256, 64],
  ],
}
const folder = mkdtempSync(join(tmpdir(), 'bench-test-'))
afterAll(() => rmSync(folder, { recursive: true }))

describe('workloads', () => {
  test.each(workloads)('$name is a text that means this network', (workload) => {
    const { shaped, fit, optimizer } = experimentOf(workload)
    const shapes = shaped.instances.flatMap(({ parameters }) =>
      ['weight', 'weight_ih', 'weight_hh'].flatMap((name) =>
        parameters[name] === undefined ? [] : [parameters[name].shape],
      ),
    )
    const pairs = workload.sizes.slice(1).map((out, i) => [out, workload.sizes[i]])
    expect(shapes).toEqual(matrices[workload.name] ?? pairs)
    expect(shaped.graph.heads[0]).toMatchObject({ loss: { name: workload.loss } })
    expect(shaped.graph.heads[0]?.standardise).toBeUndefined()
    expect(optimizer.name).toBe(workload.optimizer)
    expect(fit.batch).toBe(workload.batch)
  })

  test('every data set is whole batches, also of the curves', () => {
    const all = [...workloads, ...curves.flatMap(({ points }) => points.map((p) => p.workload))]
    for (const { rows, batch } of all) expect(rows % batch).toBe(0)
  })

  test('W3 is 4.295 GFLOP a step: no gradient for the input', () => {
    expect(flop(named('W3')) / 1e9).toBeCloseTo(4.295, 3)
    expect(flop(named('I1'))).toBe(2 * (784 * 128 + 128 * 10))
  })

  test('families count the products of their layers', () => {
    const [first, second, last] = [28 * 28 * 9 * 16, 14 * 14 * 9 * 16 * 32, 7 * 7 * 32 * 10]
    expect(flop(named('L1'))).toBe(64 * 2 * (2 * first + 3 * second + 3 * last))
    // Of a recurrent layer only the input has no gradient; the state has one at each step.
    const [ofInput, ofState] = [48 * 32 * 3 * 64, 48 * 64 * 3 * 64]
    expect(flop(named('R1'))).toBe(64 * 2 * (2 * ofInput + 3 * ofState + 3 * 64))
    // Behind an embedding every product has a gradient of its input.
    const ofBlock = 4 * 64 * 64 * 64 + 2 * 64 * 64 * 64 + 2 * 64 * 64 * 128
    expect(flop(named('T1'))).toBe(16 * 2 * 3 * (2 * ofBlock + 64 * 64 * 256))
  })

  test.each([
    { name: 'W1', value: 50 },
    { name: 'W2', value: 50 * 64 },
    { name: 'I1', value: 20_000 },
  ])('100 calls in 2 s of $name are $value', ({ name, value }) => {
    expect(figure(named(name), { calls: 100, seconds: 2 })).toBe(value)
  })

  test('faster is above 1 for times as for rates', () => {
    expect(timesFaster({ calls: 10, seconds: 1 }, { calls: 5, seconds: 1 })).toBe(2)
  })

  test('is told in one line', () => {
    expect(described(named('W2'))).toBe('784-128-10 relu, cross-entropy, adam, batch 64')
    expect(productWorkloads([64, 784, 128]).map(described)[0]).toBe('64×784→128, forward')
  })
})

describe('a work folder', () => {
  test.each(['W1', 'W2'])('gives back what was written for %s', (name) => {
    const workload = { ...named(name), rows: 512 }
    const count = workload.sizes
      .slice(1)
      .reduce((n, out, i) => n + out * ((workload.sizes[i] ?? 0) + 1), 0)
    const weights = Float32Array.from({ length: count }, (_, i) => i)
    const arrays = { weights, ...madeData(workload) }
    writeWork(join(folder, name), workload, arrays)
    expect(readWorkload(join(folder, name))).toEqual(workload satisfies Workload)
    expect(readArrays(join(folder, name), workload)).toEqual(arrays)
    const layers = layersOf(workload, weights)
    expect(
      layers.map(({ weight, bias }) => weight.length + bias.length).reduce((a, b) => a + b),
    ).toBe(count)
    expect(layers[1]?.weight[0]).toBe((layers[0]?.bias.at(-1) ?? 0) + 1)
  })
})

describe('made data', () => {
  test('is the same each time and within its range', () => {
    const data = madeData(named('W2'))
    expect(data).toEqual(madeData(named('W2')))
    expect(Math.max(...new Set(data.targets))).toBe(9)
    expect(data.inputs.every((x) => x >= -1 && x < 1)).toBe(true)
  })

  test('repeats inputs with other classes, so that the loss has a floor', () => {
    const { inputs, targets } = madeData(named('W2'))
    expect(inputs.subarray(0, 784)).toEqual(inputs.subarray(256 * 784, 257 * 784))
    const ofFirst = Array.from({ length: 16 }, (_, i) => targets[i * 256])
    expect(new Set(ofFirst).size).toBeGreaterThan(3)
  })
})
