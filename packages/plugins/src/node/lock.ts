/** `chainrule.lock`: which versions and files of its plugins a model was trained with. It pins, and is never consent. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ChainruleError } from '@chainrule/core'
import * as v from 'valibot'
import { locked } from '../errors.ts'
import { recordOf } from '../record.ts'
import { writeText } from './write-text.ts'

export interface Pin {
  readonly version: string
  readonly hash: string
}

const content = v.looseObject({
  plugins: recordOf(v.looseObject({ version: v.string(), hash: v.string() })),
})

export class LockFile {
  readonly file: string

  /** The one beside a model, in its folder. */
  constructor(folder: string) {
    this.file = join(folder, 'chainrule.lock')
  }

  /** Throws `plugin-locked` where something else is pinned. */
  check(name: string, came: Pin): void {
    const pin = this.#read()[name]
    if (pin !== undefined && (pin.hash !== came.hash || pin.version !== came.version))
      throw locked(name, pin, came)
  }

  pin(name: string, { version, hash }: Pin): void {
    const pins = this.#read()
    if (pins[name]?.hash === hash) return
    const all = Object.entries({ ...pins, [name]: { version, hash } }).sort(([a], [b]) =>
      a < b ? -1 : 1,
    )
    const text = JSON.stringify({ version: 1, plugins: Object.fromEntries(all) }, undefined, 2)
    writeText(this.file, `${text}\n`)
  }

  #read(): Readonly<Record<string, Pin>> {
    if (!existsSync(this.file)) return {}
    try {
      return v.parse(content, JSON.parse(readFileSync(this.file, 'utf8'))).plugins
    } catch {}
    throw new ChainruleError('plugin-locked', `${this.file} cannot be read`, {
      help: 'mend it, or remove it to pin what is installed',
      data: { file: this.file },
    })
  }
}
