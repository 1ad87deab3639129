/** The extension as it is packed: two files that need nothing but VS Code and Node. */
import { fork, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { builtinModules } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  createProtocolConnection,
  IPCMessageReader,
  IPCMessageWriter,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver-protocol/node'
import manifest from '../package.json' with { type: 'json' }

const home = new URL('..', import.meta.url).pathname
const folder = mkdtempSync(join(tmpdir(), 'extension-'))
const run = (...args: readonly string[]): string => {
  const { status, stderr, stdout } = spawnSync(process.execPath, args, {
    cwd: home,
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`${stdout}${stderr}`)
  return stdout
}

beforeAll(() => {
  run('../../node_modules/tsup/dist/cli-default.js', '--out-dir', folder)
  run('licenses.ts', folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

test('what the manifest names is there', () => {
  expect(existsSync(join(folder, manifest.main.replace('./dist/', '')))).toBe(true)
  for (const { configuration } of manifest.contributes.languages)
    expect(JSON.parse(readFileSync(join(home, configuration), 'utf8'))).toHaveProperty('comments')
})

test('the extension asks for VS Code and modules of Node alone, and names what it holds of others', () => {
  const code = readFileSync(join(folder, 'extension.cjs'), 'utf8')
  const asked = [...code.matchAll(/\brequire\(["']([^"']+)["']\)/g)].map(([, name = '']) => name)
  const others = asked.filter((name) => !name.startsWith('node:') && !builtinModules.includes(name))
  expect(new Set(others)).toEqual(new Set(['vscode']))
  const notice = readFileSync(join(folder, 'LICENSES.txt'), 'utf8')
  expect(notice).toMatch(/^vscode-languageclient \d/m)
  expect(notice).toMatch(/^chevrotain \d/m)
})

test('the extension can be begun and ended', () => {
  expect(run('test/support/load.cjs', join(folder, 'extension.cjs'))).toBe('activate,deactivate')
})

describe('its server', () => {
  test('answers as it is started by the extension', async () => {
    const child = fork(join(folder, 'server.mjs'), ['--node-ipc'])
    const connection = createProtocolConnection(
      new IPCMessageReader(child),
      new IPCMessageWriter(child),
    )
    const told = new Promise<PublishDiagnosticsParams>((done) => {
      connection.onNotification('textDocument/publishDiagnostics', done)
    })
    connection.listen()
    const asked = { processId: process.pid, rootUri: null, capabilities: {} }
    expect(await connection.sendRequest('initialize', asked)).toHaveProperty('serverInfo.version')
    await connection.sendNotification('initialized', {})
    const textDocument = { uri: 'untitled:a', languageId: 'mlp', version: 1, text: 'dnese 1\n' }
    await connection.sendNotification('textDocument/didOpen', { textDocument })
    expect((await told).diagnostics).toMatchObject([{ code: 'unknown-layer' }])
    const end = new Promise((done) => child.once('exit', done))
    await connection.sendRequest('shutdown')
    await connection.sendNotification('exit')
    expect(await end).toBe(0)
  })
})
