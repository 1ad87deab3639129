/** Where a manifest says other things than the code. */
import type { Manifest, PluginDescription } from './manifest.ts'

/** In words, a few; empty where they agree. */
export function differences(written: Manifest, code: Manifest): string[] {
  const keyOf = ({ kind, name }: PluginDescription): string => `${kind} \`${name}\``
  const [theirs, ours] = [written, code].map(
    ({ plugins }) => new Map(plugins.map((each) => [keyOf(each), each] as const)),
  )
  const found: string[] = []
  for (const key of ours?.keys() ?? []) if (!theirs?.has(key)) found.push(`it lacks the ${key}`)
  for (const [key, description] of theirs ?? []) {
    const other = ours?.get(key)
    if (other === undefined) found.push(`the code has no ${key}`)
    else found.push(...unequal(description, other, `${key}:`))
  }
  return found.slice(0, mostTold)
}

const mostTold = 5

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

function unequal(written: unknown, code: unknown, path: string): string[] {
  if (JSON.stringify(written) === JSON.stringify(code)) return []
  if (!isObject(written) || !isObject(code) || Array.isArray(written) !== Array.isArray(code))
    return [`${path} is ${JSON.stringify(written)} and in the code ${JSON.stringify(code)}`]
  const names = new Set([...Object.keys(written), ...Object.keys(code)])
  // The order of the names is no difference.
  return [...names].flatMap((name) => unequal(written[name], code[name], `${path} ${name}`))
}
