import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const made = realpathSync(mkdtempSync(join(tmpdir(), 'lint-')))
afterAll(() => rmSync(made, { recursive: true }))

/** Lints each text as a file of its own under the repository's rules, and names those refused. */
function refusedBy(files: Readonly<Record<string, string>>): ReadonlySet<string> {
  cpSync(join(root, 'biome.json'), join(made, 'biome.json'))
  cpSync(join(root, 'scripts/lint'), join(made, 'scripts/lint'), { recursive: true })
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(made, path)), { recursive: true })
    writeFileSync(join(made, path), text)
  }
  const biome = join(root, 'node_modules/.bin/biome')
  const flags = ['lint', '--vcs-enabled=false', '--error-on-warnings', '--reporter=github']
  const run = spawnSync(biome, [...flags, '--max-diagnostics=none', '.'], { cwd: made })
  const found = `${run.stdout}`.matchAll(/^::(?:error|warning).*?file=([^,]+)/gm)
  return new Set([...found].map(([, file]) => relative(made, file ?? '')))
}

const exact: Readonly<Record<string, string>> = {
  'Math.random': 'export const x = Math.random()\n',
  'a transcendental function': 'export const x = Math.exp(1)\n',
  'a transcendental function as a value': 'export const x = [1].map(Math.tanh)\n',
  'a function by its text': "export const x = Math['log'](2)\n",
  'Math under another name': 'const M = Math\nexport const x = M.log(2)\n',
  'Math taken apart': 'const { sin } = Math\nexport const x = sin(2)\n',
  'Math of the global object': 'export const x = globalThis.Math.cos(1)\n',
  'a power': 'export const x = (y: number) => y ** 2\n',
  'a power over two lines': 'export const x = (y: number) =>\n  (y +\n    1) **\n  2\n',
  'a power in place': 'export function x(y: number) {\n  let z = y\n  z **= 2\n  return z\n}\n',
}
const always: Readonly<Record<string, string>> = {
  any: 'export const x = (y: any) => y\n',
  'a default export': 'export default 1\n',
  'an unused import': "import { a } from './a.ts'\n\nexport const x = 1\n",
  'a type imported as a value': "import { T } from './t.ts'\n\nexport const x: T = 1\n",
  'a non-null assertion': 'export const x = (y?: string) => y!.length\n',
}
const fine = `${['floor', 'sqrt', 'max', 'fround']
  .map((name) => `export const ${name} = (x: number) => Math.${name}(x) * x\n`)
  .join('')}export const turn = 2 * Math.PI\n`

const slug = (title: string) => `${title.replaceAll(/[^A-Za-z]+/g, '-')}.ts`
const underFolder = (folder: string, texts: Readonly<Record<string, string>>) =>
  Object.fromEntries(
    Object.entries(texts).map(([title, text]) => [`${folder}/${slug(title)}`, text]),
  )

describe('lint', () => {
  const weights = 'packages/layer-made/src'
  const elsewhere = 'packages/language/src'
  const refused = refusedBy({
    ...underFolder(weights, exact),
    ...underFolder(elsewhere, { ...exact, ...always }),
    [`${weights}/fine.ts`]: fine,
  })

  it.each(Object.keys(exact))('refuses %s in what reaches a weight, and there alone', (title) => {
    expect(refused).toContain(`${weights}/${slug(title)}`)
    expect(refused).not.toContain(`${elsewhere}/${slug(title)}`)
  })

  it.each(Object.keys(always))('refuses %s everywhere', (title) => {
    expect(refused).toContain(`${elsewhere}/${slug(title)}`)
  })

  it('accepts the exact functions and constants of Math', () => {
    expect(refused).not.toContain(`${weights}/fine.ts`)
  })
})
