import { mkdirSync, mkdtempSync, realpathSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

/** What a package of a made-up workspace depends on, and its files from its own folder. */
export interface MadePackage {
  readonly dependencies?: readonly string[]
  readonly devDependencies?: readonly string[]
  readonly files: Readonly<Record<string, string>>
}

/** Writes a workspace as pnpm would install it: packages that see what they declare, as links. */
export function makeWorkspace(packages: Readonly<Record<string, MadePackage>>): string {
  const root = realpathSync(mkdtempSync(join(tmpdir(), 'workshop-')))
  for (const [folder, made] of Object.entries(packages)) {
    const { dependencies = [], devDependencies = [], files } = made
    write(join(root, folder, 'package.json'), manifest(folder, dependencies, devDependencies))
    for (const [path, text] of Object.entries(files)) write(join(root, folder, path), text)
    for (const name of [...dependencies, ...devDependencies]) link(root, folder, name)
  }
  return root
}

function manifest(folder: string, dependencies: readonly string[], dev: readonly string[]): string {
  const ranges = (names: readonly string[]) =>
    Object.fromEntries(names.map((name) => [`@made/${name}`, 'workspace:^']))
  return JSON.stringify({
    name: `@made/${folder.slice(folder.lastIndexOf('/') + 1)}`,
    type: 'module',
    exports: { '.': { source: './src/index.ts', default: './dist/index.js' } },
    dependencies: ranges(dependencies),
    devDependencies: ranges(dev),
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
