/** npm refuses a signed package that does not say where it comes from. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { named } from '../name-repository.ts'

const root = join(import.meta.dirname, '../..')

it('a package names the repository and its folder in it, and keeps the rest', () => {
  const before = readFileSync(join(root, 'packages/core/package.json'), 'utf8')
  const after = JSON.parse(named(before, 'https://github.com/a/b', 'packages/core'))
  expect(after).toEqual({
    ...JSON.parse(before),
    repository: { type: 'git', url: 'git+https://github.com/a/b.git', directory: 'packages/core' },
  })
})

it('a release does so before it publishes, and gives the token by the name that is read', () => {
  const { scripts } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    scripts: Record<string, string>
  }
  expect(scripts['release']).toBe(
    'pnpm build && node scripts/name-repository.ts && changeset publish',
  )
  const workflow = readFileSync(join(root, '.github/workflows/release.yml'), 'utf8')
  expect(workflow).toMatch(/ NPM_TOKEN: \$\{\{ secrets\.NPM_TOKEN \}\}/)
  expect(workflow).not.toContain('NODE_AUTH_TOKEN')
})
