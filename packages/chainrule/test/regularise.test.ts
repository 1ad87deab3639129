/** `regularise` from a text: what is shown, told and saved, and that it is the gradient of the loss. */
import { describe, expect, test } from 'vitest'
import { folder, records, run } from './support/cli.ts'

const text = (rest: string): string =>
  `data synthetic moons(points=80, noise=0.1)\ndense 8 tanh l2=1e-2 -> dense 2\n${rest}\ntrain epochs=8 batch=16\nseed 3\n`
const penalties = 'regularise l2 1e-3 except=[bias]\nregularise l1 1e-4'
const { file } = folder({
  'both.mlp': text(`${penalties}\noptimizer sgd lr=0.1`),
  'plain.mlp': text('optimizer sgd lr=0.1').replace(' l2=1e-2', ''),
  'driven.mlp': text(`${penalties}\noptimizer lbfgs`),
  'heavy.mlp': text('regularise l2 10\noptimizer sgd lr=0.01').replace(' l2=1e-2', ''),
})

describe('penalties of a text', () => {
  test('stand among the settings, and in the text that they are filled into', async () => {
    const { out } = await run('show', file('both.mlp'))
    expect(out).toContain('regularise l2 0.001 except=[bias]\nregularise l1 0.0001\n')
    const resolved = await run('show', file('both.mlp'), '--resolved')
    expect(resolved.out).toContain(`${penalties}\n`)
  })

  test('are listed with the parameters that they reach', async () => {
    const { out } = await run('summary', file('both.mlp'))
    expect(out).toContain('added to the loss: 0.01 Σw² of dense1.weight\n')
    expect(out).toContain('added to the loss: 0.001 Σw² of dense2.weight\n')
    expect(out).toContain(
      'added to the loss: 0.0001 Σ|w| of dense1.weight, dense1.bias, dense2.weight, dense2.bias\n',
    )
    expect((await run('summary', file('plain.mlp'))).out).not.toContain('added to the loss')
  })

  test('are told beside the losses, which do not contain them', async () => {
    const plain = await run('train', file('both.mlp'))
    expect(plain.err).toMatch(/epoch 1\/8 {2}loss [\d.]+ \+ penalty [\d.]+ {2}validation loss/)
    expect(plain.out).toMatch(/penalty {4}[\d.]+, trained for beside the loss and no part of it/)
    const told = records<{ readonly type: string; readonly penalty?: number }>(
      (await run('train', file('both.mlp'), '--format', 'json')).out,
    )
    const epochs = told.filter(({ type }) => type === 'epoch' || type === 'finished')
    expect(epochs.every(({ penalty = 0 }) => penalty > 0)).toBe(true)
    expect((await run('train', file('plain.mlp'))).err).not.toContain('penalty')
  })

  test.each(['both', 'driven'])(
    'have the gradient that finite differences give: %s',
    async (name) => {
      const { code, out } = await run('gradcheck', file(`${name}.mlp`))
      expect(code, out).toBe(0)
      // That of the input is there too.
      expect(out.match(/ ok\n/g)).toHaveLength(5)
    },
  )

  test('draw the weights to 0 where they are all that counts', async () => {
    const { out } = await run('train', file('heavy.mlp'), '--format', 'json')
    const told = records<{ readonly type: string; readonly penalty?: number }>(out)
    const [first, ...others] = told.flatMap(({ type, penalty = 0 }) =>
      type === 'epoch' ? [penalty] : [],
    )
    expect(others.at(-1)).toBeLessThan((first ?? 0) / 100)
  })
})
