import { builtinModules } from 'node:module'
import type {
  IFlattenedRuleSet,
  IForbiddenRuleType,
  IRegularForbiddenRuleType,
} from 'dependency-cruiser'
import { type Row, type Table, testsMayImport, testsOnly } from './table.ts'

const ours = '^(?:packages/|apps/|bench/|examples/|scripts/)'
const home = '^((?:packages|apps)/[^/]+|bench|examples|scripts)/'

const nodeModules = builtinModules.map((name) => `^(?:node:)?${name}$`)

/** The rules that the table spells out, and those that hold for every package with its entries. */
export function rules(table: Table, entries: readonly string[]): IFlattenedRuleSet {
  const rows = Object.entries(table).flatMap(([folder, row]) => rowRules(folder, row))
  return { forbidden: [...rows, ...deepImports(entries), ...dependencies, ...cycles] }
}

/** A folder name of the table as a regular expression; `*` is any name of one folder. */
export function pattern(folder: string): string {
  return folder.replaceAll('*', '[^/]+')
}

/** What a row allows: to `src` any import or one of types only, and what to its tests. */
export interface Allowed {
  readonly any: readonly string[]
  readonly types: readonly string[]
  readonly tests: readonly string[]
}

export function allowed({ imports, tests = [] }: Row): Allowed {
  const typesOf = imports.filter((name) => name.startsWith('types of '))
  const any = imports.filter((name) => !typesOf.includes(name))
  const types = typesOf.map((name) => name.slice('types of '.length))
  return { any, types, tests: [...any, ...types, ...testsMayImport, ...tests] }
}

function rowRules(folder: string, row: Row): IForbiddenRuleType[] {
  const { any, types, tests: toTests } = allowed(row)
  const src = `^(${pattern(folder)})/(?:src/|[^/]+$)`
  const tests = `^(${pattern(folder)})/(?:test|bench)/`
  const onlyTests = testsOnly.map((name) => `^packages/${name}/`)
  const list = row.imports.join(', ') || 'nothing of ours'
  return [
    forbid('package-table', `${folder} may import ${list}`, src, {
      path: ours,
      pathNot: ['^$1/', ...paths([...any, ...types])],
    }),
    forbid('package-table-tests', `what the tests of ${folder} may import`, tests, {
      path: ours,
      pathNot: ['^$1/', ...paths(toTests)],
    }),
    forbid('tests-only', 'only tests may import this package', src, {
      path: onlyTests,
      // One of them may be built on another, where its row says so.
      pathNot: ['^$1/', ...paths(any.filter((name) => testsOnly.includes(name)))],
    }),
    ...(types.length > 0 ? [typesOnly(folder, src, types)] : []),
    ...(row.node === 'anywhere' ? [] : [noNode(folder, row.node === 'apart')]),
  ]
}

const typesOnly = (folder: string, from: string, types: readonly string[]) =>
  forbid('types-only', `${folder} may import only types of ${types.join(', ')}`, from, {
    path: paths(types),
    preCompilationOnly: false,
  })

// Two names: dependency-cruiser reports a rule of reachability well only where its name is its own.
function noNode(folder: string, apart: boolean): IForbiddenRuleType {
  const comment = `${folder} runs in a browser too: no modules of Node`
  const from = (files: string) => ({ path: `^${pattern(folder)}/${files}` })
  const severity = 'error'
  if (!apart) {
    const to = { dependencyTypes: ['core' as const] }
    return { name: 'runs-anywhere', comment, severity, from: from('src/'), to }
  }
  const to = { path: nodeModules, reachable: true }
  return { name: 'entry-runs-anywhere', comment, severity, from: from('src/index\\.ts$'), to }
}

function deepImports(entries: readonly string[]): IForbiddenRuleType[] {
  const entry = entries.map((path) => `^${pattern(path.replaceAll('.', '\\.'))}$`)
  return [
    forbid('deep-import', 'a package is imported through what its exports name', home, {
      path: ours,
      pathNot: ['^$1/', ...entry],
    }),
    forbid('import-by-name', 'another package is imported by its name, not by a path', home, {
      path: entry,
      pathNot: '^$1/',
      dependencyTypes: ['local'],
    }),
    forbid('src-to-test', 'src imports nothing of test', '/src/', { path: '(?:^|/)test/' }),
    forbid('outside', 'nothing outside of the repository is imported', '.', { path: '^\\.\\./' }),
  ]
}

const dependencies = [
  forbid('unresolved', 'no such module; is it in package.json?', '.', { couldNotResolve: true }),
  forbid('undeclared', 'what src imports stands in dependencies', '^packages/[^/]+/src/', {
    dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'],
  }),
]

const cycles = [
  forbid('value-cycle', 'modules of a package do not import each other in a circle', '.', {
    circular: true,
    viaOnly: { dependencyTypesNot: ['type-only', 'pre-compilation-only'] },
  }),
]

function paths(names: readonly string[]): string[] {
  return names.map((name) => (name === '*' ? '^packages/' : `^packages/${pattern(name)}/`))
}

function forbid(
  name: string,
  comment: string,
  from: string,
  to: IRegularForbiddenRuleType['to'],
): IForbiddenRuleType {
  return { name, comment, severity: 'error', from: { path: from }, to }
}
