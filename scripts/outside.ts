import { spawnSync } from 'node:child_process'
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Manifest, manifests } from './boundaries/manifests.ts'

/*
 * `pnpm test:outside`: an npm project that knows nothing of this workspace installs the packed
 * tarballs (.results/package.tgz of each package), imports every package with plain Node, uses the
 * command, and compiles against the published declarations. Then a plugin is installed beside them, from a tarball too,
 * trained with, and left out where the trained model predicts; the language server knows it without running it. What it does is in
 * outside/.
 */
const root = join(import.meta.dirname, '..')
const tarball = ({ folder }: Manifest) => join(root, folder, '.results/package.tgz')

const compilerOptions = {
  target: 'ES2023',
  module: 'NodeNext',
  lib: ['ES2023'],
  types: ['node'],
  typeRoots: [join(root, 'node_modules/@types')],
  strict: true,
  exactOptionalPropertyTypes: true,
  noEmit: true,
}

function writeProject(folder: string, published: readonly Manifest[]): void {
  const dependencies = Object.fromEntries(published.map((m) => [m.name, `file:${tarball(m)}`]))
  const manifest = {
    ...{ name: 'outside', private: true, type: 'module', dependencies },
    devDependencies: devDependenciesOfTemplate(),
  }
  cpSync(join(import.meta.dirname, 'outside'), folder, { recursive: true })
  cpSync(join(root, 'docs/guide/write-a-layer.md'), join(folder, 'write-a-layer.md'))
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  writeFileSync(
    join(folder, 'tsconfig.json'),
    JSON.stringify({ compilerOptions, include: ['*.ts'] }),
  )
  const every = published.map(({ name }, i) => `export * as p${i} from '${name}'\n`)
  writeFileSync(join(folder, 'every.ts'), every.join(''))
}

/** What a package from the template is built and tested with, in the versions that it asks for. */
function devDependenciesOfTemplate(): Record<string, string> {
  const file = join(root, 'packages/create-chainrule-plugin/template/common/_package.json')
  const { devDependencies } = JSON.parse(readFileSync(file, 'utf8')) as {
    devDependencies: Record<string, string>
  }
  const others = Object.entries(devDependencies).filter(([, range]) => !range.startsWith('__'))
  return Object.fromEntries(others)
}

function visit(folder: string): boolean {
  const run = (command: string, ...parameters: string[]) =>
    spawnSync(command, parameters, { cwd: folder, stdio: 'inherit' }).status === 0
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline']
  return (
    run('npm', 'install', ...quiet) &&
    run('node', 'visit.js') &&
    run('node', 'plugin.js') &&
    run('node', 'editor.js') &&
    run('node', 'create.js') &&
    run('node', 'guide.js') &&
    run(join(root, 'node_modules/.bin/tsc'))
  )
}

const all = manifests(root)
const plugins = all.filter(({ folder }) => folder.startsWith('examples/plugin-'))
const published = [...all.filter((manifest) => !manifest.private), ...plugins]
const missing = published.filter((manifest) => !existsSync(tarball(manifest)))
for (const { name } of missing) console.error(`${name} is not packed; run pnpm test first`)
const folder = mkdtempSync(join(tmpdir(), 'outside-'))
try {
  if (missing.length === 0) writeProject(folder, published)
  const ok = missing.length === 0 && published.length > 0 && visit(folder)
  if (ok) console.log(`outside: ${published.length} packages installed, imported and used`)
  process.exitCode = ok ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}
