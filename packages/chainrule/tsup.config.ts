import { defineConfig } from 'tsup'
import base from '../../tsup.base.ts'

/** Three entries: the neutral library, the one that opens and writes files under Node, and the command. */
export default defineConfig({
  ...base,
  entry: { index: 'src/index.ts', node: 'src/node.ts', bin: 'src/bin.ts' },
  external: [/^node:/],
})
