/** A host that opens a text again and again may remember its data; what is said of them stays the same. */
import type { FileSource } from '@chainrule/data'
import { describe, expect, test } from 'vitest'
import { builtInRegistry, open, type RememberData } from '../src/workbench.ts'

const csv = new TextEncoder().encode('a,b\n1,2\n3,4\n5,6\n7,8\n')

/** Counts how often the file is read; remembers by the request without its places. */
function host() {
  let reads = 0
  const source: FileSource = {
    read: (name) => {
      reads++
      return { bytes: csv, name, quotable: true }
    },
  }
  const known = new Map<string, Awaited<ReturnType<RememberData>>>()
  const remember: RememberData = async (request, read) => {
    const key = JSON.stringify(request, (name, value) => (name === 'span' ? undefined : value))
    const data = known.get(key) ?? (await read())
    if (data !== undefined) known.set(key, data)
    return data
  }
  const look = (text: string) => open(text, { registry: builtInRegistry(), source, remember })
  return { look, reads: () => reads }
}

const text = (target: string, layers: string): string =>
  `data csv "rows.csv" {\n  target ${target}\n}\n${layers}\nloss mse\n`

describe('data are read once', () => {
  test('where the next text asks for the same', async () => {
    const { look, reads } = host()
    const first = await look(text('b', 'dense 1'))
    const second = await look(`// moved\n${text('b', 'dense 8 relu -> dense 1')}`)
    expect(first.diagnostics).toEqual([])
    expect(second.diagnostics).toEqual([])
    expect(second.data).toBe(first.data)
    expect(reads()).toBe(1)
  })

  test('and again where it asks for others', async () => {
    const { look, reads } = host()
    await look(text('b', 'dense 1'))
    await look(text('a', 'dense 1'))
    expect(reads()).toBe(2)
  })

  test('and what they lack is said each time, where it stands', async () => {
    const { look } = host()
    for (const before of ['', '\n\n']) {
      const wrong = `${before}${text('c', 'dense 1')}`
      const { diagnostics } = await look(wrong)
      expect(diagnostics).toMatchObject([{ code: 'column-not-found' }])
      expect(diagnostics[0]?.span.start).toBe(wrong.indexOf('c\n}'))
    }
  })
})
