/** `chainrule show --resolved`: what it prints is a text of its own, with the same settings. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { folder, run } from './support/cli.ts'

test('prints a text that shows the same settings, and itself', async () => {
  const place = folder({
    'a.mlp': 'let w = 16\n// kept\ndense w relu -> dense 1\ntrain batch=4 // beside\n',
    'd.csv': `x,y\n${Array.from({ length: 60 }, (_, i) => `${i},${2.5 * i + (i % 7)}`).join('\n')}\n`,
  })
  const data = ['--data', place.file('d.csv'), '--target', 'y']
  const plain = await run('show', place.file('a.mlp'), ...data)
  const { code, out } = await run('show', place.file('a.mlp'), '--resolved', ...data)
  expect(code).toBe(0)
  expect(out).toContain(
    '// kept\ndense w relu bias=true weights=glorot-uniform\n  -> dense 1 activation=linear bias=true weights=glorot-uniform\ntrain epochs=',
  )
  expect(out).toContain(' batch=4 shuffle=true accumulate=1 // beside\n')
  const again = folder({ 'a.mlp': out })
  expect((await run('show', again.file('a.mlp'), ...data)).out).toBe(plain.out)
  expect((await run('show', again.file('a.mlp'), '--resolved', ...data)).out).toBe(out)
})

test.each(['iris', 'cars', 'penguins', 'spiral', 'xor'])(
  'resolves the example %s',
  async (name) => {
    const file = fileURLToPath(new URL(`../../../examples/${name}.mlp`, import.meta.url))
    const { code, out, err } = await run('show', file, '--resolved')
    expect(code, err).toBe(0)
    expect(out.split('\n')[0]).toBe(readFileSync(file, 'utf8').split('\n')[0])
    expect(out).toContain('seed ')
  },
)

test('writes what made-up data take, and of several models the one that is asked for', async () => {
  const file = fileURLToPath(new URL('../../../examples/depth.mlp', import.meta.url))
  const { code, out, err } = await run('show', file, '--resolved', '--model', 'straight')
  expect(code, err).toBe(0)
  expect(out).toContain('data synthetic spiral(points=600, noise=0.1, classes=2, seed=0)\n')
  expect(out).toContain('    -> norm epsilon=0.00001\n')
  expect(out).toContain('repeat depth { skip width } -> norm -> dense 2\n')
})

test('writes how the columns of a table were read, and reads them so again', async () => {
  const rows = Array.from({ length: 60 }, (_, i) =>
    [i % 4 ? i : '', i % 2 ? 'yes' : 'no', 'abc'[i % 3], 2.5 * i].join(),
  )
  const place = folder({
    'd.csv': `area,garden,kind,price\n${rows.join('\n')}\n`,
    'a.mlp': 'data csv "d.csv" { target price; column kind missing=refuse }\ndense 1\n',
  })
  const { code, out, err } = await run('show', place.file('a.mlp'), '--resolved')
  expect(code, err).toBe(0)
  expect(out).toBe(`data csv "d.csv" header=true {
  target price; column kind category missing=refuse
  features [area, garden, kind]
  column area number missing=mean
  column garden boolean missing=most
  column price number
  split train=80% validate=20%
  scale standard
}

input input 5
dense 1 activation=linear bias=true weights=glorot-uniform

loss mse
optimizer adam lr=0.001 decay=0 beta1=0.9 beta2=0.999 epsilon=1e-8
train epochs=500 batch=32 shuffle=true accumulate=1
metrics [mae, r2]
seed 42
stop watch=validation.loss restore=best
`)
  const again = folder({ 'd.csv': `area,garden,kind,price\n${rows.join('\n')}\n`, 'a.mlp': out })
  expect((await run('show', again.file('a.mlp'), '--resolved')).out).toBe(out)
})

test.each([
  ['one number, which is yes or no', 'dense 1'],
  ['a number for each', 'dense 2'],
])('writes out two classes that are told by %s', async (_, model) => {
  const rows = Array.from({ length: 60 }, (_, i) => `${i % 9},${i % 9 > 4 ? 'yes' : 'no'}`)
  const place = folder({
    'd.csv': `hours,passed\n${rows.join('\n')}\n`,
    'a.mlp': `data csv "d.csv" { target passed }\n${model}\n`,
  })
  const { code, out, err } = await run('show', place.file('a.mlp'), '--resolved')
  expect(code, err).toBe(0)
  expect(out).toContain('  column passed boolean\n')
})

test('fills in a file of blocks by itself, but for what draws their weights', async () => {
  const place = folder({ 'blocks.mlp': 'let n = 4\nblock cell(w) { dense w elu -> norm }\n' })
  const { code, out, err } = await run('show', place.file('blocks.mlp'), '--resolved')
  expect(code, err).toBe(0)
  expect(out).toBe(
    'let n = 4\nblock cell(w) { dense w elu(alpha=1) bias=true -> norm epsilon=0.00001 }\n',
  )
})

test('does not go with --stage', async () => {
  expect((await run('show', 'a.mlp', '--resolved', '--stage', 'ast')).code).toBe(1)
})
