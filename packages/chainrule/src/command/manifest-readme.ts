/** The part of a plugin's README that `chainrule manifest` writes: equations from its sources, arguments from its code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from '@chainrule/core'
import { argumentRows } from './plugin-text.ts'

const begin = '<!-- written by `chainrule manifest` -->'
const end = '<!-- end -->'

/** The README with its part written anew; `undefined` where it has none. */
export function readmeWith(
  readme: string,
  plugins: readonly Plugin[],
  sources: string,
): string | undefined {
  const [from, to] = [readme.indexOf(begin), readme.indexOf(end)]
  if (from < 0 || to < from) return undefined
  const parts = plugins.map((plugin) => described(plugin, documentOf(sources, plugin.name)))
  return `${readme.slice(0, from)}${begin}\n\n${parts.join('\n')}\n${readme.slice(to)}`
}

function described(plugin: Plugin, document: string | undefined): string {
  const { kind, name, summary } = plugin
  const equations = document === undefined ? '' : `\`\`\`text\n${document}\n\`\`\`\n\n`
  return `## ${kind} \`${name}\`\n\n${summary}\n\n${equations}${argumentTable(plugin)}`
}

/** Its arguments as a table of Markdown; empty for a plugin that takes none. */
export function argumentTable(plugin: Pick<Plugin, 'arguments' | 'options'>): string {
  const rows = argumentRows(plugin).map(({ written, required, otherwise }) => {
    const left =
      otherwise === undefined ? 'needed' : otherwise === 'none' ? 'none' : `\`${otherwise}\``
    return `| \`${written}\` | ${required.replaceAll('|', '\\|')} | ${left} |`
  })
  if (rows.length === 0) return ''
  return ['| argument | what it takes | where left out |', '|---|---|---|', ...rows, ''].join('\n')
}

const fields = /^(?:Equation|Format|Shapes|Units|Gradient|Saved|Errors|Source) {2,}/

/** The fields of a doc comment, `Equation` or `Format` and what follows, of the declaration that has the name. */
export function documentOf(sources: string, name: string): string | undefined {
  // As a field of a literal, or given to a function that makes several alike.
  const at = sources.search(
    new RegExp(`(?:\\bname:|^export const \\w+ = \\w+\\()\\s*['"]${name}['"]`, 'm'),
  )
  if (at < 0) return undefined
  const [from, to] = [sources.lastIndexOf('/**', at), sources.lastIndexOf('*/', at)]
  if (from < 0 || to < from) return undefined
  const lines = sources
    .slice(from + 3, to)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
  const first = lines.findIndex((line) => fields.test(line))
  if (first < 0) return undefined
  return lines.slice(first).join('\n').trim()
}

/** All sources of a package in one text. */
export function sourcesIn(folder: string): string {
  const at = join(folder, 'src')
  if (!existsSync(at)) return ''
  return readdirSync(at, { recursive: true, encoding: 'utf8' })
    .filter((file) => /\.[cm]?[jt]s$/.test(file))
    .sort()
    .map((file) => readFileSync(join(at, file), 'utf8'))
    .join('\n')
}
