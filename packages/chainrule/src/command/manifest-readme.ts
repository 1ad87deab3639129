/** The part of a plugin's README that `chainrule manifest` writes: equations from its sources, arguments from its code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Plugin } from '@chainrule/core'

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

function argumentTable({ arguments: args, options }: Plugin): string {
  const rows = [
    ...Object.entries(args).map(([name, field]) => [`\`${name}\``, field] as const),
    ...Object.entries(options).map(([name, field]) => [`\`${name}=\``, field] as const),
  ].map(([name, { required, default: fallback, optional }]) => {
    const left = fallback === undefined ? (optional ? 'none' : 'needed') : `\`${fallback}\``
    return `| ${name} | ${required.replaceAll('|', '\\|')} | ${left} |`
  })
  if (rows.length === 0) return ''
  return ['| argument | what it takes | where left out |', '|---|---|---|', ...rows, ''].join('\n')
}

/** The lines of a doc comment from `Equation` on, of the declaration that has the name. */
function documentOf(sources: string, name: string): string | undefined {
  const at = sources.search(new RegExp(`\\bname:\\s*['"]${name}['"]`))
  if (at < 0) return undefined
  const [from, to] = [sources.lastIndexOf('/**', at), sources.lastIndexOf('*/', at)]
  if (from < 0 || to < from) return undefined
  const lines = sources
    .slice(from + 3, to)
    .split('\n')
    .map((line) => line.replace(/^\s*\* ?/, '').trimEnd())
  const first = lines.findIndex((line) => line.startsWith('Equation'))
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
