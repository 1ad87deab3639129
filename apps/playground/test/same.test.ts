/** Which texts go on with the weights, and which disturb nothing. */
import { describe, expect, it } from 'vitest'
import { openText } from '../src/worker/open-text.ts'
import { drawSame, meanSame } from '../src/worker/same.ts'

const bytes = (csv: string): Uint8Array => new TextEncoder().encode(csv)
const table = (header: string, unit: number): string =>
  `${header}\n${Array.from({ length: 20 }, (_, i) => `${i * unit},${(i * 7) % 5}`).join('\n')}`

const text =
  'data csv "a.csv" { target y; split train=100% }\ndense 3 tanh -> dense 1\noptimizer adam lr=0.01\n'
const csv = table('x,y', 1)

describe('two texts', () => {
  it.each([
    ['another comment', `// Mine.\n${text}`, csv, 'same'],
    ['the same in another form', text.replace('lr=0.01', 'lr=1e-2'), csv, 'same'],
    ['another rate', text.replace('lr=0.01', 'lr=0.02'), csv, 'kept'],
    ['a metric', `${text}metrics [mae]\n`, csv, 'kept'],
    ['another width', text.replace('dense 3', 'dense 4'), csv, 'other'],
    ['another seed', `${text}seed 7\n`, csv, 'other'],
    ['other rows of the same file', text, table('x,y', 1).replace('\n5,0', '\n5,9'), 'other'],
    ['a column of another name', text, table('z,y', 1), 'kept'],
    ['a column in another unit', text, table('x,y', 64), 'kept'],
  ])('%s', async (_, other, data, wanted) => {
    const a = await openText(text, { 'a.csv': bytes(csv) })
    const b = await openText(other, { 'a.csv': bytes(data) })
    const found = meanSame(a, b) ? 'same' : drawSame(a, b) ? 'kept' : 'other'
    expect(found).toBe(wanted)
  })
})
