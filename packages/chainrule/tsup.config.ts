import { defineConfig } from 'tsup'
import base from '../../tsup.base.ts'

/** Three entries: the neutral library, its stages one by one, and the one that opens and writes files under Node. */
export default defineConfig({
  ...base,
  entry: { index: 'src/index.ts', workbench: 'src/workbench.ts', node: 'src/node.ts' },
  external: [/^node:/],
})
