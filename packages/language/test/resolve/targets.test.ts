import { describe, expect, it } from 'vitest'
import type { TargetFacts } from '../../src/index.ts'
import { experimentOf, factsOf, outcome } from '../support/resolving.ts'

const csv = 'data csv "a.csv" { target y }\n'
type Kind = Parameters<typeof factsOf>[0]

describe('defaults by the kind of target', () => {
  const table: readonly [Kind, string, { loss: string; target: string; metrics: string[] }][] = [
    ['number', 'dense 1', { loss: 'mse', target: 'number', metrics: ['mae', 'r2'] }],
    ['numbers', 'dense 2', { loss: 'mse', target: 'number', metrics: ['mae', 'r2'] }],
    ['three', 'dense 3', { loss: 'cross-entropy', target: 'class', metrics: ['accuracy'] }],
    ['two', 'dense 2', { loss: 'cross-entropy', target: 'class', metrics: ['accuracy'] }],
    ['two', 'dense 1', { loss: 'binary-cross-entropy', target: 'binary', metrics: ['accuracy'] }],
    ['truth', 'dense 1', { loss: 'binary-cross-entropy', target: 'binary', metrics: ['accuracy'] }],
    ['truth', 'dense 2', { loss: 'cross-entropy', target: 'class', metrics: ['accuracy'] }],
  ]
  for (const [kind, last, { loss, target, metrics }] of table) {
    it(`gives ${last} on a target of kind ${kind} the loss ${loss}`, () => {
      const found = experimentOf(`${csv}dense 16 relu -> ${last}`, factsOf(kind))
      const [head] = found.graph.heads
      expect(head?.loss).toMatchObject({ name: loss, target })
      expect(found.metrics.map(({ head, metric }) => [head, metric.name])).toEqual(
        metrics.map((metric) => ['output', metric]),
      )
    })
  }

  const fitting: readonly [Kind, string, { name: string; target: string }][] = [
    ['two', 'dense 1\nloss hinge', { name: 'hinge', target: 'binary' }],
    ['two', 'dense 2\nloss hinge', { name: 'hinge', target: 'class' }],
    ['three', 'dense 3\nloss hinge', { name: 'hinge', target: 'class' }],
    ['truth', 'dense 1\nloss focal gamma=1', { name: 'focal', target: 'binary' }],
    ['truth', 'dense 2\nloss focal', { name: 'focal', target: 'class' }],
    ['number', 'dense 1\nloss log-cosh', { name: 'log-cosh', target: 'number' }],
    ['two', 'dense 1 sigmoid\nloss poisson', { name: 'poisson', target: 'number' }],
  ]
  for (const [kind, text, loss] of fitting) {
    it(`takes ${JSON.stringify(text)} for a target of kind ${kind} as ${loss.target}`, () => {
      expect(experimentOf(`${csv}${text}`, factsOf(kind)).graph.heads[0]?.loss).toMatchObject(loss)
    })
  }

  it('without data takes an output of one number as yes or no, where the loss may', () => {
    const targetOf = (text: string) => experimentOf(text).graph.heads[0]?.loss?.target
    expect(targetOf('input x 4\ndense 1\nloss focal')).toBe('binary')
    expect(targetOf('input x 4\ndense 3\nloss focal')).toBe('class')
    expect(targetOf('dense 3\nloss hinge')).toBe('class')
  })

  it('standardises number targets, and only these', () => {
    const standardised = (kind: Kind, text: string) =>
      experimentOf(text, factsOf(kind)).graph.heads[0]?.standardise
    expect(standardised('number', 'dense 1')).toBe(true)
    expect(standardised('number', 'dense 1\nloss huber')).toBe(true)
    expect(standardised('two', 'dense 1')).toBeUndefined()
    expect(standardised('three', 'dense 3')).toBeUndefined()
    expect(standardised('number', 'dense 1\nloss log-cosh')).toBe(true)
    for (const own of ['poisson', 'cosine', 'kl-divergence'])
      expect(standardised('number', `dense 1\nloss ${own}`)).toBeUndefined()
  })

  it('leaves the target as it is where the text says so or the last activation has a range', () => {
    const [head] = experimentOf(`${csv}dense 1 sigmoid`, factsOf('number')).graph.heads
    expect(head?.standardise).toBeUndefined()
    const unscaled = `data csv "a.csv" { target y; scale none }\ndense 1`
    expect(experimentOf(unscaled, factsOf('number')).graph.heads[0]?.standardise).toBeUndefined()
    const linear = experimentOf(`${csv}dense 1 linear`, factsOf('number'))
    expect(linear.graph.heads[0]?.standardise).toBe(true)
  })

  it('weighs the classes as the text says, or by how many training rows each has', () => {
    const text = (weights: string) => `${csv}dense 3\nloss cross-entropy class-weights=${weights}`
    const facts = (counts: readonly number[]) =>
      factsOf('three', { targets: [{ ...factsOf('three').targets[0], counts } as TargetFacts] })
    const weightsOf = (weights: string, counts: readonly number[] = [30, 10, 20]) =>
      experimentOf(text(weights), facts(counts)).graph.heads[0]?.classWeights
    expect(weightsOf('[1, 2, 0.5]')).toEqual([1, 2, 0.5])
    expect(weightsOf('balanced')).toEqual([60 / 90, 60 / 30, 1])
    expect(weightsOf('balanced', [30, 0, 30])).toEqual([60 / 90, 1, 60 / 90])
    const { settings } = experimentOf(text('[1, 2, 0.5]'), facts([1, 1, 1]))
    expect(settings).toContain('loss cross-entropy smoothing=0 class-weights=[1, 2, 0.5]')
    const named = `let w = balanced\n${csv}dense 1\nloss mse class-weights=w`
    const two = { ...factsOf('two').targets[0], counts: [1, 3] } as TargetFacts
    const [head] = experimentOf(named, factsOf('two', { targets: [two] })).graph.heads
    expect(head?.classWeights).toEqual([2, 4 / 6])
  })

  it('weighs rows by the column that the target names', () => {
    const weighed = 'data csv "a.csv" { target y weight=importance }\ndense 1'
    expect(experimentOf(weighed, factsOf('number')).graph.heads[0]?.weighted).toBe(true)
    expect(outcome(weighed).request?.targets).toMatchObject([{ weight: { value: 'importance' } }])
    const plain = experimentOf(`${csv}dense 1`, factsOf('number'))
    expect(plain.graph.heads[0]?.weighted).toBeUndefined()
    const list = 'data csv "a.csv" { target [y, z] weight="how much" }\ndense 2'
    const named = outcome(list).request?.targets.map(({ name, weight }) => [
      name.value,
      weight?.value,
    ])
    expect(named).toEqual([
      ['y', 'how much'],
      ['z', 'how much'],
    ])
  })

  it('trains two classes as 0 and 1 by a loss between numbers', () => {
    const text = 'dense 8 tanh -> dense 1 sigmoid\nloss squared\nmetrics [accuracy, mae]'
    const found = experimentOf(text, factsOf('two'))
    expect(found.graph.heads[0]).toMatchObject({ loss: { name: 'squared', target: 'number' } })
    expect(found.graph.heads[0]?.standardise).toBeUndefined()
    expect(found.metrics.map(({ metric }) => metric.name)).toEqual(['accuracy', 'mae'])
  })

  it('gives no loss where nothing tells what the target is', () => {
    const found = experimentOf('dense 16 relu -> dense 1')
    expect(found.graph.heads).toEqual([{ name: 'output', from: { node: 'dense2' } }])
    expect(found.shaped).toBeUndefined()
    expect(found.metrics).toEqual([])
  })
})

describe('several outputs', () => {
  const text = `
    input x 4
    data csv "a.csv" { features @x [a, b]; target kind on @label; target cost on @price }
    @x -> dense 16 relu as trunk
    @trunk -> dense 3 as label
    @trunk -> dense 1 as price
    loss cross-entropy weight=0.7 on @label
    metrics [accuracy] on @label
    metrics [rmse] on @price
    stop watch=val.price.rmse
  `
  const target = { width: 1, classes: ['a', 'b', 'c'] }
  const facts = factsOf('number', {
    targets: [
      { ...target, head: 'label', name: 'kind', kind: 'class' },
      { ...target, head: 'price', name: 'cost', kind: 'number', classes: [] },
    ],
  })

  it('have losses, weights and metrics of their own', () => {
    const { graph, metrics, fit } = experimentOf(text, facts)
    const [label, price] = graph.heads
    expect(label).toMatchObject({ name: 'label', lossWeight: 0.7, from: { node: 'label' } })
    expect(label?.loss?.name).toBe('cross-entropy')
    expect(price).toMatchObject({ name: 'price', standardise: true, loss: { name: 'mse' } })
    expect(price?.lossWeight).toBeUndefined()
    expect(metrics.map(({ head, metric }) => `${head}.${metric.name}`)).toEqual([
      ...['label.accuracy', 'price.rmse'],
    ])
    expect(fit.stop).toEqual({ watch: 'validation.price.rmse' })
  })

  it('are watched by the loss of one', () => {
    const watching = text.replace('val.price.rmse', 'val.price.loss')
    expect(experimentOf(watching, facts).fit.stop).toEqual({ watch: 'validation.price.loss' })
  })

  it('are renamed and chosen by `output`', () => {
    const chosen = text
      .replace('on @price }', 'on @cost }')
      .replace('[rmse] on @price', '[rmse] on @cost')
      .replace('val.price', 'val.cost')
      .concat('\noutput label=@label cost=@price')
    const changed = { ...facts, targets: facts.targets.map((each) => each) }
    const renamed = changed.targets.map((each) =>
      each.head === 'price' ? { ...each, head: 'cost' } : each,
    )
    const { graph } = experimentOf(chosen, { ...facts, targets: renamed })
    expect(graph.heads.map(({ name, from }) => [name, from])).toEqual([
      ['label', { node: 'label' }],
      ['cost', { node: 'price' }],
    ])
  })

  it('show the loss that does not fit one of them', () => {
    const wrong = text.replace('loss cross-entropy weight=0.7 on @label', 'loss mse')
    expect(outcome(wrong, { facts }).codes).toEqual(['loss-mismatch'])
  })
})

const request = (text: string) => {
  const found = outcome(text)
  expect(found.shown).toBe('')
  if (found.request === undefined) throw new Error('no request')
  return found.request
}

describe('the data request', () => {
  it('holds everything that a text says of its data', () => {
    const text = `seed 7
data csv "iris.csv" header=false delimiter=";" {
  target species
  features [a, "b c", wind.speed]
  column a category missing=most
  split train=70% validate=15% test=15% stratify=species
  scale minmax
}
dense 3`
    const found = request(text)
    expect(found).toMatchObject({
      source: { kind: 'csv', path: { value: 'iris.csv' }, header: false, delimiter: ';' },
      features: [{ input: undefined }],
      targets: [{ name: { value: 'species' }, head: undefined }],
      columns: [{ name: { value: 'a' }, type: 'category', missing: 'most' }],
      split: { train: 0.7, validate: 0.15, test: 0.15, order: 'random' },
      scale: { value: 'minmax' },
      seed: 7,
    })
    expect(found.features[0]?.names.map(({ value }) => value)).toEqual(['a', 'b c', 'wind.speed'])
    const written = (span?: { start: number; end: number }) => text.slice(span?.start, span?.end)
    expect(written(found.targets[0]?.name.span)).toBe('species')
    expect(written(found.source.kind === 'csv' ? found.source.path.span : undefined)).toBe(
      '"iris.csv"',
    )
    expect(written(found.split.stratify?.span)).toBe('species')
  })

  it('fills in what is left out', () => {
    expect(request('data json "a.json" { target y }\ndense 1')).toMatchObject({
      source: { kind: 'json', path: { value: 'a.json' } },
      inputs: [],
      features: [],
      columns: [],
      split: { train: 0.8, validate: 0.2, test: 0, stratify: undefined, order: 'random' },
      scale: { value: 'standard' },
      seed: 42,
    })
  })

  const splits: readonly [string, [number, number, number]][] = [
    ['train=70%', [0.7, 0.3, 0]],
    ['train=0.7', [0.7, 0.3, 0]],
    ['train=70% test=10%', [0.7, 0.2, 0.1]],
    ['train=70% test=30%', [0.7, 0, 0.3]],
    ['train=100%', [1, 0, 0]],
    ['validate=30%', [0.7, 0.3, 0]],
    ['val=30%', [0.7, 0.3, 0]],
    ['validation=10% test=20%', [0.7, 0.1, 0.2]],
    ['test=20%', [0.64, 0.16, 0.2]],
    ['train=60% validate=20% test=20%', [0.6, 0.2, 0.2]],
    ['order=ordered', [0.8, 0.2, 0]],
  ]
  for (const [written, [train, validate, test]] of splits) {
    it(`completes \`split ${written}\``, () => {
      const { split } = request(`data csv "a.csv" { target y; split ${written} }\ndense 1`)
      if (split.by !== 'shares') throw new Error('shares were written')
      expect(split.train).toBeCloseTo(train, 12)
      expect(split.validate).toBeCloseTo(validate, 12)
      expect(split.test).toBeCloseTo(test, 12)
      expect(split.train + split.validate + split.test).toBeCloseTo(1, 12)
    })
  }

  it('names generators with their options', () => {
    const { source } = request(
      'let n = 250\ndata synthetic spiral(points=(n * 2), noise=10%)\ndense 2',
    )
    expect(source).toMatchObject({
      kind: 'synthetic',
      generator: { value: 'spiral' },
      options: { points: 500, noise: 0.1 },
    })
  })

  it('names the files of images and labels', () => {
    const text = 'data idx images="i" labels="l" test-images="ti" test-labels="tl"\ndense 10'
    expect(request(text).source).toMatchObject({
      kind: 'idx',
      images: { value: 'i' },
      labels: { value: 'l' },
      testImages: { value: 'ti' },
      testLabels: { value: 'tl' },
    })
  })

  it('takes directives of the data outside of its braces too', () => {
    const text = 'target y\nsplit train=90%\nscale none\ndata csv "a.csv"\ndense 1'
    expect(request(text)).toMatchObject({ split: { train: 0.9 }, scale: { value: 'none' } })
    expect(request(text).targets).toHaveLength(1)
  })

  it('tells by the loss that whole numbers are classes', () => {
    const as = (loss: string) =>
      request(`data csv "a.csv" { target y }\ndense 1\nloss ${loss}`).targets[0]?.as
    expect(as('cross-entropy')).toBe('class')
    expect(as('binary-cross-entropy')).toBe('binary')
    expect(as('mse')).toBeUndefined()
  })

  it('names declared inputs and their columns', () => {
    const text = `input pixels 28x28 integer
input meta 3
data csv "a.csv" { target y; features @pixels [p]; features @meta [a, b, c] }
@meta -> dense 1
`
    const { inputs, features } = outcome(text).request ?? {}
    expect(inputs).toEqual([
      { name: 'pixels', shape: [28, 28], dtype: 'integer' },
      { name: 'meta', shape: [3], dtype: 'float' },
    ])
    expect(features?.map(({ input }) => input)).toEqual(['pixels', 'meta'])
  })

  it('is missing where something in it is wrong', () => {
    expect(outcome('data csv "a.csv" { target y; scale big }\ndense 1').request).toBeUndefined()
    expect(outcome('dense 1').request).toBeUndefined()
  })
})

describe('a series', () => {
  const text = `data csv "power.csv" time=timestamp group=site {
  features [load, wind.speed]
  target load shift=24
  window 48
  split train="..2024-12" test="2025-01.."
}
dense 1`

  it('is asked for with its time, window, later target and ranges', () => {
    expect(request(text)).toMatchObject({
      series: { time: { value: 'timestamp' }, group: { value: 'site' }, window: { value: 48 } },
      features: [{ names: [{ value: 'load' }, { value: 'wind.speed' }] }],
      targets: [{ name: { value: 'load' }, shift: { value: 24 } }],
      split: {
        by: 'times',
        train: { value: { to: { text: '2024-12' } } },
        test: { value: { from: { text: '2025-01' } } },
      },
    })
  })

  it('is split in its order where the text says nothing, or shares', () => {
    const split = (rest: string) =>
      request(`data csv "a.csv" time=t { target y; ${rest} }\ndense 1`)
    expect(split('').split).toMatchObject({ by: 'shares', train: 0.8, order: 'ordered' })
    expect(split('split train=70%').split).toMatchObject({ train: 0.7, order: 'ordered' })
  })

  it('shows its ranges among the settings', () => {
    expect(experimentOf(text).settings).toContain('split train="..2024-12" test="2025-01.."')
    expect(experimentOf(text).settings).toContain('stop watch=train.loss restore=best')
  })
})

describe('where a reference is unknown', () => {
  it.each([
    ['unknown-reference', 'dense 4 relu as trunk\n@trnk -> dense 1'],
    ['declared-below', '@trunk -> dense 1\ndense 4 relu as trunk'],
  ])('nothing is said of the outputs, nor mended: %s', (code, text) => {
    const { diagnostics } = outcome(`${csv}${text}`, { facts: factsOf('number') })
    expect(diagnostics.map(({ code }) => code)).toEqual([code])
  })
})

describe('`on` with the name of a stage that is no output', () => {
  const two = 'dense 8 relu as trunk\n@trunk -> dense 3 as k\n@trunk -> dense 1 as p\n'
  it.each([
    ['dense 4 relu as t\n@t -> dense 1 as p\nloss mse on @t', [], 'list it: `output t=@t`'],
    [`${two}loss mse on @p\noutput label=@k price=@p`, ['@price'], 'write `@price`'],
  ])('%j is mended by %j', (text, edits, help) => {
    const { diagnostics } = outcome(text)
    const [found, ...others] = diagnostics.filter(({ code }) => code === 'unknown-reference')
    expect(others).toEqual([])
    expect(found?.message).toMatch(/^`@[tp]` is no output of the model$/)
    expect(found?.edits.map((edit) => edit.text)).toEqual(edits)
    expect(found?.help.join()).toContain(help)
  })
})
