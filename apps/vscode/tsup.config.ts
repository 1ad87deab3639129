import { defineConfig, type Options } from 'tsup'

const shared: Options = {
  platform: 'node',
  target: 'node22',
  // Everything but what VS Code itself gives.
  noExternal: [/^(?!vscode$)/],
  removeNodeProtocol: false,
  minify: true,
  silent: true,
  metafile: true,
  splitting: false,
  // Of our own packages the sources, so that nothing has to be built before.
  esbuildOptions: (options) => {
    options.conditions = ['source']
    options.external = ['vscode']
  },
}

/** Two files with all that they need: VS Code installs no packages for an extension. */
export default defineConfig([
  {
    ...shared,
    entry: { extension: 'src/extension.ts' },
    format: ['cjs'],
    outExtension: () => ({ js: '.cjs' }),
  },
  {
    ...shared,
    entry: { server: 'src/server.ts' },
    format: ['esm'],
    outExtension: () => ({ js: '.mjs' }),
    // What is CommonJS in the bundle asks for Node's modules by `require`.
    banner: {
      js: "import { createRequire as r } from 'node:module'; const require = r(import.meta.url);",
    },
  },
])
