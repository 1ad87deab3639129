/** `chainrule fmt`: files are formatted in place, or named. */
import { readdirSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { folder, run } from './support/cli.ts'

const untidy = 'dense  16 relu->dense 1 // last'
const tidy = 'dense 16 relu -> dense 1 // last\n'
const broken = 'dense 16 => dense 1'

const examples = fileURLToPath(new URL('../../../examples/', import.meta.url))

describe('fmt', () => {
  test('has nothing to change in the examples', async () => {
    const files = readdirSync(examples).filter((name) => name.endsWith('.mlp'))
    expect(files.length).toBeGreaterThan(10)
    const { code, out } = await run('fmt', '--check', ...files.map((name) => examples + name))
    expect({ code, out }).toEqual({ code: 0, out: '' })
  })

  test('formats each file and names those that it changed', async () => {
    const place = folder({ 'a.mlp': untidy, 'b.mlp': tidy })
    const before = statSync(place.file('b.mlp')).ino
    const { code, out, err } = await run('fmt', place.file('a.mlp'), place.file('b.mlp'))
    expect({ code, err, out }).toEqual({
      code: 0,
      err: '',
      out: `formatted ${place.file('a.mlp')}\n`,
    })
    expect(readFileSync(place.file('a.mlp'), 'utf8')).toBe(tidy)
    expect(statSync(place.file('b.mlp')).ino).toBe(before)
    expect(place.names()).toEqual(['a.mlp', 'b.mlp'])
  })

  test('--check names what would change, writes nothing and ends with 1', async () => {
    const place = folder({ 'a.mlp': untidy, 'b.mlp': tidy })
    const { code, out } = await run('fmt', '--check', place.file('a.mlp'), place.file('b.mlp'))
    expect({ code, out }).toEqual({ code: 1, out: `would change ${place.file('a.mlp')}\n` })
    expect(readFileSync(place.file('a.mlp'), 'utf8')).toBe(untidy)
    expect((await run('fmt', '--check', place.file('b.mlp'))).code).toBe(0)
  })

  test('leaves a file with errors of syntax alone, says so, and goes on', async () => {
    const place = folder({ 'a.mlp': broken, 'b.mlp': untidy })
    const { code, out, err } = await run('fmt', place.file('a.mlp'), place.file('b.mlp'))
    expect(code).toBe(1)
    expect(err).toContain('error[foreign-arrow]')
    expect(err).toContain(`left alone ${place.file('a.mlp')}: its syntax has errors`)
    expect(readFileSync(place.file('a.mlp'), 'utf8')).toBe(broken)
    expect(out).toBe(`formatted ${place.file('b.mlp')}\n`)
  })

  test('what it cannot resolve it formats all the same', async () => {
    const place = folder({ 'a.mlp': 'nothing-known  1' })
    expect((await run('fmt', place.file('a.mlp'))).code).toBe(0)
    expect(readFileSync(place.file('a.mlp'), 'utf8')).toBe('nothing-known 1\n')
  })
})
