/** A file of the person's own beside the model: `use "./my-layer.ts"`. */
import { existsSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { ChainruleError } from '@chainrule/core'
import { hashOf } from './file-hash.ts'
import { isInside } from './inside.ts'

export interface LocalFile {
  /** As the text names it. */
  readonly name: string
  readonly path: string
  /** Over the file and all that it imports by a relative path. */
  readonly hash: string
}

/**
 * Finds the file, which stays inside the model's folder.
 *
 * Errors     path-outside, path-not-found
 */
export function findFile(folder: string, name: string): LocalFile {
  const home = realpathSync(folder)
  const wanted = resolve(home, name)
  const outside = new ChainruleError(
    'path-outside',
    `${name} lies outside the model file's folder`,
    {
      help: 'move the file beside the model file',
      data: { file: name },
    },
  )
  if (!isInside(wanted, home)) throw outside
  if (!existsSync(wanted)) {
    throw new ChainruleError('path-not-found', `there is no file ${name}`, {
      help: 'paths are relative to the model file',
      data: { file: name },
    })
  }
  const path = realpathSync(wanted)
  if (!isInside(path, home)) throw outside
  return { name, path, hash: fileHash(path) }
}

/** Over a file and all that it imports by a relative path; the same wherever its folder lies. */
export function fileHash(file: string): string {
  const path = realpathSync(file)
  const folder = dirname(path)
  return hashOf(folder, [...together(path)].map((each) => relative(folder, each)).sort())
}

const relativeImport = /\b(?:from|import|require)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g

/** A file and what it imports by relative paths, and they. */
function together(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found
  found.add(path)
  for (const [, way = ''] of readFileSync(path, 'utf8').matchAll(relativeImport)) {
    const file = join(dirname(path), way)
    if (existsSync(file)) together(file, found)
  }
  return found
}
