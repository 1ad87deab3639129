/** Data that were read, so that a text is looked at again without reading them again. */
import { type RememberData, requestKey } from 'chainrule/workbench'
import type { Home } from './home.ts'
import { Stamps } from './stamps.ts'

type Data = Awaited<ReturnType<Parameters<RememberData>[1]>>

interface Entry {
  readonly data: Promise<Data>
  readonly stamps: Stamps
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
      const key = requestKey(request)
      const known = used.get(key) ?? this.#kept.get(key)
      const entry = known?.stamps.hold === true ? known : this.#read(read)
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
    const stamps = new Stamps(this.#home)
    return { data: stamps.during(read), stamps }
  }
}
