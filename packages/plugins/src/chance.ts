/**
 * What answers differently each time it is asked: the clock and random numbers. A plugin meets ones that refuse while a stage of
 * it runs, and answer at other times, so that it makes no difference whether it kept them when it was loaded.
 */

type Refusal = (what: string) => Error

/** That of the stage that runs, if one does. */
let refusal: Refusal | undefined

/** Runs with a clock and random numbers that throw what `refused` makes. */
export function withoutChance<T>(refused: Refusal, run: () => T): T {
  const before = refusal
  const release = replaced()
  refusal = refused
  try {
    return run()
  } finally {
    refusal = before
    release()
  }
}

/** Runs with those that a stage can take away, for code that keeps them. */
export async function withRefusableChance<T>(run: () => Promise<T>): Promise<T> {
  const release = replaced()
  try {
    return await run()
  } finally {
    release()
  }
}

let users = 0
let restore = (): void => {}

/** Puts ours in place of the host's, until whoever asked last has released them. */
function replaced(): () => void {
  if (users === 0) {
    const all = replacements().map(put)
    restore = () => {
      for (const each of all) each()
    }
  }
  users++
  return () => {
    users--
    if (users === 0) restore()
  }
}

type Replacement = readonly [owner: object, name: string, value: unknown]
type Method = (this: unknown, ...given: unknown[]) => unknown

function put([owner, name, value]: Replacement): () => void {
  const own = Object.getOwnPropertyDescriptor(owner, name)
  Object.defineProperty(owner, name, { value, configurable: true, writable: true })
  return () => {
    if (own === undefined) Reflect.deleteProperty(owner, name)
    else Object.defineProperty(owner, name, own)
  }
}

/** Those of this host: a browser has no `process`. */
function replacements(): Replacement[] {
  const { performance, crypto, process } = globalThis as unknown as Readonly<
    Record<string, Readonly<Record<string, Method>> | undefined>
  >
  const asked = (
    owner: Readonly<Record<string, Method>> | undefined,
    name: string,
    what = `\`crypto.${name}\``,
  ): Replacement[] => {
    const real = owner?.[name]
    return owner === undefined || real === undefined ? [] : [[owner, name, asking(real, what)]]
  }
  return [
    [globalThis, 'Date', askingDate()],
    [Math, 'random', asking(Math.random, '`Math.random`')],
    ...asked(performance, 'now', clock),
    ...asked(process, 'hrtime', clock),
    ...asked(process, 'uptime', clock),
    ...asked(process, 'cpuUsage', clock),
    ...asked(crypto, 'getRandomValues'),
    ...asked(crypto, 'randomUUID'),
  ]
}

const clock = 'the clock'

function refuse(what: string): void {
  if (refusal !== undefined) throw refusal(what)
}

/** Answers as the real one where it may; so do its own functions, such as `process.hrtime.bigint`. */
function asking(real: Method, what: string): Method {
  const ours: Method = function (...given) {
    refuse(what)
    return Reflect.apply(real, this, given)
  }
  const members = Object.entries(real as unknown as Readonly<Record<string, Method>>)
  return Object.assign(
    ours,
    Object.fromEntries(members.map(([name, each]) => [name, asking(each, what)])),
  )
}

/** `Date`, which is asked only for the time that it is. */
function askingDate(): DateConstructor {
  const now = asking(Date.now, clock)
  return new Proxy(Date, {
    apply: (date, self, given) => {
      refuse(clock)
      return Reflect.apply(date, self, given)
    },
    construct: (date, given, target) => {
      if (given.length === 0) refuse(clock)
      return Reflect.construct(date, given, target)
    },
    get: (date, name) => (name === 'now' ? now : Reflect.get(date, name)),
  })
}
