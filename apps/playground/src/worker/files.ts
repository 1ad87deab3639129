import { DataError, type FileSource } from '@chainrule/data'
import type { Files } from './protocol.ts'

/** What was fetched from the site, kept while the worker lives. */
const fetched = new Map<string, Promise<Uint8Array>>()

/** As the page names a file, which the text may do otherwise. */
export const plainName = (path: string): string => path.replace(/^\.\//, '')

/** Opens what the page gave, and what the site brings along; nothing else is to be had there. */
export function filesSource(files: Files): FileSource {
  return {
    read: async (path) => {
      const name = plainName(path)
      const found = Object.hasOwn(files, name) ? files[name] : undefined
      if (found === undefined) throw notFound(name, files)
      const bytes = typeof found === 'string' ? await fetchedBytes(found, name) : found
      return { bytes, name, quotable: true }
    },
  }
}

const mostNamed = 3

/** Who looks for a file mostly means one of their own. */
function notFound(name: string, files: Files): DataError {
  const names = Object.keys(files).sort(
    (a, b) => Number(isOfSite(files[a])) - Number(isOfSite(files[b])),
  )
  const more = names.length - mostNamed
  const there = `${names.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`
  return new DataError('path-not-found', `there is no file ${name} here`, {
    help: `add your own by "Your data" beside the text${names.length === 0 ? '' : `; there is ${there}`}`,
    data: { file: name },
  })
}

/** What the site brings along is fetched from where it says. */
const isOfSite = (file: Files[string] | undefined): boolean => typeof file === 'string'

function fetchedBytes(url: string, name: string): Promise<Uint8Array> {
  const known = fetched.get(url)
  if (known !== undefined) return known
  const bytes = fetchBytes(url, name)
  fetched.set(url, bytes)
  // What failed is tried again.
  bytes.catch(() => fetched.delete(url))
  return bytes
}

async function fetchBytes(url: string, name: string): Promise<Uint8Array> {
  try {
    const response = await fetch(url)
    if (!response.ok) throw new Error(`the site answers ${response.status}`)
    return new Uint8Array(await response.arrayBuffer())
  } catch (cause) {
    throw new DataError('path-not-found', `${name} could not be fetched from the site`, {
      help: 'look whether this machine is online, and change the text to try again',
      data: { file: name },
      cause,
    })
  }
}
