import { describe, expect, test } from 'vitest'
import { analyse, signatureHelp } from '../src/index.ts'
import { context, split } from './support/seen.ts'

/** The signature with the argument that is being written between « and ». */
function shown(marked: string): string {
  const { text, offset } = split(marked)
  const found = signatureHelp(analyse(text, context), offset)
  if (found === undefined) return ''
  const { signature, active, documentation } = found
  if (active === undefined) return signature
  const [before, after] = [signature.slice(0, active.start), signature.slice(active.end)]
  return `${before}«${signature.slice(active.start, active.end)}»${after}: ${documentation}`
}

describe('while arguments are written it is said which one comes', () => {
  const pool = 'max-pool «window» [stride=…] pad=valid: '
  test.each<[cursor: string, seen: string]>([
    ['max-pool ‸', `${pool}A whole number from 1, or height and width as in \`3x3\`.`],
    ['max-pool 2x‸', `${pool}A whole number from 1, or height and width as in \`3x3\`.`],
    ['max-pool 2 ‸', 'max-pool window [stride=…] pad=valid'],
    [
      'max-pool 2 pad=‸',
      'max-pool window [stride=…] «pad=valid»: `valid`, `same`, or how many places on either side. Default: `valid`.',
    ],
    [
      'max-pool 2 pa‸d=same',
      'max-pool window [stride=…] «pad=valid»: `valid`, `same`, or how many places on either side. Default: `valid`.',
    ],
    ['max-pool 2 2 same ‸', 'max-pool window [stride=…] pad=valid'],
    ['optimizer adam schedule=exponential(‸)', 'exponential(«gamma»): A number above 0.'],
    ['block c(w, rate=10%) { dense w }\nc 3 ‸', 'c w «rate=10%»: A value. Default: `10%`.'],
    ['den‸se 3', ''],
    ['dense 3 -> ‸', ''],
    ['// ‸', ''],
  ])('%s', (cursor, seen) => {
    expect(shown(cursor)).toBe(seen)
  })
})
