/** Layers that are wrong in one way each, beside their gradients: the right check finds it. */
import { type Field, type Layer, number, rate, type Tensor } from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { describe, expect, it } from 'vitest'
import { type CheckName, checkLayer, type Finding, type LayerCase } from '../src/index.ts'
import {
  affine,
  averaged,
  centred,
  changed,
  crossing,
  dropping,
  lookedUp,
  scaled,
} from './support/right-layers.ts'

type Forward = Layer['forward']

/** The layer with the output h of its forward changed. */
function withOutput(
  right: Layer,
  change: (h: Tensor, ...given: Parameters<Forward>) => Tensor,
): Layer {
  return changed(right, {
    forward: (...given) => {
      const result = right.forward(...given)
      return { ...result, h: change(result.h, ...given) }
    },
  })
}

/** The first input, which these layers have. */
const inputOf = ([, , [h]]: Parameters<Forward>): Tensor => {
  if (h === undefined) throw new Error('there is no input')
  return h
}

/** h less its mean over the rows. */
const withoutMean = (ops: Parameters<Forward>[0], h: Tensor): Tensor => {
  const rows = ops.sum(ops.constant(1, { shape: h.shape.slice(0, 1) }))
  return ops.sub(h, ops.div(ops.sum(h, 0), rows))
}

const ofFour: LayerCase = { inputs: [[4]] }
const affineCase: LayerCase = { arguments: [2], inputs: [[3]] }
const crossingCase: LayerCase = { inputs: [[3], [3]] }
const maskedCase: LayerCase = { inputs: [[4, 2], [4]] }

let calls = 0

const wrong: readonly [
  title: string,
  check: CheckName,
  layer: Layer,
  tested: LayerCase,
  report: { readonly [K in keyof Finding]?: unknown },
][] = [
  [
    '`shape` says one unit too many',
    'shape',
    changed(affine, {
      shape: ({ units }, [h = []]) => ({ h: [...h.slice(0, -1), Number(units) + 1] }),
    }),
    affineCase,
    { problem: expect.stringContaining('`h` is [B, 3], but `forward` gives [B, 2]') },
  ],
  [
    '`shape` promises an output that forward does not give',
    'shape',
    changed(scaled, { shape: (_, [h = []]) => ({ h, state: h }) }),
    ofFour,
    { problem: expect.stringContaining('`state`, but `forward` gives none') },
  ],
  [
    '`outputTypes` says that numbers are a mask',
    'shape',
    changed(scaled, { outputTypes: { h: 'boolean' } }),
    ofFour,
    { problem: expect.stringContaining('`h` is a mask, but `forward` gives f32') },
  ],
  [
    '`shape` counts its calls',
    'shape',
    changed(scaled, { shape: (_, [h = []]) => ({ h: calls++ < 2 ? h : [...h, 1] }) }),
    ofFour,
    { quantity: 'h' },
  ],
  [
    '`shape` does not look at the second input',
    'other-shapes',
    changed(crossing, { shape: (_, [a = []]) => ({ h: a, difference: a }) }),
    crossingCase,
    { problem: expect.stringContaining('`shape` takes [B, 0] and [B, 3], and then: `mul` needs') },
  ],
  [
    '`shape` fails inside where there are no features',
    'other-shapes',
    changed(scaled, {
      shape: (_, [h = []]) => {
        if (h.length < 2) throw new TypeError('h[1] is undefined')
        return { h }
      },
    }),
    ofFour,
    { problem: '`shape` throws without a code on [B]: h[1] is undefined' },
  ],
  [
    'a parameter has half a row',
    'init',
    changed(affine, {
      init: (config, shapes) => {
        const { weight, ...others } = affine.init(config, shapes)
        return { ...others, ...(weight && { weight: { ...weight, shape: [2, 2.5] } }) }
      },
    }),
    affineCase,
    { problem: '`random` needs sizes that are whole numbers from 0, but got [2,2.5]' },
  ],
  [
    'a first value divides by 0',
    'init',
    withInitializer('divides', (ops, shape) => ops.div(ops.constant(1, { shape }), 0)),
    ofFour,
    { quantity: 'scaled.scale', element: [0], found: Number.POSITIVE_INFINITY },
  ],
  [
    'what is drawn does not reach the parameter',
    'init',
    withInitializer('forgets', (ops, shape, drawn) =>
      ops.add(ops.minimum(drawn, 0), ops.constant(1, { shape })),
    ),
    ofFour,
    { problem: 'another seed draws the same numbers' },
  ],
  [
    'forward counts its calls in a closure',
    'determinism',
    withOutput(scaled, (h, ops) => ops.mul(h, calls++)),
    ofFour,
    { problem: 'traced a second time, the layer is another program' },
  ],
  [
    'forward draws a number while it is traced',
    'determinism',
    withOutput(scaled, (h, ops) => ops.add(h, performance.now())),
    ofFour,
    { quantity: expect.stringContaining('"constant"') },
  ],
  [
    'forward changes its configuration',
    'untouched',
    withOutput(scaled, (h, _, __, ___, config) => {
      Object.assign(config, { epsilon: Number(config['epsilon']) / 2 })
      return h
    }),
    ofFour,
    { problem: 'the layer changes its configuration while it is traced' },
  ],
  [
    '`shape` takes the last size away from its input',
    'untouched',
    changed(affine, {
      init: (config, [h = []]) => {
        const specs = affine.init(config, [[...h]])
        ;(h as unknown[]).reverse()
        return specs
      },
    }),
    affineCase,
    { problem: 'the layer changes its input shapes while it is traced' },
  ],
  [
    'the mean of the batch is subtracted, and `couples` says none',
    'rows',
    withOutput(scaled, (h, ops) => withoutMean(ops, h)),
    ofFour,
    { quantity: 'evaluate: h', help: expect.stringContaining("couples: 'batch'") },
  ],
  [
    'rows meet in training alone, and `couples` says none',
    'rows',
    changed(centred, { couples: 'none' }),
    ofFour,
    { quantity: 'forward: h' },
  ],
  [
    'rows meet in evaluation',
    'rows',
    withOutput(centred, (_, ops, ...given) => withoutMean(ops, inputOf([ops, ...given]))),
    ofFour,
    { quantity: 'evaluate: h', help: expect.stringContaining('running values') },
  ],
  [
    'running values change in evaluation',
    'running-state',
    changed(centred, {
      forward: (ops, parameters, inputs, config, context) => ({
        ...centred.forward(ops, parameters, inputs, config, { ...context, training: true }),
        h: centred.forward(ops, parameters, inputs, config, context).h,
      }),
    }),
    ofFour,
    {
      problem: 'forward gives another running value in evaluation',
      quantity: 'mean',
      element: [0],
    },
  ],
  [
    'running values are declared and forgotten',
    'running-state',
    changed(centred, {
      forward: (...given) => {
        const { h, saved } = centred.forward(...given)
        return { h, saved }
      },
    }),
    ofFour,
    { problem: 'a running value stays where it was in training', quantity: 'mean' },
  ],
  [
    'evaluation does not read the running value',
    'running-state',
    changed(centred, {
      forward: (ops, parameters, inputs, config, context) => ({
        ...centred.forward(ops, parameters, inputs, config, context),
        ...(context.training ? {} : { h: inputOf([ops, parameters, inputs, config, context]) }),
      }),
    }),
    ofFour,
    { problem: 'evaluation gives the same whatever the running value is', quantity: 'mean' },
  ],
  [
    'a running value grows whatever the batch is',
    'running-state',
    changed(centred, {
      forward: (ops, parameters, inputs, config, context) => {
        const result = centred.forward(ops, parameters, inputs, config, context)
        const { mean } = context.statistics as Readonly<Record<string, Tensor>>
        if (mean === undefined || result.statistics === undefined) return result
        return { ...result, statistics: { mean: ops.add(mean, 0.1) } }
      },
    }),
    ofFour,
    { problem: 'another batch leaves the same running value', quantity: 'mean' },
  ],
  [
    'a random slot is never drawn from',
    'modes',
    withOutput(dropping, (_, ops, ...given) => inputOf([ops, ...given])),
    { inputs: [[20]] },
    { problem: 'training draws nothing in any case, though the layer declares random slots' },
  ],
  [
    'a running value has another shape than it is declared with',
    'running-state',
    changed(centred, {
      forward: (ops, ...given) => {
        const { h, saved } = centred.forward(ops, ...given)
        return { h, saved, statistics: { mean: ops.sum(h) } }
      },
    }),
    ofFour,
    { problem: expect.stringContaining('[], which `statistics` declares as [4]') },
  ],
  [
    'a running value is not declared',
    'running-state',
    changed(centred, {
      forward: (ops, ...given) => {
        const { h, saved } = centred.forward(ops, ...given)
        return { h, saved, statistics: { deviation: ops.constant([1, 2]) } }
      },
    }),
    ofFour,
    { problem: expect.stringContaining('`deviation`, which `statistics` does not declare') },
  ],
  [
    'evaluation halves what training gives',
    'modes',
    withOutput(scaled, (h, ops, _, __, ___, { training }) => (training ? h : ops.mul(h, 0.5))),
    ofFour,
    { problem: 'evaluation gives something else than training', quantity: 'h' },
  ],
  [
    'evaluation drops too',
    'modes',
    changed(dropping, {
      forward: (ops, parameters, inputs, config, context) =>
        dropping.forward(ops, parameters, inputs, config, { ...context, training: true }),
    }),
    { inputs: [[20]] },
    { problem: 'evaluation draws random numbers' },
  ],
  [
    'nothing is ever dropped',
    'modes',
    withOutput(dropping, (h, ops, ...given) => {
      const [, , , { training, random }] = given
      const { mask } = random as Readonly<Record<string, (typeof random)[string]>>
      const input = inputOf([ops, ...given])
      return training && mask ? ops.select(mask.bernoulli(1, h.shape), input, 0) : h
    }),
    { inputs: [[20]] },
    { problem: 'another step draws the same' },
  ],
  [
    'rows are said to be coupled, and are not',
    'rows',
    changed(scaled, { couples: 'batch' }),
    ofFour,
    { problem: 'the layer declares `couples`, but no row influences another' },
  ],
  [
    'running values are learnt from the batch, and rows do not meet',
    'rows',
    changed(centred, {
      forward: (ops, parameters, [h], config, context) => {
        const right = centred.forward(ops, parameters, [h], config, context)
        const { mean } = context.statistics as { readonly mean: Tensor }
        return { ...right, h: ops.sub(h ?? mean, mean) }
      },
    }),
    ofFour,
    { problem: 'the layer declares `couples`, but no row influences another' },
  ],
  [
    'backward of evaluation is that of training',
    'finite-differences',
    changed(centred, {
      backward: (ops, _, __, { dh }) => ({ dh: [withoutMean(ops, dh)], gradients: {} }),
    }),
    ofFour,
    {
      problem: expect.stringContaining('the gradient is not the slope of forward in evaluation'),
      quantity: '∂L/∂h (input 1)',
      help: expect.stringContaining('look at `training` in `backward`'),
    },
  ],
  [
    'the mask is not looked at',
    'masks',
    withOutput(averaged, (_, ops, ...given) => ops.mean(inputOf([ops, ...given]), 1)),
    maskedCase,
    { problem: 'what `mask` leaves out changes the output, in 6 of 6 elements' },
  ],
  [
    'the mask is taken the other way round',
    'masks',
    changed(averaged, {
      forward: (ops, parameters, [h, mask], ...rest) =>
        averaged.forward(ops, parameters, [h, mask && ops.not(mask)], ...rest),
    }),
    maskedCase,
    { problem: expect.stringContaining('`mask` that is true everywhere is not as none') },
  ],
  [
    'a row of padding alone divides by 0',
    'masks',
    withOutput(averaged, (h, ops, _, [, mask]) => {
      if (mask === undefined) return h
      const count = ops.sum(ops.cast(mask, h.dtype), 1, { keep: true })
      return ops.mul(h, ops.div(count, count))
    }),
    maskedCase,
    { problem: '`evaluate` is not finite where `mask` is false everywhere', found: Number.NaN },
  ],
  [
    'a batch of one row divides by the rows less one',
    'sizes',
    withOutput(centred, (h, ops) => {
      const rows = ops.sum(ops.constant(1, { shape: h.shape.slice(0, 1) }))
      return ops.div(h, ops.sub(rows, 1))
    }),
    ofFour,
    { problem: 'not finite for a batch of one row', rows: 1 },
  ],
  [
    'a penalty is added to the gradient, also without rows',
    'sizes',
    changed(affine, {
      backward: (ops, parameters, ...given) => {
        const right = affine.backward?.(ops, parameters, ...given)
        const { W } = right?.gradients ?? {}
        const [w] = Object.values(parameters)
        if (right === undefined || W === undefined || !('matrix' in W)) throw new Error('no W')
        if (w === undefined || !('matrix' in w)) throw new Error('no W')
        const matrix = ops.add(W.matrix, ops.mul(w.matrix, 0.01))
        return { ...right, gradients: { W: { ...W, matrix } } }
      },
    }),
    affineCase,
    { quantity: '∂L/∂weight', expected: 0, rows: 0 },
  ],
  [
    'e^h overflows far from 0',
    'extremes',
    withOutput(scaled, (h, ops) => {
      const e = ops.exp(h)
      return ops.div(e, ops.add(e, 1))
    }),
    ofFour,
    { quantity: 'evaluate: h', found: Number.NaN, dtype: 'f32' },
  ],
  [
    'the gradient of a root is infinite at 0',
    'extremes',
    withOutput(scaled, (h, ops) => ops.sqrt(ops.square(h))),
    ofFour,
    { problem: 'not finite at extreme inputs: numbers from an end to the other' },
  ],
  [
    'a constant is a typed array, which JSON does not keep',
    'save-and-load',
    withOutput(scaled, (h, ops) =>
      ops.mul(h, ops.constant(Float32Array.of(2) as unknown as number[])),
    ),
    ofFour,
    { problem: expect.stringContaining('not a program that can run') },
  ],
  [
    'an option has no range, so that all may be dropped',
    'options',
    changed(dropping, { options: { part: number({ default: 0.5 }) } }),
    { inputs: [[20]] },
    { problem: expect.stringMatching(/`part=1` is taken, and `gradient` is not finite/) },
  ],
  [
    'an option fails inside',
    'options',
    changed(dropping, { options: { part: throwing(0.5) } }),
    { inputs: [[20]] },
    { problem: expect.stringContaining('is refused without a code: value.trim is not') },
  ],
  [
    'an integer input has a gradient',
    'derived',
    changed(lookedUp, {
      backward: (ops, _, __, { dh }) => ({
        dh: [dh],
        gradients: { table: ops.constant(0, { shape: [5, 3] }) },
      }),
    }),
    { arguments: [5, 3], inputs: [[4]] },
    { problem: expect.stringContaining('a gradient for its input 1, which is not float') },
  ],
]

/** `scaled` with an initializer of its own. */
function withInitializer(
  name: string,
  make: (ops: Parameters<Forward>[0], shape: readonly number[], drawn: Tensor) => Tensor,
): Layer {
  return changed(scaled, {
    init: (config, shapes) => {
      const { scale } = scaled.init(config, shapes)
      if (scale === undefined) throw new Error('no scale')
      return {
        scale: {
          ...scale,
          initializer: {
            name,
            config: {},
            sample: (ops, { shape, random }) =>
              make(ops as Parameters<Forward>[0], shape, random.uniform(shape)),
          },
        },
      }
    },
  })
}

/** A number that was meant to be a text. */
function throwing(fallback: number): Field<number> {
  const field = rate({ default: fallback })
  return {
    ...field,
    parse: (value, lookup) =>
      typeof value === 'number'
        ? field.parse(value, lookup)
        : { ok: true, value: Number((value as string).trim()) },
  }
}

describe('what is wrong is found by its check', () => {
  it.each(wrong)('%s: %s', async (_, check, layer, tested, report) => {
    const findings = await checkLayer(layer, { engines: [engineJs], cases: [tested] })
    const found = findings.filter((finding) => finding.check === check)
    expect(found[0] ?? findings).toMatchObject({ layer: layer.name, seed: 1, ...report })
  })

  it('and a check that a case is excused from is not', async () => {
    const layer = withOutput(scaled, (h, ops) => ops.exp(h))
    const check = (except: LayerCase['except']) =>
      checkLayer(layer, { engines: [engineJs], cases: [{ ...ofFour, ...(except && { except }) }] })
    expect((await check(undefined)).map((finding) => finding.check)).toContain('extremes')
    expect(await check({ extremes: 'e^h has no end' })).toEqual([])
  })
})

describe('what a layer must refuse', () => {
  const check = (refuses: NonNullable<Parameters<typeof checkLayer>[1]['refuses']>) =>
    checkLayer(affine, { engines: [engineJs], cases: [affineCase], refuses })

  it('is not reported where it is refused as it should be', async () => {
    expect(
      await check([
        { arguments: [0], code: 'argument-range' },
        { arguments: [2], inputs: [[]], code: 'shape-mismatch', says: 'got [B]' },
      ]),
    ).toEqual([])
  })

  it.each([
    [{ arguments: [2], code: 'argument-range' }, 'it is taken, not refused with `argument-range`'],
    [
      { arguments: [0], code: 'argument-type' },
      'refused with `argument-range`, not with `argument-type`',
    ],
    [
      { arguments: [2], inputs: [[]], code: 'shape-mismatch', says: '[B, 7]' },
      'not with `shape-mismatch` and the words "[B, 7]"',
    ],
  ] as const)('is reported otherwise: %j', async (refusal, problem) => {
    const [finding] = await check([refusal])
    expect(finding).toMatchObject({ check: 'options', problem: expect.stringContaining(problem) })
  })
})
