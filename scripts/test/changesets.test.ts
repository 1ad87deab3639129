/** Public types are accepted with a changeset of the same change, and not with one that stands there for another. */
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { newChangesets, speaksOf } from '../changesets.ts'

let root = ''
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'changesets-'))
  mkdirSync(join(root, '.changeset'))
  git('init', '-q')
})
afterEach(() => rmSync(root, { recursive: true }))

const git = (...given: readonly string[]) =>
  execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@b.c', ...given], { cwd: root })
const write = (file: string, text: string) => writeFileSync(join(root, file), text)
function commit(...files: readonly string[]): void {
  for (const file of files) write(file, file)
  git('add', '-A')
  git('commit', '-q', '-m', 'one')
}
const found = () => newChangesets(root, 'api.md')

describe('new changesets', () => {
  it('are all where the file is in no commit', () => {
    commit('.changeset/a.md', '.changeset/README.md')
    write('.changeset/b.md', 'b')
    expect(found()).toEqual(['.changeset/a.md', 'b'])
  })

  it('are not those that came with the file or before it', () => {
    commit('.changeset/a.md')
    commit('api.md', '.changeset/b.md')
    commit('other.md')
    expect(found()).toEqual([])
  })

  it.each<[string, () => void]>([
    ['a later commit', () => commit('.changeset/c.md')],
    ['no commit', () => write('.changeset/c.md', '.changeset/c.md')],
  ])('are those in %s', (_, add) => {
    commit('api.md', '.changeset/a.md')
    add()
    expect(found()).toEqual(['.changeset/c.md'])
  })

  it('are those that were changed since, too, and not those that are gone', () => {
    commit('api.md', '.changeset/a.md', '.changeset/b.md')
    write('.changeset/a.md', 'more')
    rmSync(join(root, '.changeset/b.md'))
    expect(found()).toEqual(['more'])
  })
})

it.each([
  ["---\n'@chainrule/core': patch\n---\n\nWords.", true],
  ['---\n"@chainrule/core": patch\n---\n\nWords.', true],
  ["---\n'@chainrule/core-other': patch\n---\n\nOf '@chainrule/core'.", false],
])('%j is about the package: %s', (text, isAbout) => {
  expect(speaksOf(text, '@chainrule/core')).toBe(isAbout)
})
