/** What one package may reach. Names are folders; `*` stands for any name. */
export interface Row {
  /** Packages of ours that its `src` may import; `types of X` where only types may come. */
  readonly imports: readonly string[]
  /** What its own tests may import beside that and `testsMayImport`, for what only the whole shows. */
  readonly tests?: readonly string[]
  /**
   * Where its `src` may use Node's own modules: anywhere, or apart from what `src/index.ts` reaches.
   * What lacks this, and what `src/index.ts` reaches, runs in a browser too.
   */
  readonly node?: 'anywhere' | 'apart'
}

export type Table = Readonly<Record<string, Row>>

/**
 * Who may import whom. A package exists because something must not reach something else, so a
 * package without a row is refused, and the rows may not form a cycle.
 */
export const table: Table = {
  'packages/program': { imports: [] },
  'packages/core': { imports: ['program'] },
  'packages/language': { imports: ['core'] },
  // What an editor says of built-in layers and of packages is tested with those, not with copies.
  'packages/language-services': {
    imports: ['core', 'language'],
    tests: ['chainrule', 'data', 'plugins'],
  },
  'packages/engine-*': { imports: ['program'] },
  'packages/layer-*': { imports: ['core'] },
  'packages/activations': { imports: ['core'] },
  'packages/losses': { imports: ['core'] },
  'packages/optimizers': { imports: ['core'] },
  'packages/initializers': { imports: ['core'] },
  'packages/metrics': { imports: ['core'] },
  'packages/data': { imports: ['program', 'types of core'], node: 'apart' },
  'packages/plugins': { imports: ['core'], node: 'apart' },
  // It imports none of it, and names its version in what it writes.
  'packages/create-chainrule-plugin': { imports: ['chainrule'], node: 'anywhere' },
  // Every layer that ships has equations; the tests take them from what ships.
  'packages/equations': { imports: ['program', 'core'], tests: ['chainrule'] },
  'packages/testing': { imports: ['program', 'core'] },
  'packages/testing-vectors': { imports: ['program', 'testing'], node: 'anywhere' },
  'packages/testing-browser': { imports: [], node: 'anywhere' },
  'packages/chainrule': { imports: ['*'], node: 'apart' },
  // Whoever trains goes without it, so `chainrule` does not reach it; it runs no plugin, so no engine is asked for.
  'packages/language-server': {
    imports: ['chainrule', 'core', 'data', 'language', 'language-services', 'plugins'],
    node: 'anywhere',
  },
  'apps/*': { imports: ['*'], node: 'anywhere' },
  bench: { imports: ['*'], node: 'anywhere' },
  'examples/plugin-*': { imports: ['core'] },
  examples: { imports: ['chainrule'], node: 'anywhere' },
  scripts: { imports: [], node: 'anywhere' },
}

/** What the tests of any package may import beside its own row, as `devDependencies`. */
export const testsMayImport: readonly string[] = [
  'program',
  'core',
  'engine-*',
  'layer-*',
  'activations',
  'losses',
  'optimizers',
  'initializers',
  'metrics',
  'testing',
  'testing-vectors',
  'testing-browser',
]

/** Only tests may import these; `*` in a row leaves them out. */
export const testsOnly: readonly string[] = ['testing', 'testing-vectors', 'testing-browser']
