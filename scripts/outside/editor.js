/* Runs in the outside project: the language server is started as an editor does, and knows an installed plugin without running it. */
import { spawn } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import {
  createMessageConnection,
  StreamMessageReader,
  StreamMessageWriter,
} from 'vscode-jsonrpc/node'

const home = process.cwd()
const name = 'chainrule-plugin-swiglu'
const uri = pathToFileURL(join(home, 'edited.mlp')).href
// A module that leaves a trace where it is run.
writeFileSync(
  join(home, 'mine.ts'),
  `import { writeFileSync } from 'node:fs'\nwriteFileSync('ran', '')\n`,
)
const server = spawn(join(home, 'node_modules/.bin/chainrule-language-server'), ['--stdio'])
const connection = createMessageConnection(
  new StreamMessageReader(server.stdout),
  new StreamMessageWriter(server.stdin),
)
const told = new Promise((done) => {
  connection.onNotification('textDocument/publishDiagnostics', done)
})
connection.listen()
await connection.sendRequest('initialize', { processId: null, rootUri: null, capabilities: {} })
await connection.sendNotification('initialized', {})
const text = `use "${name}"\nuse "./mine.ts" as mine\ninput x 4\n@x -> swiglu 8 -> dnese 1\n`
await connection.sendNotification('textDocument/didOpen', {
  textDocument: { uri, languageId: 'mlp', version: 1, text },
})
const codes = (await told).diagnostics.map(({ code }) => code)
if (!codes.includes('unknown-layer')) throw new Error(`the server said ${JSON.stringify(codes)}`)
const box = await connection.sendRequest('textDocument/hover', {
  textDocument: { uri },
  position: { line: 3, character: 8 },
})
if (!box?.contents.value.includes('swiglu ')) throw new Error(`it knows ${JSON.stringify(box)}`)
if (existsSync(join(home, 'ran'))) throw new Error('it ran the code of a plugin')
const ended = new Promise((done) => server.once('exit', done))
await connection.sendRequest('shutdown')
await connection.sendNotification('exit')
const code = await ended
if (code !== 0) throw new Error(`the server ended with ${code}`)
