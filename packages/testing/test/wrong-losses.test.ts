/** Losses and activations that are wrong: found as layers are, and by what losses have beside. */
import {
  defineActivation,
  defineLoss,
  formatShape,
  type LossDefinition,
  type LossPlugin,
  sameShape,
  shapeMismatch,
} from '@chainrule/core'
import { engineJs } from '@chainrule/engine-js'
import { describe, expect, it } from 'vitest'
import {
  checkActivation,
  checkLoss,
  describeLoss,
  formatFinding,
  type TargetCase,
} from '../src/index.ts'

type Definition = LossDefinition<Record<never, never>, Record<never, never>, unknown>

/** |f − y|², with some of its members replaced. */
function squaredError(changes: Partial<Definition> = {}): LossPlugin {
  return defineLoss({
    name: 'squared-error',
    summary: '|f − y|².',
    target: 'number',
    forward: (ops, { f, y }) => {
      if (f.shape.length < 2 || !sameShape(f.shape, y.shape))
        throw shapeMismatch(`needs ${formatShape(f.shape)} twice`)
      return { values: ops.sum(ops.square(ops.sub(f, y)), -1), saved: undefined }
    },
    backward: (ops, { f, y, dvalues }) =>
      ops.mul(ops.mul(ops.sub(f, y), 2), ops.reshape(dvalues, [...dvalues.shape, 1])),
    ...changes,
  })
}

/** −log p of the class, which says as much of the class numbers as of weights over the classes. */
const surprise = defineLoss({
  name: 'surprise',
  summary: '−log p.',
  target: ['class', 'binary'],
  forward: (ops, { f, y }, _, target) => {
    const lead = f.shape.slice(0, -1)
    const fits = y.dtype === 'i32' ? sameShape(y.shape, lead) : sameShape(y.shape, f.shape)
    if (lead.length === 0 || !fits) throw shapeMismatch('needs a class for each place')
    const weights = y.dtype === 'i32' ? ops.oneHot(y, Number(f.shape.at(-1))) : y
    const shifted = ops.sub(f, ops.max(f, -1, { keep: true }))
    const p = ops.sub(shifted, ops.log(ops.sum(ops.exp(shifted), -1, { keep: true })))
    const log = target === 'binary' ? ops.neg(ops.square(ops.sub(f, y))) : ops.mul(p, weights)
    return { values: ops.neg(ops.sum(log, -1)), saved: undefined }
  },
  prediction: (ops, f) => ops.sigmoid(f),
})

const check = (loss: LossPlugin, ...cases: TargetCase[]) =>
  checkLoss(loss, { engines: [engineJs], cases })

describe('a loss that is right has no findings', () => {
  it.each<[string, LossPlugin, TargetCase[]]>([
    ['of numbers', squaredError(), [{ shape: [3] }, { shape: [4, 3] }]],
    [
      'of class numbers, of weights and of yes or no',
      surprise,
      [{ shape: [3] }, { shape: [2, 3], weights: true }, { shape: [3], kind: 'binary' }],
    ],
  ])('%s', async (_, loss, cases) => {
    expect((await check(loss, ...cases)).map(formatFinding)).toEqual([])
  })
})

describe('a loss that is wrong is found', () => {
  it('where its gradient is half of what follows from its values', async () => {
    const wrong = squaredError({
      backward: (ops, { f, y, dvalues }) =>
        ops.mul(ops.sub(f, y), ops.reshape(dvalues, [...dvalues.shape, 1])),
    })
    const findings = await check(wrong, { shape: [3] })
    expect(findings.map((finding) => finding.check)).toEqual([
      'derived',
      'finite-differences',
      'inner-product',
    ])
    expect(findings[0]).toMatchObject({ layer: 'squared-error', quantity: '∂L/∂f (input 1)' })
  })

  it('where its gradient does not look at the weights of the places', async () => {
    const wrong = squaredError({ backward: (ops, { f, y }) => ops.mul(ops.sub(f, y), 2) })
    const findings = await check(wrong, { shape: [3] })
    expect(findings.map((finding) => finding.check)).toContain('derived')
  })

  it('where its values are not over the leading axes', async () => {
    const wrong = squaredError({
      forward: (ops, { f, y }) => ({ values: ops.square(ops.sub(f, y)), saved: undefined }),
    })
    expect(await check(wrong, { shape: [3] })).toMatchObject([
      { check: 'shape', problem: expect.stringContaining('the leading axes [B], not [B, 3]') },
    ])
  })

  it('where a place depends on the other times', async () => {
    const wrong = squaredError({
      forward: (ops, tensors) => {
        const { values, saved } = squaredError().with({}).forward(ops, tensors)
        if (values.shape.length === 1) return { values, saved }
        return { values: ops.add(values, ops.mean(values, 1, { keep: true })), saved }
      },
    })
    const findings = await check(wrong, { shape: [4, 3] })
    expect(findings.map((finding) => finding.check)).toContain('places')
  })

  it('where a target that could be repeated to fit is taken', async () => {
    const wrong = squaredError({
      forward: (ops, { f, y }) => ({
        values: ops.sum(ops.square(ops.sub(f, y)), -1),
        saved: undefined,
      }),
    })
    const found = (await check(wrong, { shape: [3] })).filter((f) => f.check === 'target-shape')
    expect(found.map((finding) => finding.problem)).toContain('outputs [B, 3] take a target [B, 1]')
  })

  it('where rows meet', async () => {
    const wrong = squaredError({
      forward: (ops, tensors) => {
        const { values, saved } = squaredError().with({}).forward(ops, tensors)
        return { values: ops.sub(values, ops.max(values, 0, { keep: true })), saved }
      },
    })
    const findings = await check(wrong, { shape: [3] })
    expect(findings.map((finding) => finding.check)).toContain('rows')
  })

  it('where the prediction overflows', async () => {
    const wrong = squaredError({ prediction: (ops, f) => ops.exp(f) })
    expect(await check(wrong, { shape: [3] })).toContainEqual(
      expect.objectContaining({ check: 'extremes', quantity: 'evaluate: prediction' }),
    )
  })
})

describe('an activation', () => {
  const squash = defineActivation({
    name: 'squash',
    summary: 'g / (1 + |g|).',
    forward: (ops, g) => ops.div(g, ops.add(ops.abs(g), 1)),
    derivative: (ops, { g }) => {
      const size = ops.add(ops.abs(g), 1)
      return ops.div(ops.constant(1, { shape: g.shape }), ops.square(size))
    },
  })

  it('that is right has no findings', async () => {
    expect((await checkActivation(squash, { engines: [engineJs] })).map(formatFinding)).toEqual([])
  })

  it('whose derivative is wrong is found, on both shapes', async () => {
    const wrong = defineActivation({
      name: 'squash',
      summary: 'g / (1 + |g|).',
      forward: (ops, g) => ops.div(g, ops.add(ops.abs(g), 1)),
      derivative: (ops, { g }) => {
        const size = ops.add(ops.abs(g), 1)
        return ops.div(ops.constant(1, { shape: g.shape }), size)
      },
    })
    const findings = await checkActivation(wrong, { engines: [engineJs] })
    const found = findings.filter((finding) => finding.check === 'derived')
    // ∂L/∂h of the input, and ∂L/∂g, which are one.
    expect(found.map((finding) => finding.case)).toEqual([
      ...Array(2).fill('squash on [5]'),
      ...Array(2).fill('squash on [2, 3]'),
    ])
  })
})

describe('a loss of which nothing would be checked is refused, checked and described,', () => {
  const runner = { describe: (_: string, define: () => void) => define(), it: () => {} }

  it.each<[string, TargetCase[], string]>([
    [
      'without cases',
      [],
      '`squared-error` is given no cases, so nothing is checked: write one, such as `{ shape: [4] }`',
    ],
    [
      'with a case of targets that it is not for',
      [{ shape: [3] }, { shape: [3], kind: 'class' }],
      '`squared-error` is not for targets of kind `class`: it is for number',
    ],
  ])('%s', async (_, cases, message) => {
    await expect(check(squaredError(), ...cases)).rejects.toThrow(message)
    expect(() => describeLoss(runner, squaredError(), { engines: [engineJs], cases })).toThrow(
      message,
    )
  })
})
