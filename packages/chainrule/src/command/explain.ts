/** `chainrule explain NAME`: what a code means, from the tables of those who give it, or what a layer or another plugin takes. */
import { ChainruleError, pluginKinds, type Registry } from '@chainrule/core'
import { type DataCodeEntry, dataErrorCodes, dataWarningCodes } from '@chainrule/data'
import { type CodeEntry, type CodeGroup, codes, near } from '@chainrule/language'
import { builtInRegistry } from '../batteries.ts'
import { otherCodes } from './codes.ts'
import { type Console, styled, table } from './console.ts'
import { exits } from './exits.ts'
import { pluginsNamed, pluginText } from './plugin-text.ts'

const entries: ReadonlyMap<string, CodeEntry> = new Map<string, CodeEntry>([
  ...Object.entries(codes),
  ...ofData('error', dataErrorCodes),
  ...ofData('warning', dataWarningCodes),
  ...otherCodes,
])

function ofData(
  severity: 'error' | 'warning',
  table: Readonly<Record<string, DataCodeEntry>>,
): [string, CodeEntry][] {
  return Object.entries(table).map(([code, entry]) => [code, { severity, group: 'data', ...entry }])
}

/** One code with its explanation and example, one plugin with its arguments, or all codes by group. */
export function explain(console: Console, name: string | undefined): number {
  console.out(name === undefined ? listText(console) : explained(console, name))
  return exits.success
}

function explained(console: Console, asked: string): string {
  const registry = builtInRegistry()
  const plugins = pluginsNamed(asked, registry)
  return plugins.length === 0
    ? codeText(console, asked, registry)
    : plugins.map((plugin) => pluginText(console, plugin)).join('\n')
}

function codeText(console: Console, asked: string, registry: Registry): string {
  // As it stands in what was printed: `error[unknown-layer]`.
  const code = asked.replace(/^(?:error|warning|note)?\[(.*)\]:?$/, '$1')
  const entry = entries.get(code)
  if (entry === undefined) throw unknownCode(code, registry)
  const { severity, group, title, explanation, wrong, right } = entry
  return [
    `${styled(console, 'bold', `${severity}[${code}]`)}: ${title} (${group})\n`,
    `\n${wrapped(explanation, Math.min(console.columns, widest))}`,
    ...(wrong === undefined ? [] : [`\nwrong:\n${indented(wrong)}`]),
    ...(right === undefined ? [] : [`\nright:\n${indented(right)}`]),
  ].join('')
}

function listText(console: Console): string {
  const groups = new Map<CodeGroup, string[][]>()
  for (const [code, { group, title }] of entries) {
    const rows = groups.get(group) ?? []
    rows.push([`  ${code}`, title])
    groups.set(group, rows)
  }
  return [...groups]
    .map(([group, rows]) => `${styled(console, 'bold', group)}\n${table(rows)}`)
    .join('\n')
}

function unknownCode(code: string, registry: Registry): ChainruleError {
  const plugins = pluginKinds.flatMap((kind) => registry.names(kind))
  const names = near(code, [...entries.keys(), ...plugins])?.names ?? []
  const meant = names.map((name) => `\`${name}\``).join(' or ')
  return new ChainruleError(
    'unknown-code',
    `no diagnostic has the code \`${code}\`, and no plugin the name`,
    {
      help: names.length === 0 ? '`chainrule explain` lists all codes' : `did you mean ${meant}?`,
      data: { asked: code },
    },
  )
}

// Longer lines are hard to read.
const widest = 88

function wrapped(text: string, columns: number): string {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(/\s+/)) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line)
      line = word
    } else line = line === '' ? word : `${line} ${word}`
  }
  return [...lines, line].map((each) => `${each}\n`).join('')
}

const indented = (text: string): string =>
  text
    .split('\n')
    .map((line) => `    ${line}`.trimEnd())
    .map((line) => `${line}\n`)
    .join('')
