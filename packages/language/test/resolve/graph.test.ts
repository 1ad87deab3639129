import { inferShapes, refKey } from '@chainrule/core'
import { describe, expect, it } from 'vitest'
import { parse, resolve } from '../../src/index.ts'
import { registry } from '../support/registry.ts'
import { experimentOf, factsOf, outcome } from '../support/resolving.ts'

/** A graph on a few lines: what each node reads. */
function wiring(text: string, facts = factsOf('number')): string[] {
  return experimentOf(text, facts).graph.nodes.map(({ name, instance, inputs }) => {
    const from = inputs.map((ref) => (ref === undefined ? '-' : refKey(ref))).join(' ')
    return `${from} -> ${name}${instance === name ? '' : ` (${instance})`}`
  })
}

describe('pipelines', () => {
  it('become chains of nodes that are called after their layers', () => {
    expect(wiring('dense 16 relu -> relu -> dense 8 -> tanh -> dense 1')).toEqual([
      ...['@input -> dense1', 'dense1.h -> relu1', 'relu1.h -> dense2', 'dense2.h -> tanh1'],
      'tanh1.h -> dense3',
    ])
  })

  it('avoid the names that the text gives', () => {
    expect(wiring('dense 4 relu -> dense 4 relu as dense1\n@dense1 -> dense 1')).toEqual([
      ...['@input -> dense2', 'dense2.h -> dense1', 'dense1.h -> dense3'],
    ])
  })

  it('are joined by names, also of several tensors', () => {
    const text = `
      input a 4
      input b 2
      @a -> dense 3 relu as left
      @b -> dense 5 relu as right
      [@left, @right] -> join -> dense 1`
    const facts = factsOf('number', { inputs: [] })
    expect(wiring(text, facts)).toEqual([
      ...['@a -> left', '@b -> right', 'left.h right.h -> join1', 'join1.h -> dense1'],
    ])
    expect(experimentOf(text, facts).shaped?.nodes[2]?.outputShapes['h']?.[1]).toBe(8)
  })

  it('read further outputs of a layer', () => {
    const text =
      'halve as h -> dense 2 relu as a\n@h.rest -> dense 2 relu as b\n[@a, @b] -> join -> dense 1'
    expect(wiring(text)).toContain('h.rest -> b')
  })

  it('apply the layers of a pipeline again, with the same weights', () => {
    const text = `
      input a 4
      input b 4
      @a -> dense 8 relu -> tanh -> dense 3 as code
      @b -> same @code as twin
      [@code, @twin] -> join -> dense 1`
    const facts = factsOf('number', { inputs: [] })
    expect(wiring(text, facts)).toEqual([
      ...['@a -> dense1', 'dense1.h -> tanh1', 'tanh1.h -> code'],
      ...['@b -> dense1#2 (dense1)', 'dense1#2.h -> tanh1#2 (tanh1)', 'tanh1#2.h -> twin (code)'],
      ...['code.h twin.h -> join1', 'join1.h -> dense2'],
    ])
    const { graph } = experimentOf(text, facts)
    expect(graph.instances.map(({ name }) => name)).toEqual([
      ...['dense1', 'tanh1', 'code', 'join1', 'dense2'],
    ])
  })

  it('go through braces: an arm of a branch each, a sum around a residual', () => {
    const text = `
      branch {
        dense 3 relu
        identity
      } -> concat -> residual { dense 7 tanh } -> dense 1`
    expect(wiring(text)).toEqual([
      ...['@input -> dense1', '@input -> identity1', 'dense1.h identity1.h -> concat1'],
      ...['concat1.h -> dense2', 'dense2.h concat1.h -> add1', 'add1.h -> dense3'],
    ])
  })

  it('are copied by `repeat`, each copy with weights of its own', () => {
    expect(wiring('dense 4 relu -> repeat 2 { dense 4 relu } as deep -> dense 1')).toEqual([
      ...['@input -> dense1', 'dense1.h -> deep.0.dense1', 'deep.0.dense1.h -> deep.1.dense1'],
      'deep.1.dense1.h -> dense2',
    ])
  })

  it('stand for the braces of a block, with its parameters and their defaults', () => {
    const text = `
      let base = 2
      block cell(w, act = tanh) { let v = w * base; dense v act -> dense w }
      cell 3 -> cell 4 act=relu as second -> repeat 2 { cell 4 } -> dense 1`
    expect(wiring(text)).toEqual([
      ...['@input -> cell1.dense1', 'cell1.dense1.h -> cell1.dense2'],
      ...['cell1.dense2.h -> second.dense1', 'second.dense1.h -> second.dense2'],
      ...['second.dense2.h -> cell2.0.dense1', 'cell2.0.dense1.h -> cell2.0.dense2'],
      ...['cell2.0.dense2.h -> cell2.1.dense1', 'cell2.1.dense1.h -> cell2.1.dense2'],
      'cell2.1.dense2.h -> dense1',
    ])
    const { graph } = experimentOf(text)
    expect(graph.instances.map(({ config }) => config['units'])).toEqual([
      6, 3, 8, 4, 8, 4, 8, 4, 1,
    ])
  })

  it('see names around their braces, and keep their own to themselves', () => {
    const text = `
      dense 4 relu as start -> branch {
        dense 4 relu as inner -> dense 4
        [@start, @inner] -> add
      } -> add -> dense 1`
    expect(wiring(text)).toContain('start.h inner.h -> add1')
  })

  it('are applied again with all that their braces hold', () => {
    const text = `
      input a 4
      input b 4
      @a -> residual { dense 4 relu } -> branch { dense 2; identity } -> concat as code
      @b -> same @code as twin
      [@code, @twin] -> join -> dense 1`
    const facts = factsOf('number', { inputs: [] })
    expect(wiring(text, facts)).toEqual([
      ...['@a -> dense1', 'dense1.h @a -> add1'],
      ...['add1.h -> dense2', 'add1.h -> identity1', 'dense2.h identity1.h -> code'],
      ...['@b -> dense1#2 (dense1)', 'dense1#2.h @b -> add1#2 (add1)'],
      ...['add1#2.h -> dense2#2 (dense2)', 'add1#2.h -> identity1#2 (identity1)'],
      'dense2#2.h identity1#2.h -> twin (code)',
      ...['code.h twin.h -> join1', 'join1.h -> dense3'],
    ])
  })

  it('end where blocks double blocks again and again', () => {
    const doubling = Array.from({ length: 40 }, (_, i) => `block b${i + 1} { b${i} -> b${i} }`)
    const text = ['block b0 { dense 4 relu }', ...doubling, 'b40 -> dense 1'].join('\n')
    expect(outcome(text).codes).toContain('too-many-layers')
    expect(outcome(text.replace('dense 4 relu', 'dnese 4')).codes).toContain('unknown-layer')
  })

  it('are not too many in silence where braces that hold no layer are copied', () => {
    const { codes, experiment, shown } = outcome('input x 4\n@x -> repeat 600000 { @x } -> dense 1')
    expect(codes).toContain('too-many-layers')
    expect(experiment).toBeUndefined()
    expect(shown).toContain('blocks and braces are copied more than 100,000 times')
    expect(shown).not.toContain('100,000 layers')
  })

  it('hands on what each copy of a `repeat` gives, by its number', () => {
    const text =
      'repeat 3 { dense 4 relu } as c -> dense 1 as a\n@c.0 -> dense 1 as b\n@c.2 -> dense 1 as d'
    const { experiment, shown } = outcome(text)
    expect(shown).toBe('')
    const inputs = new Map(experiment?.graph.nodes.map(({ name, inputs }) => [name, inputs[0]]))
    expect(inputs.get('b')).toEqual({ node: 'c.0.dense1' })
    expect(inputs.get('d')).toEqual(inputs.get('a'))
  })

  it('may be copied often where a layer comes of it each time', () => {
    const { experiment, shown } = outcome('block cell { relu }\nrepeat 60000 { cell } -> dense 1')
    expect(shown).toBe('')
    expect(experiment?.graph.nodes).toHaveLength(60_001)
  })

  // Each doubles what it is given, twice a block: after twenty a million items, read a million times, took two minutes.
  it('end where blocks double what they hand to each other', () => {
    const doubling = Array.from(
      { length: 20 },
      (_, i) => `block b${i + 1}(w) { b${i} [w, w] -> b${i} w }`,
    )
    const text = ['block b0(w) { dense w relu }', ...doubling, 'b20 8 -> dense 1'].join('\n')
    const { codes, shown } = outcome(text)
    expect(codes).toContain('value-too-large')
    expect(shown).toContain('a value of 1023 items is too large')
  })

  it('stop growing where `same` doubles them again and again', () => {
    const doubling = Array.from({ length: 40 }, (_, i) => `same @x${i} -> same @x${i} as x${i + 1}`)
    const text = ['dense 4 relu as x0', ...doubling].join('\n')
    expect(outcome(text).codes).toContain('too-many-layers')
  })

  it('stand inside a model that has a name', () => {
    const text = 'let w = 8\nmodel small { let v = w / 2; dense w relu -> dense v relu -> dense 1 }'
    const { name, graph } = experimentOf(text)
    expect(name).toBe('small')
    expect(graph.instances.map(({ config }) => config['units'])).toEqual([8, 4, 1])
  })
})

describe('layers', () => {
  it('take constants, arithmetic and activations with arguments', () => {
    const text = 'let w = 64\nlet act = leaky-relu(slope=20%)\ndense (w / 2 + 1) act -> dense 1'
    const [first] = experimentOf(text).graph.instances
    expect(first?.config).toMatchObject({
      units: 33,
      activation: { name: 'leaky-relu', config: { slope: 0.2 } },
    })
  })

  const sums: readonly [string, number][] = [
    ['2 + 3 * 4', 14],
    ['(2 + 3) * 4', 20],
    ['20 - 5 - 4', 11],
    ['64 / 4 / 2', 8],
    ['-2 + 10', 8],
    ['200 * 5%', 10],
    ['2 * -(-4)', 8],
  ]
  for (const [written, value] of sums) {
    it(`reads ${written} as ${value}`, () => {
      const [first] = experimentOf(`let n = ${written}\ndense n relu -> dense 1`).graph.instances
      expect(first?.config['units']).toBe(value)
    })
  }

  it('take penalties and freezing beside their own options', () => {
    const text = 'dense 8 relu l1=1e-5 l2=1e-4 freeze=true bias=false -> dense 1'
    const [first, last] = experimentOf(text).graph.instances
    expect(first).toMatchObject({ l1: 1e-5, l2: 1e-4, freeze: true, config: { bias: false } })
    expect(Object.keys(first?.config ?? {})).toEqual(['units', 'activation', 'bias', 'weights'])
    expect(Object.keys(last ?? {})).toEqual(['name', 'layer', 'config'])
  })

  it('are penalised by `regularise`, but for exceptions by kind, name, layer and parameter', () => {
    const text = `
      let small = 1e-5
      dense 8 relu as first -> repeat 2 { dense 8 relu } as cell -> norm as scaled -> dense 1
      regularise l2 small except=[bias, gain]
      regularise l1 0.5 except=[@scaled, @first.bias, @cell.1, scale]
      regularise l2 1 on @cell.0
      regularise l1 2 on @first.weight`
    const { graph, settings } = experimentOf(text.replace(', gain', ''), factsOf('number'))
    expect(graph.penalties).toEqual([
      { kind: 'l2', factor: 1e-5, except: [{ role: 'bias' }] },
      {
        ...{ kind: 'l1', factor: 0.5 },
        except: [
          { instance: 'scaled' },
          { instance: 'first', parameter: 'bias' },
          { instance: 'cell.1.dense1' },
          { role: 'scale' },
        ],
      },
      { kind: 'l2', factor: 1, on: [{ instance: 'cell.0.dense1' }] },
      { kind: 'l1', factor: 2, on: [{ instance: 'first', parameter: 'weight' }] },
    ])
    expect(settings.filter((line) => line.startsWith('regularise'))).toEqual([
      'regularise l2 0.00001 except=[bias]',
      'regularise l1 0.5 except=[@scaled, @first.bias, @cell.1, scale]',
      'regularise l2 1 on @cell.0',
      'regularise l1 2 on @first.weight',
    ])
    const { codes } = outcome(text, { facts: factsOf('number') })
    expect(codes).toEqual(['unknown-parameter'])
  })

  it('are tied by a reference, also from within braces, to one that is tied, and to a layer within a stage', () => {
    const ties = (text: string) =>
      Object.fromEntries(
        experimentOf(text, factsOf('number')).graph.instances.flatMap(({ name, ties }) =>
          ties === undefined ? [] : [[name, ties]],
        ),
      )
    const to = (instance: string, parameter = 'weight') => ({ weight: { instance, parameter } })
    expect(
      ties(
        'init zeros\ndense 4 relu as a -> repeat 2 { dense 4 relu weights=@a.weight } -> dense 1',
      ),
    ).toEqual({ 'repeat1.0.dense1': to('a'), 'repeat1.1.dense1': to('a') })
    expect(
      ties(
        'dense 4 relu as a -> dense 4 relu weights=@a.weight as b -> dense 4 weights=@b.weight -> tanh -> dense 1',
      ),
    ).toEqual({ b: to('a'), dense1: to('a') })
    expect(
      ties('repeat 2 { dense 4 relu } as r -> dense 4 relu weights=@r.1.dense1.weight -> dense 1'),
    ).toEqual({ dense1: to('r.1.dense1') })
    expect(
      ties('block c { dense 4 relu as in -> dense 4 relu weights=@in.weight }\nc -> c -> dense 1'),
    ).toEqual({ 'c1.dense1': to('c1.in'), 'c2.dense1': to('c2.in') })
  })

  it('are penalised where they belong, also by the name of a layer that is tied', () => {
    const tied = 'dense 4 relu as a -> dense 4 relu weights=@a.weight bias=false as b -> dense 1\n'
    const { graph } = experimentOf(`${tied}regularise l2 1 on @b.weight`, factsOf('number'))
    expect(graph.penalties?.[0]?.on).toEqual([{ instance: 'a', parameter: 'weight' }])
    const { codes } = outcome(`${tied}regularise l2 1 on @b`, { facts: factsOf('number') })
    expect(codes).toEqual(['penalty-without-parameters'])
  })

  it('are outputs all the same where they are tied to only', () => {
    const text = 'input x 4\n@x -> dense 4 as a\n@x -> dense 4 weights=@a.weight as b'
    const { graph, shaped } = experimentOf(text)
    expect(graph.heads.map(({ name }) => name)).toEqual(['a', 'b'])
    expect(shaped?.instances.map(({ parameters }) => Object.keys(parameters))).toEqual([
      ['weight', 'bias'],
      ['bias'],
    ])
  })

  it('have what the braces around them say, unless they say otherwise', () => {
    const text = `
      block cell(w) { dense w relu -> dense w relu freeze=false }
      cell 4 freeze=true l2=0.5
      -> repeat 2 l1=0.25 { dense 4 relu -> residual freeze=true { dense 4 relu l1=0 } }
      -> dense 1`
    const said = experimentOf(text, factsOf('number')).graph.instances.map(
      ({ name, freeze, l1, l2 }) => `${name} ${freeze} ${l1} ${l2}`,
    )
    expect(said).toEqual([
      'cell1.dense1 true undefined 0.5',
      'cell1.dense2 false undefined 0.5',
      ...[0, 1].flatMap((copy) => [
        `repeat1.${copy}.dense1 undefined 0.25 undefined`,
        `repeat1.${copy}.dense2 true 0 undefined`,
        `repeat1.${copy}.add1 undefined 0.25 undefined`,
      ]),
      'dense1 undefined undefined undefined',
    ])
  })

  it('draw weights by `init` where they do not say by what', () => {
    const text = 'init normal(0.02)\ndense 8 relu -> dense 1 weights=zeros'
    const drawn = experimentOf(text).graph.instances.map(({ config }) => config['weights'])
    expect(drawn).toMatchObject([
      { name: 'normal', config: { deviation: 0.02 } },
      { name: 'zeros' },
    ])
  })
})

describe('inputs', () => {
  it('take their shape from the data', () => {
    const { graph, shaped } = experimentOf('dense 1', factsOf('number'))
    expect(graph.inputs).toEqual([{ name: 'input', shape: [4], dtype: 'f32' }])
    expect(shaped?.nodes).toHaveLength(1)
  })

  it('keep a declared shape of as many numbers, and how bytes are read', () => {
    const normalise = { mean: 33, deviation: 78 }
    const image = {
      input: undefined,
      shape: [4],
      dtype: 'u8' as const,
      normalise,
      origin: 'pixels',
    }
    const facts = factsOf('number', { inputs: [image] })
    const { graph } = experimentOf('input image 1x4\n@image -> dense 1 as y', {
      ...facts,
      targets: [],
    })
    expect(graph.inputs).toEqual([{ name: 'image', shape: [1, 4], dtype: 'u8', normalise }])
  })

  it('hold whole numbers where they say so', () => {
    const { graph } = experimentOf('input tokens 64 integer\n@tokens -> look-up -> dense 1')
    expect(graph.inputs).toEqual([{ name: 'tokens', shape: [64], dtype: 'i32' }])
  })

  it('must be known where the caller needs shapes', () => {
    expect(outcome('dense 1', { requireShapes: true }).shown).toBe(
      `error[input-unknown]: the shape of the input is not known
 --> model.mlp:1:1
1 | dense 1
  | ^^^^^^^ how many numbers come in here?
  = help: declare it, \`input x 4\` for four numbers a row, or name data: it follows from their columns`,
    )
    expect(outcome('dense 1', { requireShapes: true, facts: factsOf('number') }).codes).toEqual([])
    expect(outcome('input x 4\ndense 1', { requireShapes: true }).codes).toEqual([])
  })
})

describe('how it is trained', () => {
  it('has defaults', () => {
    const { optimizer, fit } = experimentOf('dense 1')
    expect(optimizer).toMatchObject({ name: 'adam', common: { lr: 0.001 } })
    expect(fit).toEqual({
      epochs: 100,
      batch: 32,
      seed: 42,
      shuffle: true,
      accumulate: 1,
      stop: {},
    })
  })

  const lengths: readonly [number, string, number][] = [
    [4, '', 500],
    [120, '', 500],
    [960, '', 100],
    [960, 'train batch=64', 200],
    [960, 'train batch=16 accumulate=2', 100],
    [60_000, '', 10],
    [60_000, 'train epochs=3', 3],
  ]
  for (const [trainRows, written, epochs] of lengths) {
    it(`makes ${epochs} epochs of ${trainRows} rows${written === '' ? '' : ` with ${written}`}`, () => {
      const facts = factsOf('number', { trainRows })
      expect(experimentOf(`dense 1\n${written}`, facts).fit.epochs).toBe(epochs)
    })
  }

  it('is as the text says', () => {
    const text = `
      dense 8 relu -> dense 1
      loss huber delta=1.5
      optimizer sgd lr=0.05 momentum=0.9 nesterov=true clip=1.0 schedule=step([30, 60], gamma=0.1)
      train epochs=90 batch=16 shuffle=false accumulate=4
      stop watch=val.rmse patience=8 restore=last
      metrics rmse
      seed 7`
    const { optimizer, fit, metrics, graph } = experimentOf(text)
    expect(graph.heads[0]?.loss).toMatchObject({ name: 'huber', config: { delta: 1.5 } })
    expect(optimizer).toMatchObject({
      name: 'sgd',
      config: { momentum: 0.9, nesterov: true },
      common: { lr: 0.05, clip: 1, schedule: { name: 'step', config: { milestones: [30, 60] } } },
    })
    expect(fit).toEqual({
      ...{ epochs: 90, batch: 16, seed: 7, shuffle: false, accumulate: 4 },
      stop: { watch: 'validation.rmse', patience: 8, restore: 'last' },
    })
    expect(metrics.map(({ metric }) => metric.name)).toEqual(['rmse'])
  })

  it('is shown as statements that say the same', () => {
    const text = `
      data csv "a.csv" { target "a b"; split train=70% test=15% stratify="a b" }
      dense 8 relu -> dense 1
      init he
      loss huber delta=1.5
      optimizer adamw lr=3e-4 schedule=cosine(warmup=500, floor=1e-6)
      stop patience=8`
    const first = experimentOf(text)
    expect(first.settings).toEqual([
      'split train=70% validate=15% test=15% stratify="a b"',
      'scale standard',
      'loss huber delta=1.5 // of the target, standardised',
      'optimizer adamw lr=0.0003 schedule=cosine(warmup=500, floor=0.000001) decay=0.01 beta1=0.9 beta2=0.999 epsilon=1e-8',
      'train epochs=100 batch=32 shuffle=true accumulate=1',
      'metrics [mae, r2]',
      'init he',
      'seed 42',
      'stop watch=validation.loss patience=8 restore=best',
    ])
    const again = `data csv "a.csv" { target "a b" }\ndense 8 relu -> dense 1\n${first.settings.join('\n')}`
    expect(experimentOf(again).settings).toEqual(first.settings)
  })
})

describe('an experiment', () => {
  it('is called after its file where the model has no name', () => {
    const name = (file?: string) =>
      resolve(parse('dense 1').ast, { registry, ...(file === undefined ? {} : { file }) })
        .experiment?.name
    expect(name('models/iris.mlp')).toBe('iris')
    expect(name('C:\\models\\iris.mlp')).toBe('iris')
    expect(name('<text>')).toBe('main')
    expect(name()).toBe('main')
  })

  it('keeps the documentation of its model', () => {
    const text = '/// the inputs\ninput x 4\n/// A small model\n/// of two layers.\n@x -> dense 1'
    expect(experimentOf(text).doc).toBe('A small model\nof two layers.')
    expect(experimentOf('/// Seeds\nseed 1\ndense 1').doc).toBe('Seeds')
    expect(experimentOf('dense 1').doc).toBeUndefined()
  })

  it('has the shapes that core infers', () => {
    const { graph, shaped } = experimentOf('dense 16 relu -> dense 1', factsOf('number'))
    expect(shaped?.nodes.map(({ outputShapes }) => outputShapes)).toEqual(
      inferShapes(graph).nodes.map(({ outputShapes }) => outputShapes),
    )
  })

  it('is missing where the syntax is broken, and nothing is said of what follows from that', () => {
    const found = outcome('let width = = 4\ndense width relu -> dense 1')
    expect(found.experiment).toBeUndefined()
    expect(found.codes).not.toContain('unknown-constant')
    expect(found.codes).not.toContain('unused-constant')
  })
})
