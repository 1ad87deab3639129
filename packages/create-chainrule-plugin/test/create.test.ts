/** What is written is a whole package; what is wrong is said before anything is. That it builds is `pnpm test:outside`. */
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { create, kinds } from '../src/index.ts'

const home = mkdtempSync(join(tmpdir(), 'create-plugin-'))
afterAll(() => rmSync(home, { recursive: true }))

describe.each(kinds)('a package for the %s', (kind) => {
  const folder = join(home, kind)

  it('has all that it needs', () => {
    const { files } = create({ name: 'two-words', kind, scope: 'me', folder })
    expect(files).toEqual(
      expect.arrayContaining([
        ...['.changeset/config.json', '.gitignore', 'README.md', 'example.mlp', 'package.json'],
        ...['src/index.ts', 'src/two-words.ts', 'test/two-words.test.ts', 'tsconfig.json'],
        ...['tsup.config.ts', 'vitest.config.ts'],
      ]),
    )
    for (const file of files)
      expect(readFileSync(join(folder, file), 'utf8'), file).not.toMatch(/__/)
  })

  it('names itself, its plugin and its code as each must be named', () => {
    const json = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
    expect(json).toMatchObject({
      name: '@me/chainrule-plugin-two-words',
      keywords: ['chainrule-plugin'],
      chainrule: { api: 1, manifest: './chainrule.json' },
    })
    expect(Object.keys(json.peerDependencies)).toEqual(['@chainrule/core'])
    const source = readFileSync(join(folder, 'src/two-words.ts'), 'utf8')
    expect(source).toContain('export const twoWords = define')
    expect(source).toContain("name: 'two-words'")
    expect(readFileSync(join(folder, 'example.mlp'), 'utf8')).toContain(
      'use "@me/chainrule-plugin-two-words"',
    )
  })
})

it('nothing is written into a folder that holds something', () => {
  const folder = mkdtempSync(join(home, 'full-'))
  writeFileSync(join(folder, 'mine.txt'), 'mine')
  expect(() => create({ name: 'two', kind: 'layer', folder })).toThrow(/not empty/)
  expect(existsSync(join(folder, 'package.json'))).toBe(false)
})
