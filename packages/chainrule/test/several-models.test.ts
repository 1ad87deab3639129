/** Several models in one file: which one a command takes. */
import { describe, expect, test } from 'vitest'
import { load } from '../src/index.ts'
import { folder, run } from './support/cli.ts'

const text = `data synthetic spiral(points=60, noise=0.1)
train epochs=2 batch=16
model small { dense 4 relu -> dense 2 }
model large { dense 16 relu -> dense 16 relu -> dense 2 }
`

describe('the command', () => {
  test.each(['train', 'show', 'summary', 'gradcheck'])(
    '%s asks which model is meant',
    async (name) => {
      const place = folder({ 'two.mlp': text })
      const { code, err } = await run(name, place.file('two.mlp'))
      expect(code).toBe(1)
      expect(err).toContain('error[model-unclear]: this file holds 2 models: `small` and `large`')
      expect(err).toContain('choose one by `--model small`')
    },
  )

  test.each(['train', 'show', 'summary', 'gradcheck'])(
    '%s takes the one it is told',
    async (name) => {
      const place = folder({ 'two.mlp': text })
      const { code, err } = await run(name, place.file('two.mlp'), '--model', 'large')
      expect(code, err).toBe(0)
    },
  )

  test('names the models where none has the name', async () => {
    const place = folder({ 'two.mlp': text })
    const { code, err } = await run('train', place.file('two.mlp'), '--model', 'larg')
    expect(code).toBe(1)
    expect(err).toBe(
      'error[model-unknown]: the text has no model `larg`\n  = help: it has `small`, `large`\n',
    )
  })

  test('saves which model it was, and predicts with it', async () => {
    const place = folder({ 'two.mlp': text, 'rows.csv': 'x1,x2\n0.1,0.2\n' })
    const model = place.file('m.safetensors')
    expect(
      (await run('train', place.file('two.mlp'), '--model', 'large', '--out', model)).code,
    ).toBe(0)
    const { out } = await run('summary', model)
    expect(out).toContain('\ntrained from the model `large` of:\n')
    expect(out).toMatch(/dense2\.weight +\[16, 16\] +256\n/)
    expect((await run('predict', model, place.file('rows.csv'))).code).toBe(0)
  })

  test('check looks at all models, says what is common once, and tells of which the rest is', async () => {
    const wrong = text
      .replace('16 relu -> dense 2', '16 rleu -> dense 2')
      .replace('train epochs=2', 'train epoch=2')
    const place = folder({ 'two.mlp': `${wrong}loss mse on @smal\nstop watch=val.accuracy\n` })
    const { code, err } = await run('check', place.file('two.mlp'))
    expect(code).toBe(1)
    expect(err.match(/error\[/g)).toHaveLength(3)
    expect(err.match(/no argument `epoch`/g)).toHaveLength(1)
    expect(err.match(/unknown activation `rleu`/g)).toHaveLength(1)
    const one = await run('check', place.file('two.mlp'), '--model', 'small')
    expect(one.err.match(/error\[/g)).toHaveLength(2)
  })

  test('check tells of which model it is that a shared line does not fit', async () => {
    const measured = text.replace(
      'dense 4 relu -> dense 2',
      'dense 4 relu -> dense 1; loss mse; metrics [mae]',
    )
    const place = folder({ 'two.mlp': `${measured}stop watch=val.mae\n` })
    const { code, err } = await run('check', place.file('two.mlp'))
    expect(code).toBe(1)
    expect(err.match(/error\[/g)).toHaveLength(1)
    expect(err).toContain('error[watch-unknown]: `val.mae` is not measured')
    expect(err).toContain('  = help: this is of the model `large`\n')
  })

  test('check --fix mends all models', async () => {
    const place = folder({ 'two.mlp': text.replace('16 relu -> dense 2', '16 rleu -> dense 2') })
    const { code, out } = await run('check', place.file('two.mlp'), '--fix')
    expect(code).toBe(0)
    expect(out).toContain('[unknown-activation]')
  })

  test('does not show one model what another is to predict', async () => {
    const rows = Array.from({ length: 40 }, (_, i) => `${i},${i % 3},${i % 5}`).join('\n')
    const place = folder({
      'two.mlp':
        'data csv "d.csv" { target p on @one; target q on @two }\nmodel one { dense 1 as one }\nmodel two { dense 1 as two }\n',
      'd.csv': `x,p,q\n${rows}\n`,
    })
    const { out } = await run('show', place.file('two.mlp'), '--model', 'one')
    expect(out.split('\n')[0]).toBe('input input 1')
  })

  test('prints the tree of a file with several models', async () => {
    const place = folder({ 'two.mlp': text })
    const { code, out } = await run('show', place.file('two.mlp'), '--stage', 'ast')
    expect(code).toBe(0)
    expect(JSON.parse(out).kind).toBe('file')
  })
})

describe('the library', () => {
  const both = 'model small { dense 2 relu -> dense 1 }\nmodel large { dense 8 relu -> dense 1 }'
  const rows = Array.from({ length: 20 }, (_, i) => ({ x: i, y: 2 * i }))

  test('takes the model that it is told', async () => {
    const settings = { target: 'y', epochs: 1 }
    await expect(load(both).fit(rows, settings)).rejects.toThrow('--model small')
    await expect(load(both, { model: 'x' }).fit(rows, settings)).rejects.toThrow('no model `x`')
    const trained = await load(both, { model: 'large' }).fit(rows, settings)
    expect(trained.predict([{ x: 3 }])).toBeDefined()
  })

  test('checks all of them, as the command does', async () => {
    expect(await load(both).check()).toEqual([])
    const wrong = both.replace('8 relu', '8 rleu').replace('2 relu', '2 rleu')
    const codes = (await load(wrong).check()).map(({ code }) => code)
    expect(codes).toEqual(['unknown-activation', 'unknown-activation'])
    expect(await load('block cell { relu }').check()).toEqual([])
  })
})
