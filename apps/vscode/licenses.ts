/** Writes our license and those of all whose code is in the built files, as they want to go with it. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

const folder = process.argv[2] ?? 'dist'
const inPackage = /^(.*\/node_modules\/\.pnpm\/[^/]+\/node_modules\/((?:@[^/]+\/)?[^/]+))\//

/** The folders of the packages by their names. */
function bundled(): Map<string, string> {
  const found = new Map<string, string>()
  for (const file of readdirSync(folder).filter((name) => name.startsWith('metafile'))) {
    const { inputs } = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { inputs: object }
    for (const path of Object.keys(inputs)) {
      const [, home, name] = inPackage.exec(path) ?? []
      if (home !== undefined && name !== undefined) found.set(name, home)
    }
  }
  return found
}

function notice([name, home]: readonly [string, string]): string {
  const { version, license } = JSON.parse(readFileSync(join(home, 'package.json'), 'utf8')) as {
    version: string
    license: string
  }
  const texts = readdirSync(home)
    .filter((file) => /^(licen[cs]e|notice|thirdpartynotices)/i.test(file))
    .map((file) => readFileSync(join(home, file), 'utf8').trim())
  return [`${name} ${version}`, license, ...texts].join('\n\n')
}

const notices = [...bundled()].sort(([a], [b]) => (a < b ? -1 : 1)).map(notice)
const line = `\n\n${'-'.repeat(80)}\n\n`
const own = readFileSync(new URL('../../LICENSE', import.meta.url), 'utf8').trim()
writeFileSync(join(folder, 'LICENSES.txt'), `${[own, ...notices].join(line)}\n`)
