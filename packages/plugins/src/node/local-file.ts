/** A file of the person's own beside the model: `use "./my-layer.ts"`. */
import { readFileSync, realpathSync, statSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, relative, resolve } from 'node:path'
import { ChainruleError } from '@chainrule/core'
import { type HashedFiles, hashed } from './file-hash.ts'
import { isInside } from './inside.ts'

/** The file and all that it imports by a relative path, the same wherever its folder lies. */
export interface LocalFile extends HashedFiles {
  readonly path: string
}

/**
 * Finds the file, which stays inside the model's folder.
 *
 * Errors     path-outside, path-not-found
 */
export function findFile(folder: string, name: string): LocalFile {
  const home = realpathSync(folder)
  const wanted = resolve(home, name)
  if (!isInside(wanted, home)) throw outside(name)
  const found = statSync(wanted, { throwIfNoEntry: false })
  if (found === undefined)
    throw notFound(`there is no file ${name}`, name, 'paths are relative to the model file')
  if (!found.isFile())
    throw notFound(`${name} is not a file`, name, 'name a file of code, such as `./layers/mine.ts`')
  const path = realpathSync(wanted)
  if (!isInside(path, home)) throw outside(name)
  return { path, ...filesOf(path) }
}

const outside = (name: string): ChainruleError =>
  new ChainruleError('path-outside', `${name} lies outside the model file's folder`, {
    help: 'move the file beside the model file',
    data: { file: name },
  })

const notFound = (problem: string, name: string, help: string): ChainruleError =>
  new ChainruleError('path-not-found', problem, { help, data: { file: name } })

/** A file and all that it imports by a relative path. */
export function filesOf(file: string): HashedFiles {
  const path = realpathSync(file)
  const folder = dirname(path)
  return hashed(folder, [...together(path)].map((each) => relative(folder, each)).sort())
}

const relativeImport = /\b(?:from|import|require)\s*\(?\s*["'](\.{1,2}\/[^"']+)["']/g

/** A file and what it imports by relative paths, and they. */
function together(path: string, found = new Set<string>()): Set<string> {
  if (found.has(path)) return found
  found.add(path)
  for (const [, way = ''] of readFileSync(path, 'utf8').matchAll(relativeImport)) {
    const file = fileAt(path, way)
    if (file !== undefined && statSync(file).isFile()) together(file, found)
  }
  return found
}

/** What a file imports by a relative path; `require` may leave an ending out. */
function fileAt(path: string, way: string): string | undefined {
  try {
    return createRequire(path).resolve(way)
  } catch {
    return undefined
  }
}
