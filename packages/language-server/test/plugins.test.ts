/** Plugins in an editor: their manifests say all, and their code never runs. */
import { existsSync, writeFileSync } from 'node:fs'
import { defineLayer, positiveInteger } from '@chainrule/core'
import { manifestOf } from '@chainrule/plugins'
import { fileManifestText } from '@chainrule/plugins/node'
import { describe, expect, test } from 'vitest'
import type { CompletionItem, Hover } from 'vscode-languageserver-protocol'
import { type Client, cursorIn, type Place, place, sharedClient } from './support/client.ts'

const gate = defineLayer({
  name: 'gate',
  summary: 'Half of it decides about the other half.',
  arguments: { units: positiveInteger() },
  options: { keepers: positiveInteger({ default: 4 }) },
  shape: ({ units }, [h]) => [...h.slice(0, -1), units],
  forward: () => {
    throw new Error('the code of a plugin was run')
  },
})

/** Code that is seen to have run: it writes a file beside the model. */
const loud = (at: Place): string =>
  `import { writeFileSync } from 'node:fs'\nwriteFileSync(${JSON.stringify(at.file('ran'))}, '')\n`

/** A folder with such a package and such a file, each with the manifest of `gate`. */
function folder(): Place {
  const at = place()
  const home = 'node_modules/chainrule-plugin-gate'
  const json = {
    ...{ name: 'chainrule-plugin-gate', version: '1.2.0', type: 'module', main: './index.js' },
    chainrule: { api: 1, manifest: './chainrule.json' },
  }
  at.put({
    [`${home}/package.json`]: JSON.stringify(json),
    [`${home}/chainrule.json`]: JSON.stringify(manifestOf([gate])),
    [`${home}/index.js`]: loud(at),
    'mine.ts': loud(at),
  })
  writeFileSync(at.file('mine.chainrule.json'), fileManifestText(at.file('mine.ts'), [gate]))
  return at
}

async function completed(editor: Client, uri: string, marked: string): Promise<CompletionItem[]> {
  const { text, position } = cursorIn(marked)
  editor.change(uri, { text })
  return editor.ask('completion', uri, { position })
}

async function hovered(editor: Client, uri: string, marked: string): Promise<unknown> {
  const { text, position } = cursorIn(marked)
  editor.change(uri, { text })
  const box = await editor.ask<Hover | null>('hover', uri, { position })
  return box !== null && 'value' in Object(box.contents) ? Object(box.contents).value : box
}

describe.each([
  ['a package', 'use "chainrule-plugin-gate" as g'],
  ['a file of one’s own', 'use "./mine.ts" as g'],
])('%s is known by its manifest, and its code is not run', (_, use) => {
  test('in diagnostics, completion, hover and hints', async () => {
    const at = folder()
    const uri = at.uri('model.mlp')
    const editor = await sharedClient()
    editor.open(uri, `${use}\ninput x 6\n@x -> g.gate 8 -> dense 2\n`)
    expect(await editor.diagnostics(uri)).toEqual([])
    const range = { start: { line: 2, character: 0 }, end: { line: 3, character: 0 } }
    const hints = await editor.ask('inlayHint', uri, { range })
    expect(hints).toMatchObject([{ label: '[B, 6]' }, { label: '[B, 8]' }, { label: '[B, 2]' }])

    const layers = await completed(editor, uri, `${use}\ninput x 6\n@x -> g.‸`)
    const offered = layers.find(({ label }) => label === 'g.gate')
    expect(offered?.detail).toContain('g.gate units keepers=4')
    const { documentation } = await editor.connection.sendRequest<CompletionItem>(
      'completionItem/resolve',
      offered,
    )
    expect(JSON.stringify(documentation)).toContain('Half of it decides about the other half.')
    const names = await completed(editor, uri, `${use}\ninput x 6\n@x -> g.gate 8 ‸`)
    expect(names.map(({ label }) => label)).toContain('keepers')

    const box = await hovered(editor, uri, `${use}\ninput x 6\n@x -> g.ga‸te 8 -> dense 2\n`)
    expect(box).toContain('g.gate units keepers=4')
    expect(box).toContain('Half of it decides about the other half.')
    expect(box).toContain('output: `[B, 8]`')

    editor.change(uri, { text: `${use}\ninput x 6\n@x -> g.gate 8 kepers=2 -> dense 2\n` })
    expect(await editor.diagnostics(uri)).toMatchObject([{ code: 'argument-unknown' }])
    const actions = await editor.ask('codeAction', uri, { range, context: { diagnostics: [] } })
    expect(actions).toMatchObject([{ title: 'Write `keepers` for `kepers`' }])
    expect(existsSync(at.file('ran'))).toBe(false)
  })
})

test('what may be used is offered between the quotes', async () => {
  const at = folder()
  const scoped = 'node_modules/@me/chainrule-plugin-other/package.json'
  at.put({ 'blocks.mlp': '', 'other.ts': '', [scoped]: '{}', 'node_modules/left-pad/x': '' })
  const uri = at.uri('model.mlp')
  const editor = await sharedClient()
  editor.open(uri, '')
  const items = await completed(editor, uri, 'use "./‸"\ndense 1\n')
  expect(items.map(({ label, detail }) => [label, detail])).toEqual([
    ['./blocks.mlp', 'a file of blocks'],
    ['./mine.ts', 'plugins of your own'],
    ['@me/chainrule-plugin-other', 'a package of plugins'],
    ['chainrule-plugin-gate', 'a package of plugins'],
  ])
  expect(existsSync(at.file('ran'))).toBe(false)
})

describe('what is wrong with a plugin is said at its `use`', () => {
  const text = 'use "chainrule-plugin-gate"\ninput x 6\n@x -> gate 8 -> dense 2\n'
  const home = 'node_modules/chainrule-plugin-gate'

  test.each<[what: string, files: Record<string, string>, code: string]>([
    ['a manifest that is no JSON', { [`${home}/chainrule.json`]: '{' }, 'plugin-manifest-invalid'],
    ['a manifest of nothing', { [`${home}/chainrule.json`]: '[]' }, 'plugin-manifest-invalid'],
    ['a package.json that is broken', { [`${home}/package.json`]: '{' }, 'plugin-none'],
    ['a package.json of nothing', { [`${home}/package.json`]: 'null' }, 'plugin-none'],
  ])('%s', async (_, files, code) => {
    const at = folder()
    at.put(files)
    const uri = at.uri('model.mlp')
    const editor = await sharedClient()
    editor.open(uri, text)
    const range = { start: { line: 0, character: 4 }, end: { line: 0, character: 27 } }
    expect(await editor.diagnostics(uri)).toMatchObject([{ code, range }])
    expect(existsSync(at.file('ran'))).toBe(false)
  })

  test('until it is mended, of which the next look hears', async () => {
    const at = folder()
    const uri = at.uri('model.mlp')
    at.put({ [`${home}/chainrule.json`]: '{' })
    const editor = await sharedClient()
    editor.open(uri, text)
    expect(await editor.diagnostics(uri)).toHaveLength(1)
    at.put({ [`${home}/chainrule.json`]: JSON.stringify(manifestOf([gate])) })
    editor.change(uri, { text: `${text}\n` })
    expect(await editor.diagnostics(uri)).toEqual([])
  })

  test('and a file whose manifest is of other code leaves a note', async () => {
    const at = folder()
    const uri = at.uri('model.mlp')
    writeFileSync(at.file('mine.ts'), `${loud(at)}// changed\n`)
    const editor = await sharedClient()
    editor.open(uri, 'use "./mine.ts" as g\ninput x 6\n@x -> g.gate 8 -> dense 2\n')
    const found = await editor.diagnostics(uri)
    expect(found).toMatchObject([{ severity: 3, range: { start: { line: 0, character: 4 } } }])
    expect(existsSync(at.file('ran'))).toBe(false)
  })
})
