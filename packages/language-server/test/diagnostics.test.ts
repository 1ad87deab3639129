/** What the server says of texts is what `chainrule check` says, at places that editors understand. */
import { readdirSync, readFileSync, rmSync, symlinkSync, utimesSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { loadFile } from 'chainrule/node'
import { describe, expect, test } from 'vitest'
import type { Diagnostic } from 'vscode-languageserver-protocol'
import { client, place, sharedClient } from './support/client.ts'

const csv = 'area,rooms,price\n50,2,190\n80,3,300\n120,4,430\n65,2,240\n95,4,350\n'
const model = (target: string): string =>
  `data csv "houses.csv" {\n  target ${target}\n}\ndense 4 relu -> dense 1\nloss mse\n`

/** `line:character-character code` of each. */
const shown = (found: readonly Diagnostic[]): string[] =>
  found.map(
    ({ range: { start, end }, code }) =>
      `${start.line}:${start.character}-${end.line === start.line ? '' : `${end.line}:`}${end.character} ${code}`,
  )

describe('a place is a line and the UTF-16 units before it', () => {
  test.each<[what: string, text: string, shown: string[]]>([
    ['a word', 'input x 4\n@x -> dnese 16\n', ['1:6-11 unknown-layer']],
    [
      'behind signs of two units',
      'input x 4 /* 😀😀 */\n/*😀*/ @x -> dnese 16\n',
      ['1:13-18 unknown-layer'],
    ],
    ['lines that end with CRLF', 'input x 4\r\n\r\n@x -> dnese 16\r\n', ['2:6-11 unknown-layer']],
    ['lines that end with CR', 'input x 4\r@x -> dnese 16\r', ['1:6-11 unknown-layer']],
    ['shapes', 'input x 6\n@x -> dense 3 -> conv 8 3\n', ['1:17-21 shape-mismatch']],
    ['nothing that is wrong', 'input x 4\n@x -> dense 16\n', []],
    ['an empty text', '', ['0:0-0 no-model']],
  ])('%s', async (_, text, expected) => {
    const uri = place().uri('model.mlp')
    const editor = await sharedClient()
    editor.open(uri, text)
    expect(shown(await editor.diagnostics(uri))).toEqual(expected)
  })
})

test('a message says what is wrong and what helps; second places have their own', async () => {
  const uri = place().uri('model.mlp')
  const editor = await sharedClient()
  editor.open(uri, 'let w = 3\nlet w = 4\ninput x 4\n@x -> dnese w\n')
  const found = await editor.diagnostics(uri)
  const layer = found.find(({ code }) => code === 'unknown-layer')
  expect(layer?.message).toBe(
    'unknown layer `dnese`\nnot a built-in layer\nhelp: did you mean `dense`?',
  )
  const twice = found.find(({ code }) => code === 'declared-twice')
  expect(twice?.relatedInformation).toMatchObject([
    { location: { uri, range: { start: { line: 0, character: 4 } } } },
  ])
})

describe('of every example it says what `check` says', () => {
  const folder = new URL('../../../examples/', import.meta.url).pathname
  const examples = readdirSync(folder).filter((name) => name.endsWith('.mlp'))
  test('all of them open at once', async () => {
    const editor = await sharedClient()
    for (const name of examples)
      editor.open(pathToFileURL(folder + name).href, readFileSync(folder + name, 'utf8'))
    for (const name of examples) {
      const told = await editor.diagnostics(pathToFileURL(folder + name).href)
      const checked = await loadFile(folder + name).check()
      expect([name, ...told.map(({ code }) => code)]).toEqual([
        name,
        ...checked.map(({ code }) => code),
      ])
    }
    expect(editor.complaints).toEqual([])
  })
})

describe('data', () => {
  test('that lack a column are told of where it is named, and read again when they change', async () => {
    const at = place({ 'houses.csv': csv })
    const uri = at.uri('model.mlp')
    const editor = await sharedClient()
    editor.open(uri, model('prize'))
    expect(shown(await editor.diagnostics(uri))).toEqual(['1:9-14 column-not-found'])
    at.put({ 'houses.csv': csv.replace('price', 'prize') })
    const changes = [{ uri: at.uri('houses.csv'), type: 2 }]
    const next = editor.diagnostics(uri, 'next')
    void editor.connection.sendNotification('workspace/didChangeWatchedFiles', { changes })
    expect(await next).toEqual([])
  })

  test('that were read stay read until the file is another', async () => {
    const at = place({ 'houses.csv': csv })
    const uri = at.uri('model.mlp')
    const editor = await sharedClient()
    editor.open(uri, model('price'))
    expect(await editor.diagnostics(uri)).toEqual([])
    // Without a word from the client: the next look sees that the file was written.
    at.put({ 'houses.csv': csv.replace('190', 'a lot') })
    utimesSync(at.file('houses.csv'), new Date(), new Date(Date.now() + 5000))
    editor.change(uri, { text: `${model('price')}\n` })
    const found = await editor.diagnostics(uri)
    expect(found.length).toBeGreaterThan(0)
    at.put({ 'houses.csv': csv })
    editor.change(uri, { text: `${model('price')}\n\n` })
    expect(await editor.diagnostics(uri)).toEqual([])
  })

  test('that are missing are told of until they come', async () => {
    const at = place()
    const uri = at.uri('model.mlp')
    const editor = await sharedClient()
    editor.open(uri, model('price'))
    expect(shown(await editor.diagnostics(uri))).toEqual(['0:9-21 path-not-found'])
    at.put({ 'houses.csv': csv })
    editor.tell('didSave', uri)
    expect(await editor.diagnostics(uri, 'next')).toEqual([])
  })

  // A loop of links stands for all that a look at a file may meet, such as a folder that may no longer be entered.
  test('that can no longer be reached are told of as missing', async () => {
    const at = place({ 'sub/houses.csv': csv })
    const uri = at.uri('model.mlp')
    const text = model('price').replace('houses.csv', 'sub/houses.csv')
    const editor = await sharedClient()
    editor.open(uri, text)
    expect(await editor.diagnostics(uri)).toEqual([])
    rmSync(at.file('sub'), { recursive: true })
    symlinkSync('sub', at.file('sub'))
    editor.change(uri, { text: `${text}\n` })
    expect(shown(await editor.diagnostics(uri, 'next'))).toEqual(['0:9-25 path-not-found'])
  })

  test('outside of the folder are read where the client allows it', async () => {
    const elsewhere = place({ 'houses.csv': csv })
    const uri = place().uri('model.mlp')
    const text = model('price').replace('houses.csv', elsewhere.file('houses.csv'))
    const strict = await sharedClient()
    strict.open(uri, text)
    expect(await strict.diagnostics(uri)).toMatchObject([{ code: 'path-outside' }])
    const options = { allowPaths: [elsewhere.path, '/no/such/folder', 7] }
    const editor = await client({ initializationOptions: options })
    editor.open(uri, text)
    expect(await editor.diagnostics(uri)).toEqual([])
  })
})

describe('several texts', () => {
  const main = 'use "./blocks.mlp" as b\ninput x 4\n@x -> b.cell 3 -> dense 1\n'
  const blocks = 'block cell(w) { dense w relu }\n'

  test('what is written and not saved stands before what is on the disk', async () => {
    const at = place({ 'blocks.mlp': 'block other { relu }\n' })
    const [uri, other] = [at.uri('main.mlp'), at.uri('blocks.mlp')]
    const editor = await sharedClient()
    editor.open(uri, main)
    expect(shown(await editor.diagnostics(uri))).toEqual(['2:6-12 unknown-layer'])
    editor.open(other, blocks)
    expect(await editor.diagnostics(uri, 'next')).toEqual([])
    expect(await editor.diagnostics(other)).toEqual([])
    editor.change(other, { text: blocks.replace('cell', 'sell') })
    expect(shown(await editor.diagnostics(uri, 'next'))).toEqual(['2:6-12 unknown-layer'])
    editor.change(other, { text: blocks })
    expect(await editor.diagnostics(uri, 'next')).toEqual([])
    // Closed without being saved, the disk holds again.
    editor.tell('didClose', other)
    expect(shown(await editor.diagnostics(uri, 'next'))).toEqual(['2:6-12 unknown-layer'])
  })

  test('a mistake in another file is told of at its `use`, with the place in that file', async () => {
    const at = place({ 'blocks.mlp': '\nblock cell(w) { dnese w }\n' })
    const uri = at.uri('main.mlp')
    const editor = await sharedClient()
    editor.open(uri, main)
    const [found] = await editor.diagnostics(uri)
    expect(found).toMatchObject({
      code: 'unknown-layer',
      range: { start: { line: 0, character: 4 }, end: { line: 0, character: 18 } },
      relatedInformation: [
        { location: { uri: at.uri('blocks.mlp'), range: { start: { line: 1, character: 16 } } } },
      ],
    })
  })

  test('by way of others, at the `use` that leads there', async () => {
    const at = place({
      'fine.mlp': 'block fine { relu }\n',
      'near.mlp': 'use "./far.mlp" as far\nblock near(w) { far.cell w }\n',
      'far.mlp': 'block cell(w) { dnese w }\n',
    })
    const uri = at.uri('main.mlp')
    const editor = await sharedClient()
    editor.open(
      uri,
      'use "./fine.mlp"\nuse "./near.mlp"\ninput x 4\n@x -> fine -> near 3 -> dense 1\n',
    )
    expect(await editor.diagnostics(uri)).toMatchObject([
      {
        code: 'unknown-layer',
        range: { start: { line: 1, character: 4 } },
        relatedInformation: [{ location: { uri: at.uri('far.mlp') } }],
      },
    ])
  })

  test('what is told of one is taken back when it is closed', async () => {
    const uri = place().uri('model.mlp')
    const editor = await sharedClient()
    editor.open(uri, 'dnese 1\n')
    expect(await editor.diagnostics(uri)).not.toEqual([])
    const next = editor.diagnostics(uri, 'next')
    editor.tell('didClose', uri)
    expect(await next).toEqual([])
  })
})
