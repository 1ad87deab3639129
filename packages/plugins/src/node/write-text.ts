import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { notKept } from '../errors.ts'

/** Writes a small file whole, in a folder that is made where there is none. Throws `plugin-not-kept`. */
export function writeText(file: string, text: string, mode = 0o666): void {
  const temporary = `${file}.${process.pid}.part`
  try {
    mkdirSync(dirname(file), { recursive: true })
    try {
      writeFileSync(temporary, text, { mode })
      renameSync(temporary, file)
    } finally {
      rmSync(temporary, { force: true })
    }
  } catch (cause) {
    throw notKept(file, cause)
  }
}
