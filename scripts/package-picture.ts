import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { manifests } from './boundaries/manifests.ts'
import { withPicture } from './picture.ts'

/*
 * `pnpm package-picture`: draws the packages into ARCHITECTURE.md from their package.json files.
 * With --check it changes nothing and fails where the picture is not the present one.
 */
const root = join(import.meta.dirname, '..')
const file = join(root, 'ARCHITECTURE.md')
if (existsSync(file)) {
  const text = readFileSync(file, 'utf8')
  const drawn = withPicture(text, manifests(root))
  if (!process.argv.includes('--check')) writeFileSync(file, drawn)
  else if (drawn !== text) {
    console.error('ARCHITECTURE.md shows other packages than there are; run `pnpm package-picture`')
    process.exitCode = 1
  }
}
