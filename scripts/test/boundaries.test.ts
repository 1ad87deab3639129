import { rmSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { boundaryProblems } from '../boundaries/check.ts'
import type { Table } from '../boundaries/table.ts'
import { type MadePackage, makeWorkspace } from './workspace.ts'

const table: Table = {
  'packages/program': { imports: [] },
  'packages/core': { imports: ['program'] },
  'packages/layer-*': { imports: ['core'] },
  'packages/data': { imports: ['program', 'types of core'], node: 'apart' },
  'packages/engine-js': { imports: ['program'] },
  'packages/testing': { imports: [] },
  'packages/testing-vectors': { imports: ['testing'] },
  'packages/equations': { imports: ['program', 'core'], tests: ['chainrule'] },
  'packages/chainrule': { imports: ['*'], node: 'anywhere' },
}

const index = (text: string) => ({ 'src/index.ts': text })
const program: MadePackage = { files: index('export const a = 1\n') }
const core: MadePackage = {
  dependencies: ['program'],
  files: index("export { a } from '@made/program'\nexport type T = number\n"),
}

async function problemsOf(packages: Readonly<Record<string, MadePackage>>) {
  const root = makeWorkspace({ 'packages/program': program, 'packages/core': core, ...packages })
  try {
    return await boundaryProblems(root, table)
  } finally {
    rmSync(root, { recursive: true })
  }
}

describe('boundaryProblems', () => {
  it('accepts a workspace that keeps the table, tests included', async () => {
    const layer: MadePackage = {
      dependencies: ['core'],
      devDependencies: ['engine-js', 'program'],
      files: {
        ...index("import { a } from '@made/core'\nexport const b = a\n"),
        'test/b.test.ts':
          "import '@made/engine-js'\nimport '@made/program/testing'\nimport '../src/index.ts'\n",
      },
    }
    const engine: MadePackage = {
      dependencies: ['program'],
      files: index("import '@made/program'\n"),
    }
    const data: MadePackage = {
      dependencies: ['core', 'program'],
      exports: {
        '.': { source: './src/index.ts' },
        './node': { source: './src/node.ts' },
      },
      files: {
        ...index(
          "import '@made/program'\nimport type { T } from '@made/core'\nexport type U = T\n",
        ),
        'src/node.ts': "import 'node:fs'\n",
      },
    }
    const lender: MadePackage = {
      exports: {
        '.': { source: './src/index.ts' },
        './testing': { source: './test/support/lent.ts' },
      },
      files: { ...program.files, 'test/support/lent.ts': 'export {}\n' },
    }
    const whole: MadePackage = {
      dependencies: ['data'],
      files: index("import '@made/data'\nimport '@made/data/node'\n"),
    }
    // Its row lets its tests, and them alone, reach the whole.
    const equations: MadePackage = {
      devDependencies: ['chainrule'],
      files: { ...index('export {}\n'), 'test/a.test.ts': "import '@made/chainrule'\n" },
    }
    const packages = {
      'packages/program': lender,
      'packages/equations': equations,
      'packages/layer-dense': layer,
      'packages/engine-js': engine,
      'packages/data': data,
      'packages/chainrule': whole,
    }
    expect(await problemsOf(packages)).toEqual([])
  })

  const refused: readonly [string, RegExp, Readonly<Record<string, MadePackage>>][] = [
    [
      'an import that the table forbids',
      /^package-table: packages\/layer-dense\/src\/index.ts → packages\/program\/src\/index.ts \(packages\/layer-\* may import core\)$/,
      {
        'packages/layer-dense': {
          dependencies: ['program'],
          files: index("import '@made/program'\n"),
        },
      },
    ],
    [
      'a forbidden import of types alone',
      /^package-table: packages\/layer-a\/src\/index.ts → packages\/layer-b/,
      {
        'packages/layer-a': {
          dependencies: ['layer-b'],
          files: index("import type { T } from '@made/layer-b'\nexport type U = T\n"),
        },
        'packages/layer-b': { files: index('export type T = number\n') },
      },
    ],
    [
      'a forbidden dynamic import',
      /^package-table: packages\/core\/src\/late.ts → packages\/engine-js/,
      {
        'packages/core': {
          dependencies: ['program', 'engine-js'],
          files: {
            ...core.files,
            'src/late.ts': "export const late = () => import('@made/engine-js')\n",
          },
        },
        'packages/engine-js': { files: index('export {}\n') },
      },
    ],
    [
      'a value where only types may be imported',
      /^types-only: packages\/data\/src\/index.ts → packages\/core/,
      {
        'packages/data': {
          dependencies: ['core'],
          files: index("import { a } from '@made/core'\nexport const b = a\n"),
        },
      },
    ],
    [
      'an import of src that a row allows to tests alone',
      /^package-table: packages\/equations\/src\/index.ts → packages\/chainrule/,
      {
        'packages/equations': {
          dependencies: ['chainrule'],
          files: index("import '@made/chainrule'\n"),
        },
        'packages/chainrule': { files: index('export {}\n') },
      },
    ],
    [
      'a test that imports what tests may not',
      /^package-table-tests: packages\/layer-a\/test\/a.test.ts → packages\/chainrule/,
      {
        'packages/layer-a': {
          devDependencies: ['chainrule'],
          files: { ...index('export {}\n'), 'test/a.test.ts': "import '@made/chainrule'\n" },
        },
        'packages/chainrule': { files: index('export {}\n') },
      },
    ],
    [
      'a source that imports what only tests may',
      /^tests-only: packages\/chainrule\/src\/index.ts → packages\/testing-vectors/,
      {
        'packages/chainrule': {
          dependencies: ['testing-vectors'],
          files: index("import '@made/testing-vectors'\n"),
        },
        'packages/testing-vectors': { files: index('export {}\n') },
      },
    ],
    [
      'a deep import by path',
      /^deep-import: packages\/core\/src\/deep.ts → packages\/program\/src\/inner.ts/,
      {
        'packages/program': { files: { ...program.files, 'src/inner.ts': 'export const i = 1\n' } },
        'packages/core': {
          dependencies: ['program'],
          files: {
            ...core.files,
            'src/deep.ts': "export { i } from '../../program/src/inner.ts'\n",
          },
        },
      },
    ],
    [
      'a deep import by name',
      /^unresolved: packages\/core\/src\/deep.ts → @made\/program\/src\/inner.ts/,
      {
        'packages/program': { files: { ...program.files, 'src/inner.ts': 'export const i = 1\n' } },
        'packages/core': {
          dependencies: ['program'],
          files: {
            ...core.files,
            'src/deep.ts': "export { i } from '@made/program/src/inner.ts'\n",
          },
        },
      },
    ],
    [
      "another package's entry by path",
      /^import-by-name: packages\/core\/src\/near.ts → packages\/program\/src\/index.ts/,
      {
        'packages/core': {
          dependencies: ['program'],
          files: {
            ...core.files,
            'src/near.ts': "export { a } from '../../program/src/index.ts'\n",
          },
        },
      },
    ],
    [
      'a source that imports a test',
      /^src-to-test: packages\/core\/src\/odd.ts → packages\/core\/test\/help.ts/,
      {
        'packages/core': {
          dependencies: ['program'],
          files: {
            ...core.files,
            'src/odd.ts': "import '../test/help.ts'\n",
            'test/help.ts': 'export {}\n',
          },
        },
      },
    ],
    [
      'a source that imports what another package lends to tests',
      /^src-to-test: packages\/core\/src\/odd.ts → packages\/program\/test\/lent.ts/,
      {
        'packages/program': {
          exports: { '.': { source: './src/index.ts' }, './t': { source: './test/lent.ts' } },
          files: { ...program.files, 'test/lent.ts': 'export {}\n' },
        },
        'packages/core': {
          dependencies: ['program'],
          files: { ...core.files, 'src/odd.ts': "import '@made/program/t'\n" },
        },
      },
    ],
    [
      'a source that imports a devDependency of ours',
      /^undeclared: packages\/core\/src imports @made\/program/,
      { 'packages/core': { devDependencies: ['program'], files: core.files } },
    ],
    [
      'a package that is nowhere declared',
      /^unresolved: packages\/program\/src\/index.ts → @made\/core/,
      { 'packages/program': { files: index("import '@made/core'\n") } },
    ],
    [
      "Node's modules in a package that browsers run",
      /^runs-anywhere: packages\/program\/src\/index.ts → (?:node:)?fs/,
      { 'packages/program': { files: index("export { readFileSync } from 'node:fs'\n") } },
    ],
    [
      "a way from a package's main entry to Node's modules",
      /^entry-runs-anywhere: packages\/data\/src\/index.ts → (?:node:)?fs/,
      {
        'packages/data': {
          files: { ...index("import './node.ts'\n"), 'src/node.ts': "import 'node:fs'\n" },
        },
      },
    ],
    [
      'a cycle of packages, even where only types are imported',
      /^package-cycle: @made\/(?:core → @made\/program → @made\/core|program → @made\/core → @made\/program)$/,
      {
        'packages/program': {
          dependencies: ['core'],
          files: index("import type { T } from '@made/core'\nexport const a: T = 1\n"),
        },
      },
    ],
    [
      'a cycle through devDependencies, which turbo refuses',
      /^package-cycle: /,
      { 'packages/program': { devDependencies: ['core'], files: program.files } },
    ],
    [
      'a cycle of values within a package',
      /^value-cycle: packages\/program\/src\/(?:x.ts → packages\/program\/src\/y|y.ts → packages\/program\/src\/x).ts/,
      {
        'packages/program': {
          files: {
            ...program.files,
            'src/x.ts': "import { y } from './y.ts'\nexport const x = () => y\n",
            'src/y.ts': "import { x } from './x.ts'\nexport const y = () => x\n",
          },
        },
      },
    ],
    [
      'a package without a row',
      /^no-row: packages\/stray has no row/,
      { 'packages/stray': { files: index('export {}\n') } },
    ],
    [
      'a forbidden dependency that no import uses',
      /^package-table: packages\/layer-a\/package.json has @made\/program in dependencies/,
      { 'packages/layer-a': { dependencies: ['program'], files: index('export {}\n') } },
    ],
  ]
  it.each(refused)('refuses %s', async (_, problem, packages) => {
    expect(await problemsOf(packages)).toContainEqual(expect.stringMatching(problem))
  })

  it('refuses a package that takes no part in a check', async () => {
    const packages = { 'packages/program': { ...program, scripts: ['build', 'typecheck'] } }
    expect(await problemsOf(packages)).toEqual([
      'missing-script: packages/program/package.json has no script `pack:check`',
      'missing-script: packages/program/package.json has no script `test`',
    ])
  })

  it('accepts that a package for tests is built on another, as its row says', async () => {
    const packages: Readonly<Record<string, MadePackage>> = {
      'packages/testing': { files: index('export const t = 1\n') },
      'packages/testing-vectors': {
        dependencies: ['testing'],
        files: index("export { t } from '@made/testing'\n"),
      },
    }
    expect(await problemsOf(packages)).toEqual([])
  })

  it('accepts a cycle of types within a package', async () => {
    const files = {
      ...program.files,
      'src/x.ts': "import type { Y } from './y.ts'\nexport interface X { y: Y }\n",
      'src/y.ts': "import type { X } from './x.ts'\nexport interface Y { x: X }\n",
    }
    expect(await problemsOf({ 'packages/program': { files } })).toEqual([])
  })
})
