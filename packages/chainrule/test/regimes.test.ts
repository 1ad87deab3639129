/**
 * What stands round a loss and an optimizer, against PyTorch: weights of rows and classes, clipping, groups of batches, a
 * moving average of the weights. See the README of `testing-vectors`.
 */
import {
  type FitOptions,
  fit,
  type GraphHead,
  inferShapes,
  type LayerGraph,
  Session,
  type TrainingEvent,
} from '@chainrule/core'
import {
  differences,
  elements,
  type Parameters,
  type RegimeCase,
  tolerances,
  vectors,
} from '@chainrule/testing-vectors'
import { describe, expect, test } from 'vitest'
import { builtInRegistry } from '../src/batteries.ts'
import { chooseEngine } from '../src/engines.ts'

const registry = builtInRegistry()
const { cases } = vectors('regimes')
const nameOf = (layer: number): string => `dense${layer + 1}`

function graphOf({ input, layers, targetKind, classWeights, rowWeights }: RegimeCase): LayerGraph {
  const loss = targetKind === 'classes' ? 'cross-entropy' : 'binary-cross-entropy'
  const head: GraphHead = {
    name: 'y',
    from: { node: nameOf(layers.length - 1) },
    loss: registry.make('loss', loss),
    ...(classWeights === null ? {} : { classWeights }),
    ...(rowWeights === null ? {} : { weighted: true }),
  }
  return {
    inputs: [{ name: 'x', shape: input.shape.slice(1), dtype: 'f32' }],
    instances: layers.map(({ units, activation }, i) => {
      const call = { call: 'dense', positional: [units, activation], named: {} }
      const found = registry.configured('layer', call)
      if (found === undefined) throw new Error('no dense layer')
      return { name: nameOf(i), layer: found.plugin, config: found.configuration.config }
    }),
    nodes: layers.map((_, i) => {
      const before = i === 0 ? { input: 'x' } : { node: nameOf(i - 1) }
      return { name: nameOf(i), instance: nameOf(i), inputs: [before] }
    }),
    heads: [head],
  }
}

async function prepare(recorded: RegimeCase, engine: 'js' | 'wasm'): Promise<Session> {
  const { dtype, input, layers, target, targetKind, rowWeights, batch } = recorded
  const { clip, clipValue, average } = recorded
  const { learningRate, ...options } = recorded.optimizer.options
  const optimizer = registry.make('optimizer', recorded.optimizer.name, {
    ...options,
    ...(learningRate === undefined ? {} : { lr: learningRate }),
    ...(clip === null ? {} : { clip }),
    ...(clipValue === null ? {} : { 'clip-value': clipValue }),
    ...(average === null ? {} : { average }),
  })
  const shaped = inferShapes(graphOf(recorded))
  const settings = { maxBatch: batch, optimizer, precision: dtype }
  const session = await Session.create(shaped, settings, chooseEngine({ engine }))
  session.initialise(1)
  setParameters(session, layers)
  const [rows = 0] = input.shape
  const y = targetKind === 'classes' ? elements(target, 'i32') : elements(target, dtype)
  const weights = rowWeights === null ? {} : { weights: { y: elements(rowWeights, dtype) } }
  session.bind({ rows, inputs: { x: elements(input, dtype) }, targets: { y }, ...weights })
  return session
}

function setParameters(session: Session, layers: readonly Parameters[]): void {
  layers.forEach(({ weight, bias }, i) => {
    session.executable.state(`${nameOf(i)}.weight`).set(weight.data)
    session.executable.state(`${nameOf(i)}.bias`).set(bias.data)
  })
}

const plain = (
  recorded: RegimeCase,
): Pick<FitOptions, 'train' | 'epochs' | 'batch' | 'accumulate'> => ({
  train: Int32Array.from({ length: recorded.input.shape[0] ?? 0 }, (_, row) => row),
  epochs: recorded.epochs,
  batch: recorded.batch,
  accumulate: recorded.accumulate,
})

/** Trains in the recorded order; the loss of the rows of each update. */
async function train(
  session: Session,
  recorded: RegimeCase,
  options: Partial<FitOptions> = {},
): Promise<number[]> {
  const events: TrainingEvent[] = []
  const stop = { restore: 'last' as const }
  for await (const event of fit(session, {
    ...plain(recorded),
    seed: 1,
    shuffle: false,
    everyStep: true,
    stop,
    ...options,
  }))
    events.push(event)
  return events.flatMap((event) => (event.type === 'step' ? [event.loss] : []))
}

function expectParameters(
  session: Session,
  expected: readonly Parameters[],
  prefix: string,
  dtype: 'f32' | 'f64',
): void {
  expected.forEach(({ weight, bias }, i) => {
    for (const [name, { data }] of [
      ['weight', weight],
      ['bias', bias],
    ] as const) {
      const found = session.executable.state(`${prefix}${nameOf(i)}.${name}`)
      expect(differences(found, data, tolerances[dtype])).toEqual([])
    }
  })
}

describe.each(['js', 'wasm'] as const)('on %s', (engine) => {
  test.each(cases)('$name in $dtype: losses and weights of PyTorch', async (recorded) => {
    const session = await prepare(recorded, engine)
    const { dtype, losses, final, averages } = recorded
    const found = await train(session, recorded)
    // A batch in which nothing counts has no loss; torch's is recorded as 0.
    const told = found.map((loss, i) => (losses[i] === 0 ? loss * 0 || 0 : loss))
    expect(differences(told, losses, tolerances[dtype])).toEqual([])
    // A training ends with the averages in the weights' place, and these in theirs.
    expectParameters(session, averages ?? final, '', dtype)
    if (averages !== null) expectParameters(session, final, 'average/', dtype)
  })
})

const everything = cases.find(({ name, dtype }) => name === 'everything' && dtype === 'f64')
if (everything === undefined) throw new Error('not recorded')

describe('averages', () => {
  const withAverages = everything

  test('are what every epoch is judged by, and what the best one keeps', async () => {
    const session = await prepare(withAverages, 'js')
    const validation = Int32Array.of(0, 1, 2, 3, 8, 9)
    const measured: number[] = []
    const recorded = { ...withAverages, epochs: 8 }
    for await (const event of fit(session, { ...plain(recorded), seed: 1, validation })) {
      if (event.type === 'epoch') measured.push(event.validation?.loss ?? Number.NaN)
    }
    expect(measured).toHaveLength(8)
    expect(session.evaluate(validation).loss).toBe(Math.min(...measured))
  })

  test('do not change what is learnt', async () => {
    const recorded = { ...withAverages, average: null }
    const [without, along] = [await prepare(recorded, 'js'), await prepare(withAverages, 'js')]
    const losses = await train(without, recorded)
    expect(await train(along, withAverages, { validation: Int32Array.of(0, 1, 2) })).toEqual(losses)
    expectParameters(without, withAverages.final, '', 'f64')
  })

  test('are the weights themselves where a training ends before its first update', async () => {
    const session = await prepare(withAverages, 'js')
    await train(session, withAverages, { signal: AbortSignal.abort() })
    expectParameters(session, withAverages.layers, '', 'f64')
  })
})

describe('weights of rows and classes', () => {
  test('a row of weight 2 is two rows, and one of weight 0 none', async () => {
    const { rowWeights: _, ...rest } = everything
    const recorded: RegimeCase = {
      ...rest,
      rowWeights: { shape: [12], data: Array.from({ length: 12 }, () => 1) },
    }
    const session = await prepare(recorded, 'js')
    const { input, target } = recorded
    const some = (rows: number[]) => ({
      rows: rows.length,
      inputs: {
        x: Float64Array.from(rows.flatMap((row) => input.data.slice(4 * row, 4 * row + 4))),
      },
      targets: { y: Int32Array.from(rows, (row) => target.data[row] ?? 0) },
    })
    session.bind({ ...some([0, 1, 2]), weights: { y: Float64Array.of(2, 0, 1) } })
    const weighed = session.evaluate().loss
    session.bind(some([0, 0, 2])) // without weights all count the same
    expect(weighed).toBeCloseTo(session.evaluate().loss, 13)
  })

  test('metrics take the rows by their weights, and the classes as they are', async () => {
    const metrics = [{ head: 'y', metric: registry.make('metric', 'accuracy') }]
    const shaped = inferShapes(graphOf(everything))
    const session = await Session.create(
      shaped,
      { maxBatch: 4, metrics, precision: 'f64' },
      chooseEngine({ engine: 'js' }),
    )
    session.initialise(1)
    setParameters(session, everything.layers)
    const { input, target, rowWeights } = everything
    const x = elements(input, 'f64')
    const y = elements(target, 'i32')
    session.bind({
      rows: 12,
      inputs: { x },
      targets: { y },
      weights: { y: elements(rowWeights ?? input, 'f64') },
    })
    const shares = session.predict()['y'] ?? []
    const right = Array.from(y, (k, row) => {
      const own = shares.slice(3 * row, 3 * row + 3)
      return Math.max(...own) === own[k] ? (rowWeights?.data[row] ?? 0) : 0
    })
    const all = rowWeights?.data.reduce((sum, weight) => sum + weight, 0) ?? 0
    expect(session.evaluate()['accuracy']).toBeCloseTo(
      right.reduce((sum, w) => sum + w, 0) / all,
      13,
    )
  })

  test('as many weights as there are classes are needed', () => {
    const graph = graphOf({ ...everything, classWeights: [1, 2] })
    const created = Session.create(
      inferShapes(graph),
      { maxBatch: 4 },
      chooseEngine({ engine: 'js' }),
    )
    return expect(created).rejects.toMatchObject({
      code: 'graph-invalid',
      message: 'the head `y` has 2 weights of classes for [B, 3]',
    })
  })
})
