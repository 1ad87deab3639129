/** What one package may reach. Names are folders; `*` stands for any name. */
export interface Row {
  /** Packages of ours that its `src` may import; `types of X` where only types may come. */
  readonly imports: readonly string[]
  /** Whether its `src` may use Node's own modules; what lacks this runs in a browser too. */
  readonly node?: true
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
  'packages/engine-*': { imports: ['program'] },
  'packages/layer-*': { imports: ['core'] },
  'packages/activations': { imports: ['core'] },
  'packages/losses': { imports: ['core'] },
  'packages/optimizers': { imports: ['core'] },
  'packages/initializers': { imports: ['core'] },
  'packages/metrics': { imports: ['core'] },
  'packages/data': { imports: ['program', 'types of core'], node: true },
  'packages/testing': { imports: ['program', 'core'] },
  'packages/testing-vectors': { imports: [], node: true },
  'packages/chainrule': { imports: ['*'], node: true },
  'apps/*': { imports: ['*'], node: true },
  examples: { imports: ['chainrule'], node: true },
  scripts: { imports: [], node: true },
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
]

/** Only tests may import these; `*` in a row leaves them out. */
export const testsOnly: readonly string[] = ['testing', 'testing-vectors']
