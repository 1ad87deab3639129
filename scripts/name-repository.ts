import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { manifests } from './boundaries/manifests.ts'

/*
 * `pnpm release` names the repository in every package that it publishes: npm compares it with the signed statement of where a
 * package was built, and refuses a package that names another or none. Which one it is, GitHub says where the release runs; a
 * fork that publishes names itself.
 */

/** The package.json with its place in a repository such as `https://github.com/chainrule/chainrule`. */
export function named(json: string, repository: string, directory: string): string {
  const manifest = JSON.parse(json) as Record<string, unknown>
  const url = `git+${repository}.git`
  return `${JSON.stringify({ ...manifest, repository: { type: 'git', url, directory } }, undefined, 2)}\n`
}

function nameRepository(root: string): void {
  const { GITHUB_SERVER_URL: server, GITHUB_REPOSITORY: name } = process.env
  if (server === undefined || name === undefined) {
    console.error('a release runs on GitHub, which says by GITHUB_REPOSITORY what it is made of')
    process.exitCode = 1
    return
  }
  for (const { folder } of manifests(root).filter((manifest) => !manifest.private)) {
    const file = join(root, folder, 'package.json')
    writeFileSync(file, named(readFileSync(file, 'utf8'), `${server}/${name}`, folder))
  }
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href)
  nameRepository(join(import.meta.dirname, '..'))
