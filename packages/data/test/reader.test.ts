/** A reader of a plugin gets bytes and gives columns; a table is made of them as of any other file. */
import { ChainruleError } from '@chainrule/program'
import { describe, expect, test } from 'vitest'
import type { NamedColumn } from '../src/index.ts'
import { type FileReader, loadData } from '../src/load.ts'
import { gzip } from './support/idx.ts'

const text = 'x y\n1 2\n'
const source = (quotable: boolean, bytes: Uint8Array = new TextEncoder().encode(text)) => ({
  read: (name: string) => ({ bytes, name, quotable }),
})
const load = (reader: FileReader, from = source(true)) =>
  loadData(from, { kind: 'reader', path: 'a.x', reader })
const giving = (...columns: NamedColumn[]): FileReader => ({ read: () => columns })

describe('a reader', () => {
  test.each([
    ['plain', new TextEncoder().encode(text)],
    ['unpacked', gzip(text)],
  ])('gets the bytes %s, and the name', async (_, bytes) => {
    const seen: string[] = []
    const reader: FileReader = {
      read: ({ name, bytes }) => {
        seen.push(name, new TextDecoder().decode(bytes))
        return [{ name: 'x', values: [1] }]
      },
    }
    await load(reader, source(true, bytes))
    expect(seen).toEqual(['a.x', text])
  })

  test('gives single values and lists; what means missing elsewhere does here', async () => {
    const { data } = await load(
      giving(
        { name: 'x', values: [1, 'NA', ' '] },
        { name: 'photo', values: [[1, 2], [3, 4], null] },
        { name: 'sure', values: [true, false, null] },
      ),
    )
    expect(data).toMatchObject({
      kind: 'table',
      rows: 3,
      columns: [
        { name: 'x', cells: [1, null, null] },
        { name: 'sure', cells: [true, false, null] },
      ],
      lists: [{ name: 'photo', shape: [2] }],
      origin: { file: 'a.x', counts: 'record', quotable: true },
    })
  })

  test('may quote the file in what it refuses, unless it lies outside', async () => {
    const reader: FileReader = {
      read: () => {
        throw new ChainruleError('file-invalid', 'a.x: `secret` is no number', { help: 'mend it' })
      },
    }
    await expect(load(reader)).rejects.toMatchObject({ message: 'a.x: `secret` is no number' })
    const told = await load(reader, source(false)).catch((error: unknown) => error)
    expect(told).toMatchObject({
      code: 'file-invalid',
      message: 'a.x could not be read',
      help: 'what is wrong with a file from outside is not told: move it beside the model file',
      data: { file: 'a.x' },
    })
  })
})
