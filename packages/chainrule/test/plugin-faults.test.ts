/** What a person reads where a plugin goes wrong: package, plugin and stage, of every kind and stage. */
import {
  defineActivation,
  defineCollectingMetric,
  defineDrivenOptimizer,
  defineInitializer,
  defineLayer,
  defineLoss,
  defineMetric,
  defineOptimizer,
  defineReader,
  defineSchedule,
  defineTableMetric,
  type Plugin,
} from '@chainrule/core'
import { guarded, type PluginSource } from '@chainrule/plugins'
import { limitedTo } from '@chainrule/plugins/node'
import { describe, expect, test } from 'vitest'
import { load } from '../src/index.ts'

/** Written by whoever was not held by types. */
type Any = never
type Stage = (...given: readonly never[]) => unknown

const from = 'chainrule-plugin-bad'
const named = { name: 'bad', summary: 'Wrong.' }

/** A text with the plugin `bad` in one place. */
const textWith = (place: Partial<typeof usual>): string => {
  const { data, activation, weights, layer, loss, optimizer, metric } = { ...usual, ...place }
  return `use "${from}"
${data}
dense 4 ${activation} ${weights} -> ${layer} -> dense 1
loss ${loss}
optimizer ${optimizer}
train epochs=2 batch=10
metrics [${metric}]
`
}
const usual = {
  ...{ data: 'data synthetic plane(points=40)', activation: 'tanh', weights: '' },
  ...{ layer: 'identity', loss: 'mse', optimizer: 'sgd lr=0.1', metric: 'mae' },
}

/** What a training of the text says. A plugin that hangs is not waited for as long as others, on a busy machine, may take. */
async function told(
  plugin: Plugin,
  text: string,
  fault = '',
): Promise<{ code: string; message: string }> {
  const limit = limitedTo(fault === 'hangs' ? 500 : 30_000)
  const plugins: PluginSource = {
    find: async () => ({
      plugins: [guarded(plugin, { package: from, limit })],
      described: false,
    }),
  }
  const source = {
    read: (name: string) => ({ bytes: Uint8Array.of(49, 50), name, quotable: true }),
  }
  try {
    const trained = await load(text, { plugins, source }).fit()
    trained.dispose()
  } catch (error) {
    return error as { code: string; message: string }
  }
  return { code: 'none', message: 'it was trained' }
}

interface Subject {
  readonly title: string
  /** As it is said. */
  readonly stage: string
  readonly place: Partial<typeof usual>
  make(stage: Stage): Plugin
  /** What is said of each result that no type would let through. */
  readonly wrong: readonly (readonly [result: unknown, said: string])[]
}

const rightLoss = (ops: Any, { f, y }: Any): Any => {
  const { sub, sum } = ops as { sub(a: Any, b: Any): Any; sum(a: Any, axis: number): Any }
  return { values: sum(sub(f, y), -1), saved: 0 } as Any
}
const weightSum = (ops: Any, { weight }: Any): Any =>
  ({ sum: (ops as { sum(a: Any, axes: number[]): Any }).sum(weight, [0]) }) as Any
const same = (_: unknown, [h]: readonly unknown[]): Any => h as Any
const identity = (_ops: unknown, _parameters: unknown, [h]: readonly unknown[]): Any =>
  ({ h, saved: {} }) as Any

const parameter = { shape: [3], initializer: { name: 'ones', sample: () => 0 }, role: 'weight' }

const noTensor = (needed: string): Subject['wrong'] => [
  [undefined, `gives nothing, and not ${needed}`],
  ['words', `gives a string, and not ${needed}`],
  [Promise.resolve(), `gives a promise, and not ${needed}`],
]
const noNumber: Subject['wrong'] = [
  [undefined, 'gives nothing, and no number'],
  ['words', 'gives a string, and no number'],
  [Promise.resolve(3), 'gives a promise, and no number'],
]

const subjects: readonly Subject[] = [
  {
    title: 'an activation',
    stage: '`forward`',
    place: { activation: 'bad' },
    make: (forward) => defineActivation({ ...named, forward: forward as Any }),
    wrong: noTensor('a tensor of the shape of g, [B, 4]'),
  },
  {
    title: 'an activation',
    stage: '`backward`',
    place: { activation: 'bad' },
    make: (backward) =>
      defineActivation({ ...named, forward: (ops, g) => ops.tanh(g), backward: backward as Any }),
    wrong: noTensor('∂L/∂g, of the shape of g, [B, 4]'),
  },
  {
    title: 'a loss',
    stage: '`forward`',
    place: { loss: 'bad' },
    make: (forward) => defineLoss({ ...named, target: 'number', forward: forward as Any }),
    wrong: [
      [undefined, 'gives nothing, and no `{ values, saved }`'],
      [{ values: 3 }, 'gives an object, and no `{ values, saved }`'],
    ],
  },
  {
    title: 'a loss',
    stage: '`backward`',
    place: { loss: 'bad' },
    make: (backward) =>
      defineLoss({ ...named, target: 'number', forward: rightLoss, backward: backward as Any }),
    wrong: noTensor('∂L/∂f, of the shape of f, [B, 1]'),
  },
  {
    title: 'a loss',
    stage: '`prediction`',
    place: { loss: 'bad' },
    make: (prediction) =>
      defineLoss({ ...named, target: 'number', forward: rightLoss, prediction: prediction as Any }),
    wrong: noTensor('a tensor of the shape of f, [B, 1]'),
  },
  {
    title: 'an optimizer',
    stage: '`update`',
    place: { optimizer: 'bad' },
    make: (update) =>
      defineOptimizer({ ...named, learningRate: 0.1, slots: () => [], update: update as Any }),
    wrong: [
      [{}, 'gives an object, and no `{ w, slots }`'],
      [{ w: 3, slots: {} }, 'gives an object, and no `{ w, slots }`'],
    ],
  },
  {
    title: 'an optimizer',
    stage: '`slots` or `scalars`',
    place: { optimizer: 'bad' },
    make: (slots) =>
      defineOptimizer({
        ...named,
        learningRate: 0.1,
        slots: slots as Any,
        update: identity as Any,
      }),
    wrong: [
      [undefined, 'gives nothing as `slots`, and no list of names'],
      ['words', 'gives a string as `slots`, and no list of names'],
    ],
  },
  {
    title: 'a schedule',
    stage: '`rate`',
    place: { optimizer: 'sgd lr=0.1 schedule=bad' },
    make: (rate) => defineSchedule({ ...named, rate: rate as Any }),
    wrong: noTensor('one number, []'),
  },
  {
    title: 'an initializer',
    stage: '`sample`',
    place: { weights: 'weights=bad' },
    make: (sample) => defineInitializer({ ...named, sample: sample as Any }),
    wrong: noTensor('a tensor of the shape that it is asked for, [4, 2]'),
  },
  {
    title: 'a metric',
    stage: '`accumulate`',
    place: { metric: 'bad' },
    make: (accumulate) =>
      defineMetric({
        ...{ ...named, targets: ['number'], better: 'lower' },
        ...{ accumulate: accumulate as Any, finish: () => 1 },
      }),
    wrong: [
      [undefined, 'gives nothing, and no sums'],
      [{}, 'gives no sum at all'],
      [{ sum: 3 }, 'gives a number as `sum`, and no sum over all rows'],
    ],
  },
  {
    title: 'a metric',
    stage: '`finish`',
    place: { metric: 'bad' },
    make: (finish) =>
      defineMetric({
        ...{ ...named, targets: ['number'], better: 'lower' },
        ...{ accumulate: weightSum, finish: finish as Any },
      }),
    wrong: noNumber,
  },
  {
    title: 'a collecting metric',
    stage: '`collect`',
    place: { metric: 'bad' },
    make: (collect) =>
      defineCollectingMetric({
        ...{ ...named, targets: ['number'], better: 'lower', collect: collect as Any },
      }),
    wrong: noNumber,
  },
  {
    title: 'a metric that is a table',
    stage: '`finish`',
    place: { metric: 'bad' },
    make: (finish) =>
      defineTableMetric({
        ...{ ...named, targets: ['number'], accumulate: weightSum, finish: finish as Any },
      }),
    wrong: [
      [3, 'gives a number, and no rows of numbers'],
      [[['a']], 'gives a list, and no rows of numbers'],
    ],
  },
  {
    title: 'a reader',
    stage: '`read`',
    place: { data: 'data bad "a.x" { target y }' },
    make: (read) => defineReader({ ...named, read: read as Any }),
    wrong: [],
  },
  {
    title: 'a layer',
    stage: '`shape`',
    place: { layer: 'bad' },
    make: (shape) => defineLayer({ ...named, shape: shape as Any, forward: identity }),
    wrong: [
      [undefined, 'gives nothing, and no shape'],
      ['words', 'gives a string, and no shape'],
      [{}, 'gives no shape for its output `h`'],
      [{ h: 4 }, 'gives no shape for `h`, but a number'],
      [{ h: [{ rows: 'x' }, {}] }, 'gives no shape for `h`, but a list'],
      [{ h: [] }, 'gives for `h` a shape without B, the rows, as its first axis'],
      [{ h: [3, 4] }, 'gives for `h` a shape without B, the rows, as its first axis'],
      [Promise.resolve(), 'gives a promise, and no shape'],
    ],
  },
  {
    title: 'a layer',
    stage: '`init`',
    place: { layer: 'bad' },
    make: (init) => defineLayer({ ...named, shape: same, init: init as Any, forward: identity }),
    wrong: [
      [{ w: 3 }, 'gives the parameter `w` as a number, and no object'],
      [{ w: {} }, 'gives the parameter `w` with nothing as `shape`, and no list of sizes'],
      [
        { w: { ...parameter, shape: [3, -1] } },
        'gives the parameter `w` with [3,-1] as `shape`, and no list of sizes',
      ],
      [
        { w: { ...parameter, initializer: undefined } },
        'gives the parameter `w` with nothing as `initializer`, and none as core makes it',
      ],
      [
        { w: { ...parameter, initializer: 5 } },
        'gives the parameter `w` with 5 as `initializer`, and none as core makes it',
      ],
      [
        { w: { ...parameter, role: 'gain' } },
        'gives the parameter `w` with "gain" as `role`, and not one of weight, bias, scale, embedding',
      ],
      [
        { w: { ...parameter, fanIn: '3' } },
        'gives the parameter `w` with "3" as `fanIn`, and no number above 0',
      ],
      [
        { w: { ...parameter, trainable: 1 } },
        'gives the parameter `w` with 1 as `trainable`, and neither true nor false',
      ],
      [Promise.resolve(), 'gives a promise, and not what it keeps by its names'],
    ],
  },
  {
    title: 'a layer',
    stage: '`statistics`',
    place: { layer: 'bad' },
    make: (statistics) =>
      defineLayer({ ...named, shape: same, statistics: statistics as Any, forward: identity }),
    wrong: [
      [{ mean: 3 }, 'gives the running value `mean` as a number, and no object'],
      [
        { mean: { shape: [3] } },
        'gives the running value `mean` with nothing as `initial`, and no number',
      ],
      [
        { mean: { shape: 3, initial: 0 } },
        'gives the running value `mean` with 3 as `shape`, and no list of sizes',
      ],
    ],
  },
  {
    title: 'a layer',
    stage: '`forward`',
    place: { layer: 'bad' },
    make: (forward) => defineLayer({ ...named, shape: same, forward: forward as Any }),
    wrong: [
      [undefined, 'gives nothing, and no `{ h, saved }`'],
      [{ h: 3 }, 'gives an object, and no `{ h, saved }`'],
    ],
  },
  {
    title: 'a layer',
    stage: '`backward`',
    place: { layer: 'bad' },
    make: (backward) =>
      defineLayer({ ...named, shape: same, forward: identity, backward: backward as Any }),
    wrong: [
      [undefined, 'gives nothing, and no `{ dh: […], gradients: { … } }`'],
      [{ dh: [] }, 'gives an object, and no `{ dh: […], gradients: { … } }`'],
      [{ dh: [5], gradients: {} }, 'gives a number as `dh[0]`, and no tensor'],
      [{ dh: [], gradients: { w: 7 } }, 'gives a number as `gradients.w`, and no tensor'],
    ],
  },
]

const faults: readonly (readonly [string, Stage, string])[] = [
  [
    'throws',
    () => {
      throw new Error('lost')
    },
    'failed: lost',
  ],
  [
    'hangs',
    () => {
      for (;;);
    },
    'does not come to an end',
  ],
  ['reads the clock', () => Date.now(), 'reads the clock'],
  ['draws', () => Math.random(), 'reads `Math.random`'],
]

describe.each(subjects)('$title, $stage', ({ stage, place, make, wrong }) => {
  test.each(faults)('%s', async (name, fault, what) => {
    const { code, message } = await told(make(fault), textWith(place), name)
    expect(message).toContain(`${stage} of \`bad\` (${from}) ${what}`)
    expect(code).toBe('plugin-failed')
  })

  test.each(wrong)('gives %o', async (result, what) => {
    const { code, message } = await told(
      make(() => result),
      textWith(place),
    )
    expect(message).toContain(`${stage} of \`bad\` (${from}) ${what}`)
    expect(code).toBe('plugin-failed')
  })
})

test.each<[string, Plugin, Partial<typeof usual>, string]>([
  [
    'an activation of another shape',
    defineActivation({ ...named, forward: (ops, g) => ops.sum(g, [1]) }),
    { activation: 'bad' },
    'gives [B], and not a tensor of the shape of g, [B, 4]',
  ],
  [
    'a loss that gives one number for all rows',
    defineLoss({
      ...named,
      target: 'number',
      forward: (ops, { f }) => ({ values: ops.sum(f), saved: 0 }),
    }),
    { loss: 'bad' },
    'gives [], and not a value for each place, [B]',
  ],
  [
    'weights of another shape',
    defineOptimizer({
      ...{ ...named, learningRate: 0.1, slots: () => [] },
      update: (ops, { w }) => ({ w: ops.sum(w), slots: {} }),
    }),
    { optimizer: 'bad' },
    'gives [], and not `w` of the shape that it had, [4, 2]',
  ],
  [
    'a slot that is not declared',
    defineOptimizer({
      ...{ ...named, learningRate: 0.1, slots: () => [] },
      update: (_, { w }) => ({ w, slots: { v: w } as Any }),
    }),
    { optimizer: 'bad' },
    'gives a slot `v`, which it does not declare',
  ],
  [
    'a sum for each row',
    defineMetric({
      ...{ ...named, targets: ['number'], better: 'lower', finish: () => 1 },
      accumulate: (_, { weight }) => ({ sum: weight }) as Any,
    }),
    { metric: 'bad' },
    'gives an object as `sum`, and no sum over all rows',
  ],
  [
    'a shape that it does not say',
    defineLayer({
      ...named,
      shape: (_, [h]) => h,
      forward: (ops, _, [h]) => ({ h: ops.sum(h, [1]), saved: {} }),
    }),
    { layer: 'bad' },
    `\`bad\` (${from}) says in \`shape\` that \`h\` is [B, 4], but \`forward\` gives [B]`,
  ],
  [
    'a gradient of another shape',
    defineLayer({
      ...{ ...named, shape: same, forward: identity },
      backward: (ops, _p, _s, { dh }) => ({ dh: [ops.sum(dh)], gradients: {} }),
    }),
    { layer: 'bad' },
    `\`backward\` of the layer \`bad\` (${from}) gives a gradient [] for its input 1, which is [B, 4]`,
  ],
  [
    'a gradient for nothing',
    defineLayer({
      ...{ ...named, shape: same, forward: identity },
      backward: (_o, _p, _s, { dh }) => ({ dh: [dh], gradients: { scale: dh } as Any }),
    }),
    { layer: 'bad' },
    `\`backward\` of the layer \`bad\` (${from}) gives a gradient for \`scale\`, which is no parameter`,
  ],
  [
    'columns of two lengths',
    defineReader({ ...named, read: () => ({ x: [1, 2], y: [1] }) }),
    { data: 'data bad "a.x" { target y }' },
    `\`read\` of the reader \`bad\` (${from}) gives 1 values of \`y\`, and 2 of \`x\``,
  ],
])('%s', async (_, plugin, place, what) => {
  expect((await told(plugin, textWith(place))).message).toContain(what)
})

describe('what it was given is changed by', () => {
  test.each<[string, Plugin, Partial<typeof usual>, string]>([
    [
      'a reader',
      defineReader({ ...named, read: ({ bytes }) => ({ x: [bytes.fill(0)[0], 1], y: [1, 2] }) }),
      { data: 'data bad "a.x" { target y }' },
      '`read`',
    ],
    [
      'a metric',
      defineCollectingMetric({
        ...{ ...named, targets: ['number'], better: 'lower' },
        collect: ({ predictions }) => predictions.sort().length,
      }),
      { metric: 'bad' },
      '`collect`',
    ],
    [
      'a metric of sums',
      defineMetric({
        ...{ ...named, targets: ['number'], better: 'lower', accumulate: weightSum },
        finish: (sums) => (sums as Record<string, number[]>)['sum']?.pop() ?? 0,
      }),
      { metric: 'bad' },
      '`finish`',
    ],
    [
      'an initializer',
      defineInitializer({
        ...named,
        sample: (ops, { shape }) => ops.constant(0, { shape: (shape as number[]).reverse() }),
      }),
      { weights: 'weights=bad' },
      '`sample`',
    ],
    [
      'an optimizer',
      defineOptimizer({
        ...{ ...named, learningRate: 0.1 },
        slots: (config) => {
          ;(config as { lr: number }).lr = 3
          return []
        },
        update: identity as Any,
      }),
      { optimizer: 'bad' },
      '`slots` or `scalars`',
    ],
  ])('%s', async (_, plugin, place, stage) => {
    const { code, message } = await told(plugin, textWith(place))
    expect(message).toContain(`${stage} of \`bad\` (${from}) changes what it was given`)
    expect(code).toBe('plugin-failed')
  })
})

describe('a driven optimizer that', () => {
  const lost = (): never => {
    throw new Error('lost')
  }
  test.each<[string, Stage, string]>([
    ['throws', lost, 'failed: lost'],
    ['rejects', async () => lost(), 'failed: lost'],
    [
      'throws in an iteration',
      function* () {
        yield 1
        lost()
      },
      'failed: lost',
    ],
    ['gives nothing', () => undefined, 'gives nothing that yields losses'],
    ['gives a text', () => 'words', 'gives nothing that yields losses'],
    [
      'yields texts',
      function* () {
        yield 'words'
      },
      'yields a string, and no loss',
    ],
  ])('%s', async (_, drive, what) => {
    const plugin = defineDrivenOptimizer({ ...named, learningRate: 0.1, drive: drive as Any })
    const text = textWith({ optimizer: 'bad' }).replace(' batch=10', '')
    const { code, message } = await told(plugin, text)
    expect(message).toContain(`\`drive\` of \`bad\` (${from}) ${what}`)
    expect(code).toBe('plugin-failed')
  })
})

test.each<[string, () => boolean, string]>([
  [
    'fails',
    () => {
      throw new Error('lost')
    },
    'failed: lost',
  ],
])('a rule of targets that %s is named', async (_, holds, what) => {
  const targetRule = { required: 'numbers', holds }
  const plugin = defineLoss({ ...named, target: 'number', targetRule, forward: rightLoss })
  const { code, message } = await told(plugin, textWith({ loss: 'bad' }))
  expect(message).toContain(`\`targetRule\` of \`bad\` (${from}) ${what}`)
  expect(code).toBe('plugin-failed')
})

test.each([
  ...faults,
  [
    'gives nothing',
    () => undefined,
    'gives nothing, and neither a value nor what is required',
  ] as const,
])('how an argument is read that %s', async (name, parse, what) => {
  const own = { required: 'a size', default: 3, optional: true, schema: {}, parse: parse as Any }
  const plugin = defineLayer({
    ...{ ...named, shape: same, forward: identity },
    arguments: { size: own },
  })
  const { code, message } = await told(plugin, textWith({ layer: 'bad 4' }), name)
  expect(message).toContain(`\`parse\` of its \`size\` of \`bad\` (${from}) ${what}`)
  expect(code).toBe('plugin-failed')
})

test('it is named in the text where it stands in one', async () => {
  const bad = defineLayer({
    ...{ ...named, forward: identity },
    shape: () => {
      throw new Error('lost')
    },
  })
  expect((await told(bad, textWith({ layer: 'bad' }))).message).toBe(
    `error[plugin-failed]: \`shape\` of \`bad\` (chainrule-plugin-bad) failed: lost
 --> model.mlp:3:18
3 | dense 4 tanh  -> bad -> dense 1
  |                  ^^^
  = help: chainrule-plugin-bad is to be mended by its author`,
  )
})
