import { defineConfig } from 'tsup'
import base from '../../tsup.base.ts'

/**
 * The command, with all that it runs, in a few files: to find, read and link the thirty of our packages and of commander
 * one by one takes a tenth of the time from the start of the process to the first step. It is made from the sources, so
 * that nothing is in it twice and only what it uses. What licenses want stands in THIRD-PARTY-LICENSES.txt.
 */
export default defineConfig({
  ...base,
  entry: { bin: 'src/bin.ts' },
  platform: 'node',
  external: ['chainrule/package.json'],
  noExternal: [/^@chainrule\//, /^@noble\//, 'commander'],
  dts: false,
  // `tsup` made the library before, in the same folder.
  clean: false,
  sourcemap: false,
  esbuildOptions: (options) => {
    options.conditions = ['source']
  },
})
