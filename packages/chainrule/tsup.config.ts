import { defineConfig } from 'tsup'
import base from '../../tsup.base.ts'

/** Two entries: the neutral library, and the one that opens and writes files under Node. */
export default defineConfig({
  ...base,
  entry: { index: 'src/index.ts', node: 'src/node.ts' },
  external: [/^node:/],
})
