import { defineConfig } from 'tsup'
import base from '../../tsup.base.ts'

/** Two entries: the neutral one, and the one that opens files under Node. */
export default defineConfig({
  ...base,
  entry: { index: 'src/index.ts', node: 'src/node.ts' },
  external: [/^node:/],
  // The version of core, which the bundler would import without saying that it is JSON.
  noExternal: [/package\.json$/],
  removeNodeProtocol: false,
})
