/** Every layer family gives the bits of one thread with any number of them: the examples, and a network of images. */
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { beforeAll, describe, expect, test } from 'vitest'
import { readModel } from '../src/model-file.ts'
import type { SavedModel } from '../src/saved-model.ts'
import { folder, run } from './support/cli.ts'

const examples = [
  ...['blocks', 'branch', 'deep', 'iris', 'regularised', 'schedule', 'two-headed', 'power'],
  ...['characters-gru', 'characters-attention'],
]
const example = (name: string): string =>
  fileURLToPath(new URL(`../../../examples/${name}.mlp`, import.meta.url))

const { file } = folder()

/** Convolutions in one group and in several, pools, three norms, dropout and an average over places. */
const images = `data idx images="images" labels="labels" {
  split train=100%
}

input image 28x28x1

conv 6 3x3 pad=same -> batch-norm -> relu -> max-pool 2
-> depthwise 3x3 pad=same -> group-norm 2 -> average-pool 2
-> conv 8 3x3 groups=2 -> dropout 20%
-> flatten -> norm -> dense 10

loss cross-entropy
optimizer adam lr=1e-2
train epochs=1 batch=16
`

function writeImages(): void {
  const idx = (shape: readonly number[], value: (i: number) => number): Uint8Array => {
    const header = Buffer.alloc(4 + 4 * shape.length)
    header.writeUInt32BE(0x0800 + shape.length)
    for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i)
    const count = shape.reduce((product, size) => product * size, 1)
    return Buffer.concat([header, Uint8Array.from({ length: count }, (_, i) => value(i))])
  }
  writeFileSync(
    file('images'),
    idx([60, 28, 28], (i) => (i * 7919) % 256),
  )
  writeFileSync(
    file('labels'),
    idx([60], (i) => i % 10),
  )
  writeFileSync(file('images.mlp'), images)
}

/** The states of a model after an epoch. */
async function trained(path: string, threads: number): Promise<SavedModel['states']> {
  const out = file(`${threads}.safetensors`)
  const options = ['--epochs', '1', '--threads', String(threads), '--out', out]
  const { code, err } = await run('train', path, ...options)
  expect(code, err).toBe(0)
  return readModel(readFileSync(out), out).states
}

beforeAll(writeImages)

describe.each([
  ...examples.map((name) => [name, example(name)] as const),
  ['images', file('images.mlp')] as const,
])('%s', (_, path) => {
  test('trains to the same bits on 1, 2, 3 and 7 threads', async () => {
    const alone = await trained(path, 1)
    expect(Object.keys(alone).length).toBeGreaterThan(1)
    for (const threads of [2, 3, 7]) expect(await trained(path, threads)).toEqual(alone)
  }, 60_000)
})
