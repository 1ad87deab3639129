/** Runs commands in a folder of their own, with what they print caught. */
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import { runCommand } from '../../src/command/program.ts'

export interface Ran {
  readonly code: number
  readonly out: string
  readonly err: string
}

/** At the file's end, since within a test `afterAll` is not heard. */
const made: string[] = []
afterAll(() => {
  for (const path of made) rmSync(path, { recursive: true, force: true })
})

/** A folder that is gone after the tests. */
export function folder(files: Readonly<Record<string, string | Uint8Array>> = {}): {
  path: string
  file(name: string): string
  names(): string[]
} {
  const path = mkdtempSync(join(tmpdir(), 'chainrule-test-'))
  for (const [name, content] of Object.entries(files)) writeFileSync(join(path, name), content)
  made.push(path)
  return { path, file: (name) => join(path, name), names: () => readdirSync(path).sort() }
}

/** What `--format json` prints: a record a line, and nothing else. */
export function records<T = Record<string, unknown>>(out: string): T[] {
  return out
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as T)
}

/** Runs one command in this process. */
export async function run(...args: readonly string[]): Promise<Ran> {
  let [out, err] = ['', '']
  const code = await runCommand(
    {
      out: (text) => {
        out += text
      },
      err: (text) => {
        err += text
      },
      live: false,
      color: false,
      columns: 100,
      signal: new AbortController().signal,
      holdInterrupts: () => {},
    },
    args,
  )
  return { code, out, err }
}
