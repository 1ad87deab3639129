/** A file that is no text is told what it is, before anything in it is taken for a table. */
import { describe, expect, test } from 'vitest'
import { loadData } from '../src/load.ts'
import { gzip } from './support/idx.ts'

const latin = (text: string): Uint8Array => Uint8Array.from(text, (each) => each.charCodeAt(0))

const load = (bytes: Uint8Array, kind: 'csv' | 'json' = 'csv') =>
  loadData({ read: (name) => ({ bytes, name, quotable: true }) }, { kind, path: 'a.x' })

const files: readonly [name: string, content: string, what: string, help: string][] = [
  ['a PDF', '%PDF-1.7\n1 0 obj\n<<>>\n', 'is a PDF document', 'export what it holds as CSV'],
  ['a ZIP', 'PK\x03\x04\x14,b\n1,2\n', 'is a ZIP archive or', 'save the sheet as CSV'],
  ['an old workbook', '\xd0\xcf\x11\xe0\xa1', 'is an office document', 'save the sheet'],
  ['a PNG', '\x89PNG\r\n\x1a\n\0\0', 'is a PNG image', '`data idx`'],
  ['a JPEG', '\xff\xd8\xff\xe0\0\x10JFIF', 'is a JPEG image', '`data idx`'],
  ['a GIF', 'GIF89a,b\n1,2\n', 'is a GIF image', '`data idx`'],
  ['a Parquet file', 'PAR1\x15\x04', 'is a Parquet file', 'as CSV or JSON'],
  ['a database', 'SQLite format 3\0', 'is an SQLite database', 'as CSV or JSON'],
  ['an array', '\x93NUMPY\x01\0v', 'is a NumPy array', 'as CSV or JSON'],
  ['a zero byte', 'a,b\n1,\0\n', 'holds bytes that are no text', 'give a CSV or JSON file'],
]

describe('a file that is no text', () => {
  test.each(files)('is refused: %s', async (_, content, what, help) => {
    const refusal = {
      code: 'file-not-text',
      message: expect.stringContaining(`a.x is no table: it ${what}`),
      help: expect.stringContaining(help),
      data: { file: 'a.x' },
    }
    await expect(load(latin(content))).rejects.toMatchObject(refusal)
    await expect(load(latin(content), 'json')).rejects.toMatchObject(refusal)
    await expect(load(gzip(latin(content)))).rejects.toMatchObject(refusal)
  })

  test('is no text either where a text is asked for', async () => {
    const source = { read: () => ({ bytes: latin('%PDF-1.7 '), name: 'a.txt', quotable: true }) }
    await expect(
      loadData(source, { kind: 'text', path: 'a.txt', window: 2 }),
    ).rejects.toMatchObject({
      message: 'a.txt is no text: it is a PDF document',
      help: 'give a text file, in UTF-8',
    })
  })

  test.each([
    ['words like the first of a format', 'PKA,GIF\n1,2\n3,4\n'],
    ['a per cent sign', '%PDF,b\n1,2\n3,4\n'],
  ])('is not every one that begins like one: %s', async (_, content) => {
    expect((await load(latin(content))).data.rows).toBe(2)
  })

  test('in UTF-16 is one in another encoding', async () => {
    await expect(load(latin('\xff\xfea\0,\0'))).rejects.toMatchObject({ code: 'data-not-utf-8' })
  })
})
