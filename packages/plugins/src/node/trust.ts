/** What a person has agreed to run: in the person's own configuration folder, where no model's folder can put anything. */
import { existsSync, readFileSync } from 'node:fs'
import { userInfo } from 'node:os'
import { isAbsolute, join } from 'node:path'
import { ChainruleError } from '@chainrule/core'
import envPaths from 'env-paths'
import * as v from 'valibot'
import { writeText } from './write-text.ts'

export interface Trusted {
  readonly name: string
  readonly version: string
  /** Where it lay when it was trusted. */
  readonly path: string
  readonly hash: string
  /** When, as ISO 8601. */
  readonly since: string
}

/**
 * The person's own folder for what Chainrule keeps of them. A relative one, which the environment may ask for, would lie wherever
 * the command runs, also in a stranger's folder: then it is that of the person's account.
 */
export function configurationFolder(): string {
  const { config } = envPaths('chainrule', { suffix: '' })
  return isAbsolute(config) ? config : join(userInfo().homedir, '.config', 'chainrule')
}

const content = v.looseObject({
  trusted: v.array(
    v.looseObject({
      ...{ name: v.string(), version: v.string(), path: v.string(), hash: v.string() },
      since: v.string(),
    }),
  ),
})

export class TrustStore {
  readonly file: string

  constructor(folder: string = configurationFolder()) {
    this.file = join(folder, 'trusted-plugins.json')
  }

  /** Whether exactly these files were trusted under this name, at this place: elsewhere the same files may find other code. */
  has({ name, hash, path }: Pick<Trusted, 'name' | 'hash' | 'path'>): boolean {
    return this.#read().some(
      (each) => each.name === name && each.hash === hash && each.path === path,
    )
  }

  /** What of this name was trusted last at this place, or else anywhere. */
  last(name: string, path: string): Trusted | undefined {
    const own = this.#read().filter((each) => each.name === name)
    return own.findLast((each) => each.path === path) ?? own.at(-1)
  }

  add(trusted: Omit<Trusted, 'since'>): void {
    const all = [...this.#read(), { ...trusted, since: new Date().toISOString() }]
    writeText(this.file, `${JSON.stringify({ version: 1, trusted: all }, undefined, 2)}\n`, 0o600)
  }

  #read(): readonly Trusted[] {
    if (!existsSync(this.file)) return []
    try {
      return v.parse(content, JSON.parse(readFileSync(this.file, 'utf8'))).trusted
    } catch {}
    throw new ChainruleError('plugin-untrusted', `${this.file} cannot be read`, {
      help: 'mend it, or remove it and trust your plugins anew',
      data: { file: this.file },
    })
  }
}
