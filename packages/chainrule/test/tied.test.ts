/** `weights=@embed.weight` from a text to a saved model, on both engines. */
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { chooseEngine, load, type Row } from '../src/index.ts'
import { readModel } from '../src/model-file.ts'
import { folder, records, run } from './support/cli.ts'

const words = 8
/** Three words out of four the next in the circle follows, else the one behind it. */
const rows: Row[] = Array.from({ length: 96 }, (_, i) => ({
  word: i % words,
  next: `w${(Math.floor(i / words) % 4 === 3 ? i + 7 : i + 1) % words}`,
}))
const csv = `word,next\n${rows.map(({ word, next }) => `${word},${next}`).join('\n')}\n`
const text = (tie: string): string =>
  `input word 1 integer
data csv "words.csv" { target next; features @word [word] }
@word -> embed ${words} dim=6 as embed -> flatten -> dense 6 tanh -> dense ${words}${tie}
optimizer adam lr=0.05
train epochs=20 batch=16
seed 2
`
const { file } = folder({
  'words.csv': csv,
  'tied.mlp': text(' weights=@embed.weight'),
  'apart.mlp': text(''),
  'auto.mlp':
    'data synthetic moons(points=60, noise=0.1)\ndense 6 tanh as enc -> dense 2 tanh weights=@enc.weight -> dense 2\n',
})

describe('a layer that is tied to an embedding', () => {
  test('keeps its bias alone, and the table is counted once', async () => {
    const { out } = await run('summary', file('tied.mlp'))
    expect(out).toMatch(/^dense2 +dense +\[B, 8\] +8 {2}weight = embed\.weight$/m)
    expect(out).toContain(`\n${words * 6 + 6 * 7 + words} parameters\n`)
    expect((await run('show', file('tied.mlp'), '--stage', 'graph')).out).toMatch(
      /^dense2 +dense +\[B, 8\] +<- dense1\.h +weight = embed\.weight$/m,
    )
    expect((await run('summary', file('auto.mlp'))).out).toContain(
      'weight = enc.weight, transposed\n',
    )
  })

  test.each(['tied', 'auto'])('has the gradient that finite differences give: %s', async (name) => {
    const { code, out } = await run('gradcheck', file(`${name}.mlp`))
    expect(code, out).toBe(0)
  })

  test('learns, and its saved model holds the table once and predicts as it did', async () => {
    const ran = await run(
      'train',
      file('tied.mlp'),
      '--out',
      file('m.safetensors'),
      '--format',
      'json',
    )
    expect(ran.code, ran.err).toBe(0)
    const told = records<{ readonly type: string; readonly train?: { readonly loss: number } }>(
      ran.out,
    )
    const losses = told.flatMap(({ type, train }) => (type === 'epoch' ? [train?.loss ?? 9] : []))
    expect(losses.at(-1)).toBeLessThan((losses[0] ?? 0) / 2)
    const { states } = readModel(readFileSync(file('m.safetensors')), 'm.safetensors')
    expect(Object.keys(states).sort()).toEqual([
      ...['dense1.bias', 'dense1.weight', 'dense2.bias', 'embed.weight'],
    ])
    const measured = await run('evaluate', file('m.safetensors'), file('words.csv'))
    expect(measured.code, measured.err).toBe(0)
    expect(measured.out).toMatch(/^96 rows {2}loss 0\.\d+ {2}accuracy (7[5-9]|[89]\d)/)
  })

  test('trains alike on both engines where it is transposed', async () => {
    const losses = async (engine: string): Promise<number[]> => {
      const { out } = await run(
        'train',
        file('auto.mlp'),
        '--epochs',
        '5',
        '--engine',
        engine,
        '--format',
        'json',
      )
      return records<{ readonly type: string; readonly train: { readonly loss: number } }>(
        out,
      ).flatMap(({ type, train }) => (type === 'epoch' ? [train.loss] : []))
    }
    const [js, wasm] = [await losses('js'), await losses('wasm')]
    expect(js).toHaveLength(5)
    js.forEach((loss, i) => {
      expect(wasm[i]).toBeCloseTo(loss, 4)
    })
  })

  test('trains alike on both engines', async () => {
    const trained = async (engine: 'js' | 'wasm'): Promise<number[]> => {
      const losses: number[] = []
      const model = load(text(' weights=@embed.weight').replace(/^data.*\n/m, ''), {
        engine: chooseEngine({ engine }),
      })
      const fitted = await model.fit(rows, {
        target: 'next',
        epochs: 5,
        onEvent: (event) => {
          if (event.type === 'epoch') losses.push(event.train.loss)
        },
      })
      fitted.dispose()
      return losses
    }
    const [js, wasm] = [await trained('js'), await trained('wasm')]
    expect(js).toHaveLength(5)
    js.forEach((loss, i) => {
      expect(wasm[i]).toBeCloseTo(loss, 4)
    })
  })
})
