/** The text that `init` begins with reads its data, whatever the file's ending and however its columns are called. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { folder, run } from './support/cli.ts'

const rows = Array.from({ length: 40 }, (_, i) => [(i * 7) % 11, i % 5, i % 2 === 0 ? 'a' : 'b'])
const names = ['width, mm', 'depth', 'label']

const table = (delimiter: string): string =>
  [names, ...rows].map((cells) => cells.join(delimiter)).join('\n')
const records = rows.map((cells) => Object.fromEntries(names.map((name, i) => [name, cells[i]])))
const lines = records.map((record) => JSON.stringify(record)).join('\n')

/** Of what `init` writes for a file: the line of its data, after a check of the text. */
async function written(file: string, content: string | Uint8Array): Promise<string> {
  const place = folder()
  writeFileSync(place.file(file), content)
  const out = place.file('out.mlp')
  const made = await run('init', place.file(file), '--out', out)
  expect(made.code, made.err).toBe(0)
  expect(existsSync(out)).toBe(true)
  const checked = await run('check', out)
  expect(checked.out + checked.err).toMatch(/^ok /)
  return /^data .*/m.exec(readFileSync(out, 'utf8'))?.[0] ?? ''
}

describe('the data line of a starting text', () => {
  test.each([
    ['d.tsv', table('\t'), 'data csv "d.tsv" delimiter="\\t" {'],
    ['d.json', JSON.stringify(records), 'data json "d.json" {'],
    ['d.ndjson', lines, 'data json "d.ndjson" {'],
    ['d.jsonl.gz', gzipSync(lines), 'data json "d.jsonl.gz" {'],
    ['d.json.gz', gzipSync(JSON.stringify(records)), 'data json "d.json.gz" {'],
    ['d.txt', table(';').replace('width, mm', 'width'), 'data csv "d.txt" {'],
  ])('of %s reads the file', async (file, content, line) => {
    expect(await written(file, content)).toBe(line)
  })
})

test.each(['true', 'on', 'as', 'let', 'first\nsecond', 'a "b"', 'über', '3rd'])(
  'a column called %j is a target and a feature that can be read',
  async (name) => {
    const cells = rows.map(([a, b, c]) => ({ [name]: a, y: b, label: c }))
    const target = rows.map(([a, , c]) => ({ a, [name]: c }))
    expect(await written('d.json', JSON.stringify(cells))).toContain('data json')
    expect(await written('d.json', JSON.stringify(target))).toContain('data json')
  },
)
