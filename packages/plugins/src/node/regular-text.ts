import { readFileSync, statSync } from 'node:fs'
import { manifestInvalid } from '../errors.ts'

/** Bytes; a manifest of a hundred plugins has a tenth of it. */
const most = 4 * 1024 ** 2

/** The text of a small file. Throws where it is a folder, or a pipe or device that a stranger has put there. */
export function regularText(path: string): string {
  const found = statSync(path)
  if (!found.isFile()) throw new Error('is not a file')
  if (found.size > most) throw new Error(`is larger than ${most / 1024 ** 2} MiB`)
  return readFileSync(path, 'utf8')
}

/** The same of a manifest. Throws `plugin-manifest-invalid`. */
export function manifestText(path: string, name: string): string {
  try {
    return regularText(path)
  } catch (cause) {
    throw manifestInvalid(name, cause instanceof Error ? cause.message : 'cannot be read', cause)
  }
}
