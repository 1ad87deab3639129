import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

/** The texts of the changesets that were written since the commit that last changed a file, and of those in no commit yet. */
export function newChangesets(root: string, file: string): readonly string[] {
  const git = (...given: readonly string[]): string[] => {
    const told = execFileSync('git', given, { cwd: root, encoding: 'utf8' })
    return told.split('\n').filter((line) => line !== '')
  }
  const written = ['--diff-filter=AM', '--name-only']
  const [last] = git('log', '-1', '--format=%H', '--', file)
  const changed =
    last === undefined ? git('ls-files', folder) : git('diff', ...written, last, '--', folder)
  const untracked = git('ls-files', '--others', '--exclude-standard', folder)
  return [...changed, ...untracked]
    .filter((path) => path.endsWith('.md') && !path.endsWith('README.md'))
    .map((path) => readFileSync(join(root, path), 'utf8'))
}

const folder = '.changeset'

/** Whether a changeset is about a package. */
export function speaksOf(changeset: string, name: string): boolean {
  const [, head = ''] = changeset.split('---')
  return head.includes(`'${name}'`) || head.includes(`"${name}"`)
}
