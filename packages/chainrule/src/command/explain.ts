/** `chainrule explain CODE`: what a code means, from the tables of those who give it. */
import { ChainruleError } from '@chainrule/core'
import { type DataCodeEntry, dataErrorCodes, dataWarningCodes } from '@chainrule/data'
import { type CodeEntry, type CodeGroup, codes, near } from '@chainrule/language'
import { otherCodes } from './codes.ts'
import { type Console, styled, table } from './console.ts'
import { exits } from './errors.ts'

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

/** One code with its explanation and example, or all codes by group. */
export function explain(console: Console, code: string | undefined): number {
  console.out(code === undefined ? listText(console) : codeText(console, code))
  return exits.success
}

function codeText(console: Console, asked: string): string {
  // As it stands in what was printed: `error[unknown-layer]`.
  const code = asked.replace(/^(?:error|warning|note)?\[(.*)\]:?$/, '$1')
  const entry = entries.get(code)
  if (entry === undefined) throw unknownCode(code)
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

function unknownCode(code: string): ChainruleError {
  const names = near(code, entries.keys())?.names ?? []
  const meant = names.map((name) => `\`${name}\``).join(' or ')
  return new ChainruleError('unknown-code', `no diagnostic has the code \`${code}\``, {
    help: names.length === 0 ? '`chainrule explain` lists all codes' : `did you mean ${meant}?`,
    data: { asked: code },
  })
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
