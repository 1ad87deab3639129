import { defineConfig, type Options } from 'tsup'
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
  // It would hide `node:process` from the plugin.
  removeNodeProtocol: false,
  esbuildPlugins: [nodeWhenUsed()],
  esbuildOptions: (options) => {
    options.conditions = ['source']
  },
})

/**
 * Two modules of Node that commander imports at its start, and Node takes milliseconds to make: `process` is there without
 * an import, and `child_process` is for subcommands that are programs of their own, which we have none of.
 */
function nodeWhenUsed(): NonNullable<Options['esbuildPlugins']>[number] {
  const contents: Readonly<Record<string, string>> = {
    'node:process': 'export default process',
    'node:child_process': `export default {
      get spawn() { return process.getBuiltinModule('node:child_process').spawn },
    }`,
  }
  return {
    name: 'node-when-used',
    setup: ({ onResolve, onLoad }) => {
      const namespace = 'node-when-used'
      onResolve({ filter: /^node:(process|child_process)$/ }, ({ path }) => ({ path, namespace }))
      onLoad({ filter: /.*/, namespace }, ({ path }) => ({ contents: contents[path] ?? '' }))
    },
  }
}
