/** What `predict` prints: the words and the numbers of the data. */
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { folder, run } from './support/cli.ts'

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))

const text = (declared = ''): string =>
  `data csv "data.csv" { target sold\n ${declared}\n split train=100% }
dense 4 tanh -> dense 1
loss binary-cross-entropy
optimizer adam lr=0.05
train epochs=60 batch=8
`
const data = ([no, yes]: readonly [string, string]): string =>
  `x,sold\n${Array.from({ length: 40 }, (_, i) => `${i},${i < 20 ? no : yes}\n`).join('')}`

const table = (out: string): string[][] =>
  out
    .trim()
    .split(/\r?\n/)
    .map((line) => line.split(','))

describe('a target of two words', () => {
  test.each<[string, string, string]>([
    ['no', 'yes', ''],
    ['No', 'YES', ''],
    ['false', 'true', ''],
    ['N', 'Y', ''],
    ['0', '1', ''],
    ['0', '1', 'column sold boolean'],
  ])('%s and %s %s: predictions use them, before and after saving', async (no, yes, declared) => {
    const place = folder({
      'model.mlp': text(declared),
      'data.csv': data([no, yes]),
      'new.csv': 'x\n1\n38\n',
    })
    const trained = await run('train', place.file('model.mlp'), '--out', place.file('model.st'))
    expect(trained.err).not.toContain('error')
    const ran = await run('predict', place.file('model.st'), place.file('new.csv'))
    const [head, first, second] = table(ran.out)
    expect(head).toEqual(['x', 'prediction', `p(${no})`, `p(${yes})`])
    expect([first?.[1], second?.[1]]).toEqual([no, yes])
    const measured = await run('evaluate', place.file('model.st'), place.file('data.csv'))
    expect(measured.out).toContain('accuracy')
    const args = ['--conditions=source', '--disable-warning=ExperimentalWarning', bin]
    const there = spawnSync(
      process.execPath,
      [...args, 'predict', place.file('model.st'), place.file('new.csv')],
      { encoding: 'utf8' },
    )
    expect(there.stdout).toBe(ran.out)
  })
})
