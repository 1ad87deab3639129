/** Where in a plugin's own files an error comes from, for its author. */
import { fileURLToPath } from 'node:url'
import { parseStack } from 'error-stack-parser-es/lite'
import { stackOf } from '../refusal.ts'

/** The innermost few, as `inner (/path/index.js:3:14)`; `files` are real paths. */
export function ownPlaces(error: unknown, files: ReadonlySet<string>): readonly string[] {
  const stack = stackOf(error) ?? ''
  const places = parseStack(stack).flatMap(({ function: name, file: url, line, col }) => {
    const file = pathOf(url)
    if (file === undefined || !files.has(file)) return []
    const at = `${file}:${line}:${col}`
    return name === undefined ? [at] : [`${name} (${at})`]
  })
  return [...unparsed(stack, files), ...places].slice(0, mostTold)
}

const mostTold = 3

/** What cannot be read as a module has its place above the message. */
function unparsed(stack: string, files: ReadonlySet<string>): string[] {
  const [, url, line] = /^(file:.*|\/.*):(\d+)\n/.exec(stack) ?? []
  const file = pathOf(url)
  return file !== undefined && files.has(file) ? [`${file}:${line}`] : []
}

const pathOf = (url: string | undefined): string | undefined =>
  url?.startsWith('file:') ? fileURLToPath(url) : url
