/** Files under Node: models are written whole or not at all. */
import {
  accessSync,
  closeSync,
  constants,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { ChainruleError } from '@chainrule/core'

/** Writes to a temporary name in the same folder, flushes it to the disk and renames it. */
export function writeWhole(path: string, bytes: Uint8Array, mode = 0o666): void {
  let made: string | undefined
  try {
    const { name, file } = temporaryFile(dirname(resolve(path)), mode)
    made = name
    try {
      for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
    renameSync(name, path)
  } catch (cause) {
    if (made !== undefined) rmSync(made, { force: true })
    throw new ChainruleError('output-failed', `${path} could not be written`, {
      help: 'check that there is room and that the folder may be written to',
      cause,
    })
  }
}

/** A new file under a short name, however long the final one is; one that lies there already is left alone. */
function temporaryFile(folder: string, mode: number): { name: string; file: number } {
  for (let n = 0; ; n++) {
    const name = join(folder, `.chainrule-${process.pid}-${n}.part`)
    try {
      return { name, file: openSync(name, 'wx', mode) }
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
    }
  }
}

/** What the file systems of Linux, macOS and Windows take. */
const longestName = 255

/** Puts a changed text in the place of a file, whole or not at all; a link goes on pointing at it. */
export function replaceText(path: string, text: string): void {
  checkWritable(path)
  const file = realpathSync(path)
  writeWhole(file, new TextEncoder().encode(text), statSync(file).mode & 0o777)
}

/** Finds out before a long work that its result could not be written, or would replace one of the files it is made of. */
export function checkWritable(path: string, madeOf: readonly (string | undefined)[] = []): void {
  const folder = dirname(resolve(path))
  if (!existsSync(folder))
    throw outputInvalid(`the folder of ${path} does not exist`, 'make it first, or write elsewhere')
  const length = new TextEncoder().encode(basename(path)).length
  if (length > longestName) {
    const problem = `the name of ${path} has ${length} bytes, and a file's may have ${longestName}`
    throw outputInvalid(problem, 'give it a shorter name')
  }
  if (existsSync(path)) {
    const status = statSync(path)
    if (status.isDirectory()) throw outputInvalid(`${path} is a folder`, 'name a file in it')
    // A device would be replaced by a file: even /dev/null.
    if (!status.isFile())
      throw outputInvalid(`${path} is not a plain file`, 'name one, or leave `--out` out')
    const same = madeOf.find((file) => file !== undefined && isSameFile(file, path))
    if (same !== undefined)
      throw outputInvalid(
        `the result would replace ${same}, from which it is made`,
        'write elsewhere',
      )
  }
  try {
    accessSync(folder, constants.W_OK)
  } catch {
    throw outputInvalid(`the folder of ${path} may not be written to`, 'write elsewhere')
  }
}

function isSameFile(one: string, other: string): boolean {
  return existsSync(one) && realpathSync(one) === realpathSync(other)
}

function outputInvalid(message: string, help: string): ChainruleError {
  return new ChainruleError('output-invalid', message, { help })
}

/** What Node reads into one buffer. */
const maxFileBytes = 0x7fff_ffff

/** A file that the person named on the command line. */
export function readNamedFile(path: string): Uint8Array {
  if (!existsSync(path))
    throw fileInvalid(`there is no file ${path}`, 'check the name and the folder')
  const status = statSync(path)
  if (status.isDirectory()) throw fileInvalid(`${path} is a folder`, 'name a file in it')
  if (status.size > maxFileBytes) {
    throw new ChainruleError('file-too-large', `${path} is larger than 2 GiB`, {
      help: 'use a part of the file',
      data: { file: path, size: status.size },
    })
  }
  try {
    return new Uint8Array(readFileSync(path))
  } catch (cause) {
    throw new ChainruleError('file-not-found', `${path} cannot be read`, {
      help: 'check that the file may be read',
      cause,
    })
  }
}

function fileInvalid(message: string, help: string): ChainruleError {
  return new ChainruleError('file-not-found', message, { help })
}
