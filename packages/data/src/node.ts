/** Files under Node for a model file: its own folder, the packages installed for it, and what the person allows. */
import {
  closeSync,
  existsSync,
  fstatSync,
  openSync,
  readdirSync,
  readSync,
  realpathSync,
} from 'node:fs'
import { basename, dirname, isAbsolute, join, relative, resolve, sep } from 'node:path'
import { DataError } from './errors.ts'
import type { FileSource, SourceFile } from './load.ts'
import { nearest } from './nearest.ts'

/** Where files may be read beside the folder of the model. */
export interface FolderOptions {
  /** Folders besides the model's own from which files may be read (`--allow-path`). */
  readonly allowPaths?: readonly string[]
}

/** Where a path leads: a file, and whether it belongs to the model or was only allowed. */
export interface ResolvedPath {
  readonly path: string
  readonly where: 'folder' | 'package' | 'allowed'
}

/** Opens the files that a model file names, and keeps to its folder. */
export interface FolderSource extends FileSource {
  /** The same as `read` without reading. */
  resolve(path: string): ResolvedPath
  read(path: string, room?: number): SourceFile
}

/**
 * Reads files for a model file in `folder`. A path is relative to the folder and, symbolic links resolved, stays inside
 * it; `npm:PACKAGE/path` names a file of a package installed for the folder and stays inside the package.
 *
 * Errors     path-outside, path-not-found, path-invalid, package-not-found, file-too-large
 */
export function folderSource(
  folder: string,
  { allowPaths = [] }: FolderOptions = {},
): FolderSource {
  if (!existsSync(folder)) {
    throw new DataError('path-not-found', `the folder ${folder} does not exist`, {
      help: 'give the folder of the model file',
      data: { file: folder },
    })
  }
  const home = realpathSync(folder)
  const allowed = allowPaths.map((path) => allowedFolder(path))
  const permitted = [home, resolve(folder), ...allowPaths.map((path) => resolve(path)), ...allowed]
  const locate = (path: string): ResolvedPath =>
    path.startsWith('npm:') ? inPackage(path, home) : inFolder(path, { home, allowed, permitted })
  return {
    resolve: locate,
    read: (path, room = 0) => {
      const found = locate(path)
      const bytes = readBytes(found.path, path, room)
      return { bytes, name: path, quotable: found.where !== 'allowed', room }
    },
  }
}

function allowedFolder(path: string): string {
  const absolute = resolve(path)
  if (!existsSync(absolute)) {
    throw new DataError('path-not-found', `the allowed path ${path} does not exist`, {
      help: 'check `--allow-path`',
      data: { file: path },
    })
  }
  return realpathSync(absolute)
}

function isInside(path: string, folder: string): boolean {
  const way = relative(folder, path)
  return way === '' || !(way === '..' || way.startsWith(`..${sep}`) || isAbsolute(way))
}

interface Folders {
  readonly home: string
  readonly allowed: readonly string[]
  /** Home and what is allowed, also as they were named: a link to such a folder names it too. */
  readonly permitted: readonly string[]
}

function inFolder(path: string, { home, allowed, permitted }: Folders): ResolvedPath {
  const absolute = resolve(home, checkedPath(path))
  // Before the disk is touched: not even whether a file outside exists is told.
  if (!permitted.some((folder) => isInside(absolute, folder))) throw outside(path)
  const real = realFile(absolute, path)
  if (isInside(real, home)) return { path: real, where: 'folder' }
  if (allowed.some((folder) => isInside(real, folder))) return { path: real, where: 'allowed' }
  throw outside(path)
}

function checkedPath(path: string): string {
  if (path === '' || path.includes('\0')) {
    throw new DataError('path-invalid', 'a path cannot be empty or hold a zero byte', { data: {} })
  }
  return path
}

function outside(path: string): DataError {
  return new DataError('path-outside', `${path} lies outside the model file's folder`, {
    help: 'move the file beside the model file, or allow its folder with `--allow-path DIR`',
    data: { file: path },
  })
}

function realFile(absolute: string, path: string): string {
  try {
    return realpathSync(absolute)
  } catch (cause) {
    throw notFound(absolute, path, cause)
  }
}

function notFound(absolute: string, path: string, cause?: unknown): DataError {
  const folder = dirname(absolute)
  const near = existsSync(folder) ? nearest(basename(absolute), namesIn(folder)) : undefined
  const meant = near === undefined ? '' : `did you mean \`${join(dirname(path), near)}\`? `
  return new DataError('path-not-found', `there is no file ${path}`, {
    help: `${meant}paths are relative to the model file`,
    data: { file: path },
    cause,
  })
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
  } catch {
    return []
  }
}

const packagePath = /^npm:((?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*)\/(.+)$/i

/**
 * Walks up from the folder as Node does. The package is found by its folder and not through its entry points, so that it
 * need not export the file.
 */
function inPackage(path: string, home: string): ResolvedPath {
  const [, name, inner] = packagePath.exec(checkedPath(path)) ?? []
  if (name === undefined || inner === undefined) {
    throw new DataError('path-invalid', `${path} does not name a file of a package`, {
      help: 'write `npm:PACKAGE/path/in/the/package`',
      data: { file: path },
    })
  }
  const found = findPackage(name, home)
  if (found === undefined) throw packageNotFound(path, name)
  const absolute = resolve(found, inner)
  if (!isInside(absolute, found)) throw outsidePackage(path, name)
  const real = realFile(absolute, path)
  if (!isInside(real, found)) throw outsidePackage(path, name)
  return { path: real, where: 'package' }
}

function findPackage(name: string, from: string): string | undefined {
  for (let folder = from; ; folder = dirname(folder)) {
    const candidate = join(folder, 'node_modules', name)
    if (basename(folder) !== 'node_modules' && existsSync(candidate)) return realpathSync(candidate)
    if (dirname(folder) === folder) return undefined
  }
}

function packageNotFound(path: string, name: string): DataError {
  return new DataError(
    'package-not-found',
    `the package \`${name}\` is not installed for this model file`,
    {
      help: `run \`npm install ${name}\` in its folder`,
      data: { file: path, package: name },
    },
  )
}

function outsidePackage(path: string, name: string): DataError {
  return new DataError('path-outside', `${path} leads out of the package \`${name}\``, {
    help: 'name a file inside the package',
    data: { file: path, package: name },
  })
}

/** What Node reads into one buffer. */
const maxFileBytes = 0x7fff_ffff

function readBytes(real: string, path: string, room: number): Uint8Array {
  const file = openFile(real, path)
  try {
    const { size } = checkedFile(file, path)
    if (size > maxFileBytes) {
      throw new DataError('file-too-large', `${path} is larger than 2 GiB`, {
        help: 'use a part of the file',
        data: { file: path, size },
      })
    }
    const bytes = new Uint8Array(size + room)
    let filled = 0
    for (let read = 1; read > 0 && filled < size; filled += read)
      read = readSync(file, bytes, filled, size - filled, null)
    return bytes.subarray(0, filled)
  } finally {
    closeSync(file)
  }
}

function openFile(real: string, path: string): number {
  try {
    return openSync(real, 'r')
  } catch (cause) {
    throw new DataError('path-invalid', `${path} cannot be opened`, {
      help: 'check that the file may be read',
      data: { file: path },
      cause,
    })
  }
}

function checkedFile(file: number, path: string): { size: number } {
  const status = fstatSync(file)
  if (status.isFile()) return status
  throw new DataError('path-invalid', `${path} is not a file`, {
    help: status.isDirectory() ? 'it is a folder: name a file in it' : 'name a plain file',
    data: { file: path },
  })
}
