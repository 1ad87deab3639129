/** What a reader of a changelog sees. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import changelog from '../changelog.ts'

it('a change stands in its own words, and its further lines under it', () => {
  expect(changelog.getReleaseLine({ summary: 'One thing.  \n\nMore.' })).toBe(
    '- One thing.\n  \n  More.',
  )
})

it('packages that were updated stand in one line, however many changes they had', () => {
  const changes = Array.from({ length: 30 }, () => ({ summary: 'x' }))
  const updated = ['b', 'a'].map((name) => ({ name, newVersion: '0.2.0' }))
  expect(changelog.getDependencyReleaseLine(changes, updated)).toBe('- Updated: a 0.2.0, b 0.2.0')
  expect(changelog.getDependencyReleaseLine(changes, [])).toBe('')
})

it('changesets are told of it', () => {
  const folder = join(import.meta.dirname, '../../.changeset')
  const config = JSON.parse(readFileSync(join(folder, 'config.json'), 'utf8')) as {
    changelog: string
  }
  expect(join(folder, config.changelog)).toBe(join(import.meta.dirname, '../changelog.ts'))
})
