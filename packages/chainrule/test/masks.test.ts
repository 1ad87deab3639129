/** Masks and further outputs from a text to predictions: what is masked is not read. */
import { describe, expect, test } from 'vitest'
import { folder, records, run } from './support/cli.ts'

const places = [0, 1, 2, 3, 4]

/** Rows of one to five tokens; `kind` is whether more of them are even. What stands behind the end is `padding`. */
function rowsWith(padding: (row: number, t: number) => number): string {
  const lines = Array.from({ length: 80 }, (_, row) => {
    const length = 1 + (row % 5)
    const tokens = places.map((t) => (t < length ? 1 + ((row * 7 + t * 3) % 8) : padding(row, t)))
    const even = tokens.slice(0, length).filter((token) => token % 2 === 0).length
    const mask = places.map((t) => Number(t < length))
    return [...tokens, ...mask, even * 2 > length ? 'even' : 'odd'].join(',')
  })
  const names = [...places.map((t) => `t${t}`), ...places.map((t) => `m${t}`), 'kind']
  return `${[names.join(','), ...lines].join('\n')}\n`
}

const list = (letter: string): string => `[${places.map((t) => `${letter}${t}`).join(', ')}]`
const masked = (layers: string): string => `input tokens 5 integer
input mask 5 boolean
data csv "rows.csv" {
  features @tokens ${list('t')}
  features @mask ${list('m')}
  target kind
}
@tokens -> embed 9 dim=4 as e
${layers} -> dense 2
loss cross-entropy
optimizer adam lr=0.01
train epochs=30 batch=16
`
/** The mask is what is no padding. */
const padded = (layers: string): string =>
  masked(layers)
    .replace(/^input mask.*\n/m, '')
    .replace(/^ {2}features @mask.*\n/m, '')
    .replace('dim=4', 'dim=4 padding=0')

const gru = '[@e, @mask] -> gru 6'
const attention = '[@e, @mask] -> attention 2 as a\n[@a, @mask] -> gru 6'
const states = '[@e, @mask] -> lstm 6 sequences=true as l\n@l.state'
const place = folder({
  'rows.csv': rowsWith(() => 0),
  'noise.csv': rowsWith((row, t) => (row * 5 + t) % 9),
  'gru.mlp': masked(gru),
  'attention.mlp': masked(attention),
  'states.mlp': masked(states),
  'padded.mlp': padded(gru.replace('@mask', '@e.mask')),
})
const { file } = place

async function trained(name: string): Promise<number> {
  const { out, code, err } = await run(
    ...['train', file(`${name}.mlp`), '--out', file(`${name}.safetensors`), '--format', 'json'],
  )
  expect(code, err).toBe(0)
  const { train } = records<{ readonly train: { readonly loss: number } }>(out).at(-1) ?? {}
  return train?.loss ?? Number.NaN
}

async function predicted(name: string, data: string): Promise<string[]> {
  const { out, code, err } = await run('predict', file(`${name}.safetensors`), file(data))
  expect(code, err).toBe(0)
  // The columns of the file stand first.
  return out.split('\n').map((line) => line.split(',').slice(11).join())
}

describe.each(['gru', 'attention', 'states'])('a mask of `%s`', (name) => {
  test('is learnt with, and what it leaves out changes no prediction', async () => {
    expect(await trained(name)).toBeLessThan(0.6)
    const plain = await predicted(name, 'rows.csv')
    expect(new Set(plain).size).toBeGreaterThan(10)
    expect(await predicted(name, 'noise.csv')).toEqual(plain)
  })

  test('has a gradient that agrees three ways', async () => {
    const { out, code } = await run('gradcheck', file(`${name}.mlp`))
    expect(code, out).toBe(0)
  })
})

test('padding of `embed` is a mask', async () => {
  await trained('padded')
  const plain = await predicted('padded', 'rows.csv')
  expect(new Set(plain).size).toBeGreaterThan(10)
  // There padding holds other numbers, which count.
  expect(await predicted('padded', 'noise.csv')).not.toEqual(plain)
  const { out, code } = await run('gradcheck', file('padded.mlp'))
  expect(code, out).toBe(0)
})

test('a mask is shown as it is written', async () => {
  const { out } = await run('show', file('gru.mlp'))
  expect(out).toContain('input mask 5 boolean')
  expect((await run('show', file('gru.mlp'), '--stage', 'graph')).out).toMatch(/bool\[B, 5\]/)
})
