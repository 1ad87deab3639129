import { defineConfig } from 'tsup'
import base from '../../tsup.base.ts'

/** Two entries: the command, and the server for a host that brings its own connection. */
export default defineConfig({
  ...base,
  entry: { index: 'src/index.ts', bin: 'src/bin.ts' },
  platform: 'node',
  removeNodeProtocol: false,
})
