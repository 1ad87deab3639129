import fc from 'fast-check'
import { expect, test } from 'vitest'
import { imageSet, readIdx } from '../src/idx.ts'
import { failure } from './support/errors.ts'
import { gzip, idxBytes } from './support/idx.ts'

test.each([
  ['labels', [3]],
  ['images', [2, 3, 4]],
  ['images with channels', [2, 3, 4, 3]],
  ['none', [0, 28, 28]],
  ['more than one gzip chunk', [100, 28, 28]],
])('%s are read plain and gzipped', async (_, shape) => {
  const bytes = idxBytes(shape)
  const plain = await readIdx(bytes)
  expect(plain.shape).toEqual(shape)
  expect(plain.values).toEqual(bytes.subarray(4 + 4 * shape.length))
  const zipped = await readIdx(gzip(bytes))
  expect(zipped.shape).toEqual(shape)
  expect(Buffer.compare(zipped.values, plain.values)).toBe(0)
})

test.each<[string, Uint8Array, string]>([
  ['nothing', new Uint8Array(0), 'idx-not-idx'],
  ['a text', new TextEncoder().encode('a,b\n1,2\n'), 'idx-not-idx'],
  ['no sizes', idxBytes([]), 'idx-not-idx'],
  ['floats', idxBytes([2], { type: 13 }), 'idx-type'],
  ['a file cut off in its header', idxBytes([2, 3], { cut: 8 }), 'idx-length'],
  ['a file cut off in its values', idxBytes([2, 3], { cut: 1 }), 'idx-length'],
  ['a file that goes on', idxBytes([2, 3], { extra: 1 }), 'idx-length'],
  ['a gzipped file cut off inside', gzip(idxBytes([2, 3], { cut: 1 })), 'idx-length'],
  ['a gzipped file that goes on', gzip(idxBytes([2, 30], { extra: 1 })), 'idx-length'],
  ['a gzip cut off', gzip(idxBytes([60, 28])).subarray(0, 100), 'gzip-damaged'],
  ['gzipped text', gzip('a,b\n1,2\n'.repeat(30)), 'idx-not-idx'],
])('%s: refused', async (_, bytes, code) => {
  expect(await failure(() => readIdx(bytes, 'x.idx'))).toMatchObject({
    code,
    data: { file: 'x.idx' },
  })
})

test('sizes larger than the file are refused without taking the memory', async () => {
  const header = idxBytes([0, 0, 0, 0])
  const view = new DataView(header.buffer)
  for (const [i, size] of [30000, 256, 256, 1].entries()) view.setUint32(4 + 4 * i, size)
  expect((await failure(() => readIdx(header))).code).toBe('idx-length')
  const padded = new Uint8Array(1000)
  padded.set(header)
  expect((await failure(() => readIdx(gzip(padded)))).code).toBe('idx-length')
  view.setUint32(4, 0xffffffff)
  expect((await failure(() => readIdx(header))).code).toBe('file-too-large')
})

test('a flipped bit in a gzipped file is found', async () => {
  const bytes = gzip(idxBytes([20, 28]))
  await fc.assert(
    fc.asyncProperty(
      fc.integer({ min: 10, max: bytes.length - 1 }),
      fc.nat({ max: 7 }),
      async (at, bit) => {
        const flipped = bytes.slice()
        flipped[at] = (flipped[at] ?? 0) ^ (1 << bit)
        // A bit of the last length field, or one that deflate does not use, leaves the bytes whole.
        const came = await readIdx(flipped).catch((error: unknown) => error)
        if (came instanceof Error) expect(came.name).toBe('DataError')
        else
          expect((came as { values: Uint8Array }).values).toEqual(idxBytes([20, 28]).subarray(12))
      },
    ),
    { numRuns: 40, seed: 20261123 },
  )
})

test('images get a channel and are paired with their labels', async () => {
  const images = await readIdx(idxBytes([2, 3, 4]))
  const labels = await readIdx(idxBytes([2]))
  const set = imageSet(images, labels, { images: 'i', labels: 'l' })
  expect(set).toMatchObject({ rows: 2, shape: [3, 4, 1], labels: Uint8Array.of(0, 1) })
  const three = await readIdx(idxBytes([3]))
  expect((await failure(() => imageSet(images, three, { images: 'i', labels: 'l' }))).code).toBe(
    'idx-counts',
  )
  expect((await failure(() => imageSet(labels, images, { images: 'i' }))).code).toBe('idx-counts')
})
