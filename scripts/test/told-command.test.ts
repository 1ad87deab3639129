/** The command as the documents have it called prints what it has to say, and pnpm nothing round it. */
import { spawnSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'

const root = join(import.meta.dirname, '../..')
const documents = ['README.md', 'CONTRIBUTING.md', 'ARCHITECTURE.md', 'examples/README.md']

/** The options of pnpm wherever a document has it run the command. */
const told = documents.map((name) => {
  const text = readFileSync(join(root, name), 'utf8')
  return [
    name,
    [...text.matchAll(/\bpnpm(?:@12)?((?: -\S+)*) chainrule\b/g)].map(([, o = '']) => o),
  ] as const
})

// Under `pnpm test` pnpm is there; a test that is run by itself takes it as the README does.
const [file, ...first] =
  spawnSync('pnpm', ['--version']).status === 0 ? ['pnpm'] : ['npx', '-y', 'pnpm@12']

const sources = ['--conditions=source', 'packages/chainrule/src/bin.ts']
const mistaken = ['check', 'no-such.mlp']

function run(file: string, given: readonly string[]) {
  const { status, stdout, stderr } = spawnSync(file, given, { cwd: root, encoding: 'utf8' })
  return { status, stdout, stderr }
}

describe.each(told)('%s', (_, all) => {
  it('names the command', () => {
    expect(all.length).toBeGreaterThan(0)
  })

  it.each([...new Set(all)])(
    'has `pnpm%s chainrule` print what the command alone does',
    (options) => {
      const given = [...first, ...options.split(' ').filter(Boolean), 'chainrule']
      expect(run(file, [...given, ...mistaken])).toEqual(
        run(process.execPath, [...sources, ...mistaken]),
      )
    },
    60_000,
  )
})
