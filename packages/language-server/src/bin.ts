#!/usr/bin/env node
/** `chainrule-language-server --stdio`: what an editor starts. */
import module, { createRequire } from 'node:module'
import { parseArgs } from 'node:util'

// What V8 made of the files last time is kept in the folder for temporary files: a start is a third faster.
module.enableCompileCache?.()

const usage = `usage: chainrule-language-server --stdio

A language server for .mlp texts; an editor starts it and speaks to it through its standard input and output.

  --stdio      speak the Language Server Protocol
  --version    print the version
  --help       print this
`

const { values } = parseArgs({
  options: {
    stdio: { type: 'boolean' },
    version: { type: 'boolean' },
    help: { type: 'boolean' },
    // Clients of the protocol's library give it, and the library reads it: the server ends with that process.
    clientProcessId: { type: 'string' },
  },
  strict: false,
})
const { version } = createRequire(import.meta.url)('@chainrule/language-server/package.json') as {
  version: string
}

if (values['help'] === true) process.stdout.write(usage)
else if (values['version'] === true) process.stdout.write(`${version}\n`)
else if (values['stdio'] === true) await start()
else {
  process.stderr.write(usage)
  process.exitCode = 1
}

async function start(): Promise<void> {
  const { createConnection } = await import('vscode-languageserver/node')
  const { serve } = await import('./server.ts')
  serve(createConnection(), version)
}
