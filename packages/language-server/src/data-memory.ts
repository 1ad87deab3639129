/** Data that were read, so that a text is looked at again without reading them again. */
import type { DataRequest } from '@chainrule/language'
import type { RememberData } from 'chainrule/workbench'
import type { Home } from './home.ts'

type Data = Awaited<ReturnType<Parameters<RememberData>[1]>>

interface Entry {
  readonly data: Promise<Data>
  /** What the files were, by their paths. */
  readonly stamps: Map<string, string>
}

export class DataMemory {
  readonly #home: Home
  #kept: ReadonlyMap<string, Entry> = new Map()

  constructor(home: Home) {
    this.#home = home
  }

  /** For one look at a text. What it asks for is kept until another look asks for other data. */
  forLook(): RememberData {
    const used = new Map<string, Entry>()
    return async (request, read) => {
      const key = keyOf(request)
      const known = used.get(key) ?? this.#kept.get(key)
      const entry = known !== undefined && this.#isFresh(known) ? known : this.#read(read)
      used.set(key, entry)
      this.#kept = used
      let data: Data
      try {
        data = await entry.data
      } finally {
        // Why there are none is told by the reading alone, and what was missing may come.
        if (data === undefined) used.delete(key)
      }
      return data
    }
  }

  #read(read: () => Promise<Data>): Entry {
    const stamps = new Map<string, string>()
    const collect = async (): Promise<Data> => {
      const stop = this.#home.listen((path) => stamps.set(path, this.#home.stampOf(path)))
      try {
        return await read()
      } finally {
        stop()
      }
    }
    return { data: collect(), stamps }
  }

  #isFresh({ stamps }: Entry): boolean {
    return [...stamps].every(([path, stamp]) => this.#home.stampOf(path) === stamp)
  }
}

/** Two requests that differ only in their places in the text ask for the same. */
const keyOf = (request: DataRequest): string =>
  JSON.stringify(request, (name, value: unknown) => (name === 'span' ? undefined : value))
