/** The server as a process: how it begins and ends, and what it bears. */
import { spawn } from 'node:child_process'
import { pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import {
  CancellationTokenSource,
  type InlayHint,
  type RegistrationParams,
} from 'vscode-languageserver-protocol/node'
import { Client, client, ended, place, sharedClient, start } from './support/client.ts'

const everywhere = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } }
const text = 'input x 4\n@x -> dense 16 relu -> dense 1\n'

describe('the command', () => {
  test.each<[args: string[], code: number, stdout: RegExp, stderr: RegExp]>([
    [['--version'], 0, /^\d+\.\d+\.\d+\n$/, /^$/],
    [['--help'], 0, /--stdio/, /^$/],
    [[], 1, /^$/, /usage: chainrule-language-server --stdio/],
    [['--socket=9'], 1, /^$/, /usage:/],
  ])('%j', async (args, code, stdout, stderr) => {
    const child = start(args)
    const said = { stdout: '', stderr: '' }
    for (const stream of ['stdout', 'stderr'] as const)
      child[stream]?.on('data', (piece) => {
        said[stream] += piece
      })
    expect(await ended(child)).toBe(code)
    expect(said.stdout).toMatch(stdout)
    expect(said.stderr).toMatch(stderr)
  })
})

describe('it ends', () => {
  test('when it is told to', async () => {
    const editor = await client()
    const end = ended(editor.child)
    await editor.connection.sendRequest('shutdown')
    void editor.connection.sendNotification('exit')
    expect(await end).toBe(0)
  })

  test('when its client closes the stream without a word', async () => {
    const editor = await client()
    const end = ended(editor.child)
    editor.child.stdin?.end()
    expect(await end).toBe(1)
  })

  test('when the process is gone that it was told of', async () => {
    const other = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 500)'])
    const gone = ended(other)
    const editor = await client({ processId: other.pid ?? null })
    const end = ended(editor.child)
    await gone
    expect(await end).toBe(1)
  })
})

describe('what it is asked', () => {
  test('of another method is refused, and nothing else is worse', async () => {
    const editor = await sharedClient()
    const uri = place().uri('model.mlp')
    editor.open(uri, text)
    await expect(editor.connection.sendRequest('chainrule/unknown')).rejects.toMatchObject({
      code: -32601,
    })
    await expect(editor.ask('foldingRange', uri)).rejects.toMatchObject({ code: -32601 })
    void editor.connection.sendNotification('chainrule/unknown')
    expect(await editor.diagnostics(uri)).toEqual([])
  })

  test('and no longer wants to know is not answered', async () => {
    const editor = await sharedClient()
    const uri = place().uri('model.mlp')
    editor.open(uri, text)
    const cancellation = new CancellationTokenSource()
    const asked = { textDocument: { uri }, range: everywhere }
    const { connection } = editor
    const answer = connection.sendRequest('textDocument/inlayHint', asked, cancellation.token)
    cancellation.cancel()
    await expect(answer).rejects.toMatchObject({ code: -32800 })
    expect(await editor.ask('inlayHint', uri, { range: everywhere })).toHaveLength(3)
  })

  test('of a text that is not open has no answer', async () => {
    const editor = await sharedClient()
    const uri = place({ 'model.mlp': text }).uri('model.mlp')
    const position = { line: 1, character: 7 }
    expect(await editor.ask('hover', uri, { position })).toBeNull()
    expect(await editor.ask('completion', uri, { position })).toBeNull()
    expect(await editor.ask('semanticTokens/full', uri)).toEqual({ data: [] })
  })

  test('comes after what was written before', async () => {
    const editor = await sharedClient()
    const uri = place().uri('model.mlp')
    editor.open(uri, text)
    const at = { line: 1, character: 13 }
    editor.change(uri, { range: { start: at, end: { ...at, character: 14 } }, text: '2😀' })
    editor.change(uri, {
      range: { start: { ...at, character: 14 }, end: { ...at, character: 16 } },
      text: '3',
    })
    const hints = await editor.ask<InlayHint[]>('inlayHint', uri, { range: everywhere })
    expect(hints.map(({ label }) => label)).toEqual(['[B, 4]', '[B, 123]', '[B, 1]'])
  })
})

test('a text that changes all the time is looked at once it is quiet', async () => {
  const editor = await client()
  const uri = place().uri('model.mlp')
  let told = 0
  editor.connection.onNotification('textDocument/publishDiagnostics', () => {
    told++
  })
  editor.open(uri, text)
  for (let i = 0; i < 30; i++) editor.change(uri, { text: text.repeat(1 + (i % 2)) })
  await editor.ask('hover', uri, { position: { line: 0, character: 0 } })
  await new Promise((done) => setTimeout(done, 400))
  // One may be of the text as it was opened.
  expect(told).toBeGreaterThan(0)
  expect(told).toBeLessThan(3)
})

describe('a text without a folder', () => {
  const csv = 'area,price\n50,190\n80,300\n120,430\n65,240\n'
  const ofData = 'data csv "houses.csv" {\n  target price\n}\ndense 1\nloss mse\n'

  test.each<[uri: string]>([
    ['untitled:Untitled-1'],
    ['untitled:/no/such/folder/model.mlp'],
    ['file:///no/such/folder/model.mlp'],
    ['file://host/model.mlp'],
    ['file:///%zz.mlp'],
    ['git:/model.mlp?HEAD'],
    ['nonsense'],
  ])('%s is looked at like others', async (uri) => {
    const editor = await sharedClient()
    editor.open(
      uri,
      'use "./no.mlp" as n\nuse "chainrule-plugin-no" as p\ninput x 4\n@x -> dnese 1\n',
    )
    const found = await editor.diagnostics(uri)
    expect(found.map(({ code }) => code)).toContain('unknown-layer')
    editor.change(uri, { text })
    expect(await editor.diagnostics(uri)).toEqual([])
    const hints = await editor.ask<InlayHint[]>('inlayHint', uri, { range: everywhere })
    expect(hints).toHaveLength(3)
    expect(editor.complaints).toEqual([])
  })

  test('has the data of the folder that is open', async () => {
    const at = place({ 'houses.csv': csv })
    const workspaceFolders = [{ uri: pathToFileURL(at.path).href, name: 'x' }]
    const editor = await client({ workspaceFolders })
    editor.open('untitled:Untitled-1', ofData)
    expect(await editor.diagnostics('untitled:Untitled-1')).toEqual([])
    editor.open('untitled:Untitled-2', ofData.replace('price', 'prize'))
    expect(await editor.diagnostics('untitled:Untitled-2')).toMatchObject([
      { code: 'column-not-found' },
    ])
  })

  test('that has a path already has the data beside it', async () => {
    const at = place({ 'houses.csv': csv })
    const editor = await sharedClient()
    const uri = `untitled:${at.file('new.mlp')}`
    editor.open(uri, ofData)
    expect(await editor.diagnostics(uri)).toEqual([])
  })
})

describe('every text will do', () => {
  const layers = Array.from({ length: 3000 }, () => 'dense 8 relu').join('\n  -> ')
  test.each<[what: string, text: string]>([
    ['a megabyte of noise', 'dense [ "x( ->{\n'.repeat(65_536)],
    ['a line of 200 kB', 'dense 3 -> '.repeat(20_000)],
    ['three thousand layers', `input x 4\n@x -> ${layers}\n`],
    ['brackets in brackets', '('.repeat(10_000)],
    ['zeros, halves of signs and odd line ends', '\0\ud83d dense\u2028 3 \udc00\v\f\r\r\n'],
  ])('%s', async (_, odd) => {
    const editor = await sharedClient()
    const uri = place().uri('model.mlp')
    editor.open(uri, odd)
    await editor.diagnostics(uri)
    const position = { line: 1, character: 4 }
    for (const what of ['hover', 'completion', 'signatureHelp', 'definition', 'prepareRename'])
      await editor.ask(what, uri, { position })
    for (const what of ['documentSymbol', 'semanticTokens/full', 'formatting'])
      await editor.ask(what, uri, { options: { tabSize: 2, insertSpaces: true } })
    await editor.ask('inlayHint', uri, { range: everywhere })
    await editor.ask('codeAction', uri, { range: everywhere, context: { diagnostics: [] } })
    editor.change(uri, { text })
    expect(await editor.diagnostics(uri)).toEqual([])
    expect(editor.complaints).toEqual([])
  })
})

describe('files are watched', () => {
  const capabilities = { workspace: { didChangeWatchedFiles: { dynamicRegistration: true } } }

  test('by a client that offers it', async () => {
    const editor = new Client(start())
    const registered = new Promise<RegistrationParams>((done) => {
      editor.connection.onRequest('client/registerCapability', (asked: RegistrationParams) => {
        done(asked)
        return null
      })
    })
    await editor.begin({}, capabilities)
    const { registrations } = await registered
    expect(registrations).toMatchObject([{ method: 'workspace/didChangeWatchedFiles' }])
  })

  test('and one that then refuses is served all the same', async () => {
    const editor = await client({}, capabilities)
    const uri = place().uri('model.mlp')
    editor.open(uri, text)
    expect(await editor.diagnostics(uri)).toEqual([])
  })
})
