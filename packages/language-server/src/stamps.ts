/** Files that were read for something, which is to be read again when one of them is another. */
import type { Home } from './home.ts'

export class Stamps {
  readonly #home: Home
  /** What the files were, by their paths. */
  readonly #stamps = new Map<string, string>()

  constructor(home: Home) {
    this.#home = home
  }

  /** Notes each file that is read meanwhile; one that is not there has no stamp. */
  async during<T>(read: () => Promise<T>): Promise<T> {
    const stop = this.#home.listen((path) => this.#stamps.set(path, this.#home.stampOf(path)))
    try {
      return await read()
    } finally {
      stop()
    }
  }

  get isEmpty(): boolean {
    return this.#stamps.size === 0
  }

  /** Whether every file is still what it was. */
  get hold(): boolean {
    return [...this.#stamps].every(([path, stamp]) => this.#home.stampOf(path) === stamp)
  }
}
