import { spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type Manifest, manifests } from './boundaries/manifests.ts'

/*
 * `pnpm test:outside`: an npm project that knows nothing of this workspace installs the packed
 * tarballs (.results/package.tgz of each package) and imports every package with plain Node.
 */
const root = join(import.meta.dirname, '..')
const tarball = ({ folder }: Manifest) => join(root, folder, '.results/package.tgz')

/** Imports each package by name and starts each command; what fails is named. */
const visitor = (names: readonly string[], commands: readonly string[]) => `
import { spawnSync } from 'node:child_process'
for (const name of ${JSON.stringify(names)}) await import(name)
for (const command of ${JSON.stringify(commands)}) {
  const { status, stderr } = spawnSync('node_modules/.bin/' + command, ['--help'])
  if (status !== 0) throw new Error(command + ' --help exits with ' + status + '\\n' + stderr)
}
`

function visit(published: readonly Manifest[], folder: string): boolean {
  const dependencies = Object.fromEntries(published.map((m) => [m.name, `file:${tarball(m)}`]))
  const manifest = { name: 'outside', private: true, type: 'module', dependencies }
  writeFileSync(join(folder, 'package.json'), JSON.stringify(manifest))
  const names = published.map(({ name }) => name)
  const commands = published.flatMap((each) => each.commands)
  writeFileSync(join(folder, 'visit.js'), visitor(names, commands))
  const run = (command: string, ...parameters: string[]) =>
    spawnSync(command, parameters, { cwd: folder, stdio: 'inherit' }).status === 0
  const quiet = ['--no-audit', '--no-fund', '--loglevel=error', '--prefer-offline']
  return run('npm', 'install', ...quiet) && run('node', 'visit.js')
}

const published = manifests(root).filter((manifest) => !manifest.private)
const missing = published.filter((manifest) => !existsSync(tarball(manifest)))
for (const { name } of missing) console.error(`${name} is not packed; run pnpm test first`)
const folder = mkdtempSync(join(tmpdir(), 'outside-'))
try {
  const ok = missing.length === 0 && published.length > 0 && visit(published, folder)
  if (ok) console.log(`outside: ${published.length} packages installed and imported`)
  process.exitCode = ok ? 0 : 1
} finally {
  rmSync(folder, { recursive: true })
}
