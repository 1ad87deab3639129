/** `docs/guide/language.md`: every text of it is right, or wrong in just the words that stand below it. */
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { directives, reservedWords } from '@chainrule/core'
import { folderSource } from '@chainrule/data/node'
import { describe, expect, test } from 'vitest'
import { builtInRegistry } from '../src/batteries.ts'
import { renderAll } from '../src/diagnostics.ts'
import { open } from '../src/open.ts'
import { openModels, together } from '../src/several-models.ts'

const guide = readFileSync(new URL('../../../docs/guide/language.md', import.meta.url), 'utf8')
const examples = fileURLToPath(new URL('../../../examples', import.meta.url))
const blocks = [...guide.matchAll(/^```(\S+)(?: (\S+))?\n(.*?)^```$/gms)].map(
  ([, kind = '', how = '', text = '']) => ({ kind, how, text }),
)
const files = new Map(
  blocks.flatMap(({ how, text }) =>
    how.startsWith('file=') ? [[how.slice(5), text] as const] : [],
  ),
)

/** The examples' folder, and the files that the guide itself shows. */
const onDisk = folderSource(examples)
const source = {
  read: (path: string) => {
    const shown = files.get(path.replace(/^\.\//, ''))
    return shown === undefined
      ? onDisk.read(path)
      : { bytes: new TextEncoder().encode(shown), name: path, quotable: true }
  },
}

async function said(text: string): Promise<string> {
  const registry = builtInRegistry()
  const opened = together(
    await openModels(undefined, (model) =>
      open(text, {
        ...{ registry, source, file: 'model.mlp', requireModel: false },
        ...(model === undefined ? {} : { model }),
      }),
    ),
  )
  return renderAll(opened.diagnostics, opened)
}

describe('the guide of the language', () => {
  const texts = blocks.filter(({ kind }) => kind === 'mlp')
  test.each(texts.filter(({ how }) => how === '').map(({ text }) => text))(
    'is right: %s',
    async (text) => {
      expect(await said(text)).toBe('')
    },
  )

  test('shows what a person reads', async () => {
    const wrong = texts.filter(({ how }) => how === 'wrong')
    const shown = blocks.filter(({ kind }) => kind === 'text')
    expect(wrong.length).toBe(shown.length)
    for (const [i, { text }] of wrong.entries())
      expect(`${await said(text)}\n`).toBe(shown[i]?.text)
  })

  test('has every word of the language in a text, and in its table', () => {
    const code = texts.map(({ text }) => text).join('\n')
    const table = guide.slice(guide.indexOf('## Every word'))
    const words = [...reservedWords, ...directives]
    expect(words.filter((word) => !table.includes(`\`${word}\``))).toEqual([])
    const untried = words.filter((word) => !new RegExp(`\\b${word}\\b`).test(code))
    expect(untried).toEqual(['false', 'export'])
  })
})
