/** What a person reads before code of others runs says why they are asked, and nobody can write over it. */
import type { Candidate } from '@chainrule/plugins/node'
import { expect, test } from 'vitest'
import { questionAbout } from '../src/command/plugins.ts'

const hash = 'a'.repeat(64)
const candidate = { name: './mine.js', version: '1.2.0', path: '/models/mine.js', hash }
const earlier = { version: '1.1.0', hash: 'b'.repeat(64) }

test.each<[string, Candidate['before'], string]>([
  ['never', undefined, 'is code that this model runs, and you have not trusted it yet.'],
  [
    'as other files here',
    { ...earlier, path: candidate.path },
    'has changed since you trusted it (1.1.0, bbbbbbbbbbbb…).',
  ],
  // It has not changed: two models may each have a `mine.js`.
  [
    'as another elsewhere',
    { ...earlier, path: '/others/mine.js' },
    'is code that this model runs, and what you have trusted of that name is another, at /others/mine.js (1.1.0, bbbbbbbbbbbb…).',
  ],
  [
    'elsewhere',
    { ...earlier, hash, path: '/others/mine.js' },
    'is code that this model runs, and you have trusted the same files at /others/mine.js, not here.',
  ],
])('of code that was trusted %s', (_, before, why) => {
  const [first, ...rest] = questionAbout({ color: false }, { ...candidate, before })
    .trim()
    .split('\n')
  expect(first).toBe(`./mine.js ${why}`)
  expect(rest.join('\n')).toContain(`/models/mine.js\n  hash     ${hash}`)
})

test('signs that steer a terminal are shown', () => {
  const steering = { ...candidate, name: 'a\x1b[2J', version: '1\r', path: '/b\x1b', hash }
  const before = { version: '\x1b', path: '/\x1b', hash }
  const text = questionAbout({ color: false }, { ...steering, before })
  expect(text).toContain('a␛[2J')
  expect(text).not.toContain('\x1b')
  expect(text).not.toContain('\r')
})
