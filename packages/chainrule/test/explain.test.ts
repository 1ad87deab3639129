/** `chainrule explain`: every code of the table can be looked up, as a person finds it in what was printed. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dataErrorCodes, dataWarningCodes } from '@chainrule/data'
import { codes } from '@chainrule/language'
import { describe, expect, test } from 'vitest'
import { otherCodes } from '../src/command/codes.ts'
import { run } from './support/cli.ts'

const dataCodes = { ...dataErrorCodes, ...dataWarningCodes }
const all = { ...dataCodes, ...codes, ...Object.fromEntries(otherCodes) }
const packages = new URL('../../', import.meta.url)

describe('explain', () => {
  test('prints title, explanation, wrong and right text', async () => {
    const { code, out } = await run('explain', 'unknown-layer')
    expect(code).toBe(0)
    const { title, wrong = '', right = '' } = codes['unknown-layer']
    expect(out).toContain(`error[unknown-layer]: ${title} (names)`)
    expect(out).toContain(`wrong:\n    ${wrong.split('\n')[0]}\n`)
    expect(out).toContain(`right:\n    ${right.split('\n')[0]}\n`)
  })

  test('takes a code with the brackets it was printed in', async () => {
    const plain = await run('explain', 'unknown-layer')
    expect(await run('explain', 'error[unknown-layer]:')).toEqual(plain)
  })

  test('every code is explained whole, in lines that fit', async () => {
    for (const [code, { explanation }] of Object.entries(all)) {
      const { out } = await run('explain', code)
      expect(out.replace(/\s+/g, ' ')).toContain(explanation.replace(/\s+/g, ' '))
    }
  })

  test('no code is explained in two places', () => {
    const tables = [Object.keys(dataCodes), Object.keys(codes), [...otherCodes.keys()]]
    expect(tables.flat().toSorted()).toEqual([...new Set(tables.flat())].toSorted())
  })

  test('every code that an error of ours has can be looked up', () => {
    const given = readdirSync(packages).flatMap((name) => {
      const folder = new URL(`${name}/src/`, packages)
      if (!existsSync(folder)) return []
      const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
      return files
        .filter((file) => file.endsWith('.ts'))
        .flatMap((file) => {
          const text = readFileSync(new URL(file, folder), 'utf8')
          return [...text.matchAll(/new (?:Chainrule|Engine|Data)Error\(\s*'([a-z-]+)'/g)]
        })
        .map(([, code]) => code ?? '')
    })
    expect(given.length).toBeGreaterThan(40)
    expect([...new Set(given)].filter((code) => !Object.hasOwn(all, code))).toEqual([])
  })

  // What is printed as `error[CODE]` without an error of ours behind it.
  test.each(['system', 'internal', 'interrupted', 'usage', 'plugin-failed'])(
    'the code `%s`, which the command prints by itself, can be looked up',
    async (code) => {
      expect((await run('explain', `error[${code}]`)).out).toContain(`error[${code}]: `)
    },
  )

  test('says what a plugin takes, of every kind that has the name', async () => {
    const { code, out } = await run('explain', 'embed')
    expect(code).toBe(0)
    expect(out).toMatch(
      /^layer embed: .*\n\n {2}argument +takes +left out\n {2}size +a whole number from 1 +needed\n/,
    )
    expect(out).toContain('`freeze=`')
    expect((await run('explain', 'relu')).out).toMatch(/^layer relu: [\s\S]*^activation relu: /m)
    const mistyped = await run('explain', 'dnese')
    expect(mistyped.err).toContain('did you mean `dense`?')
  })

  test('codes of the data are explained too', async () => {
    const { code, out } = await run('explain', 'error[time-twice]')
    expect(code).toBe(0)
    expect(out).toContain('error[time-twice]: Two rows of a series have one time (data)')
    expect((await run('explain', 'column-unscaled')).out).toContain('warning[column-unscaled]: ')
  })

  test('alone it lists every code once, by group', async () => {
    const { code, out } = await run('explain')
    expect(code).toBe(0)
    const listed = [...out.matchAll(/^ {2}(\S+)/gm)].map((match) => match[1])
    expect(listed.toSorted()).toEqual(Object.keys(all).toSorted())
    for (const { group } of Object.values(codes)) expect(out).toContain(`${group}\n`)
  })

  test('an unknown code suggests the nearest and ends with 1', async () => {
    const { code, out, err } = await run('explain', 'unknwon-layer')
    expect({ code, out }).toEqual({ code: 1, out: '' })
    expect(err).toContain('no diagnostic has the code `unknwon-layer`')
    expect(err).toContain('did you mean `unknown-layer`?')
    expect((await run('explain', 'zzzzzzzz')).err).toContain('`chainrule explain` lists all codes')
  })
})
