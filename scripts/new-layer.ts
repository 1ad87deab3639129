import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { writeLayer } from './new-layer/write-layer.ts'

/* `pnpm new:layer NAME`: a package for a layer, wired with tests, and what is left to do by hand. */
const root = join(import.meta.dirname, '..')
const name = process.argv[2] ?? ''
try {
  writeLayer(root, name)
  const run = (command: string, ...parameters: string[]) =>
    spawnSync(command, parameters, { cwd: root, stdio: 'inherit' })
  run('biome', 'check', '--write', `packages/layer-${name}`)
  run('pnpm', 'install', '--no-frozen-lockfile')
  console.log(`
packages/layer-${name} is ready: \`pnpm exec vitest run\` there runs its tests. Left to you:
  the layer itself     packages/layer-${name}/src/${name}.ts
  who gets it          packages/chainrule: package.json, src/other-batteries.ts, and its name in src/plain-batteries.ts
  whose name it is     packages/create-chainrule-plugin/src/taken-names.ts
  its equations        a line in packages/equations/test/support/cases.ts
  the release note     pnpm changeset`)
} catch (error) {
  console.error(error instanceof Error ? error.message : error)
  process.exitCode = 1
}
