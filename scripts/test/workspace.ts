import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** What a package of a made-up workspace depends on, and its files from its own folder. */
export interface MadePackage {
  /** Left out where the usual one does. */
  readonly exports?: Readonly<Record<string, object>>
  readonly scripts?: readonly string[]
  readonly dependencies?: readonly string[]
  readonly devDependencies?: readonly string[]
  readonly files: Readonly<Record<string, string>>
}

/** Writes a workspace as pnpm would install it: packages that see what they declare, as links. */
export function makeWorkspace(packages: Readonly<Record<string, MadePackage>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'workshop-')))
  for (const [folder, made] of Object.entries(packages)) {
    write(join(root, folder, 'package.json'), manifest(folder, made))
    for (const [path, text] of Object.entries(made.files)) write(join(root, folder, path), text)
    const { dependencies = [], devDependencies = [] } = made
    for (const name of [...dependencies, ...devDependencies]) link(root, folder, name)
  }
  return root
}

const usual = { '.': { source: './src/index.ts', default: './dist/index.js' } }
const everyScript = ['build', 'test', 'typecheck', 'pack:check']

function manifest(folder: string, made: MadePackage): string {
  const { dependencies = [], devDependencies = [], exports = usual, scripts = everyScript } = made
  const ranges = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [`@made/${name}`, 'workspace:^']))
  return JSON.stringify({
    name: `@made/${folder.slice(folder.lastIndexOf('/') + 1)}`,
    type: 'module',
    exports,
    scripts: Object.fromEntries(scripts.map((name) => [name, 'true'])),
    dependencies: ranges(dependencies),
    devDependencies: ranges(devDependencies),
  })
}

function write(file: string, text: string): void {
  mkdirSync(dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function link(root: string, folder: string, name: string): void {
  const place = join(root, folder, 'node_modules/@made', name)
  mkdirSync(dirname(place), { recursive: true })
  symlinkSync(join(root, 'packages', name), place)
}
