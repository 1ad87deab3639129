/** `chainrule check --fix`: the file is mended as far as it can be, and never made worse. */
import { chmodSync, lstatSync, readFileSync, statSync, symlinkSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { loadFile } from '../src/node.ts'
import { folder, records, run } from './support/cli.ts'

async function fixed(text: string, ...more: string[]) {
  const place = folder({ 'm.mlp': text })
  const ran = await run('check', place.file('m.mlp'), '--fix', ...more)
  const out = ran.out.replaceAll(place.path, '')
  return { ...ran, out, text: readFileSync(place.file('m.mlp'), 'utf8'), names: place.names() }
}

describe('check --fix', () => {
  test('what is meant in one of two ways is left to the person: a layer without an activation', async () => {
    const written = 'dense 16 -> dense 8 relu -> dense 1\n'
    const { code, out, text } = await fixed(written)
    expect(text).toBe(written)
    expect(out).not.toContain('fixed')
    expect(code).toBe(0)
  })

  test('mends all that has an edit, and says what', async () => {
    const { code, out, text, names } = await fixed('dnese(16, relu) → dense 1 # last\nlos mse\n')
    expect(text).toBe('dense 16 relu -> dense 1 // last\nloss mse\n')
    expect(code).toBe(0)
    expect(out).toContain('fixed /m.mlp:1:1 [unknown-layer] ')
    expect(out).toContain('[foreign-arrow]')
    expect(out).toMatch(/ok \/m.mlp\n$/)
    expect(names).toEqual(['m.mlp'])
  })

  test('goes on with what only the mended text shows', async () => {
    const { code, text } = await fixed('dnese 16 rleu -> dense 1\n')
    expect(text).toBe('dense 16 relu -> dense 1\n')
    expect(code).toBe(0)
  })

  test.each([
    ['a generator', 'circl(points=200)', 'circle(points=200)'],
    ['an option of a generator', 'circle(pionts=200)', 'circle(points=200)'],
    ['an option behind the generator', 'circle nose=0.2', 'circle noise=0.2'],
    ['both, one after the other', 'circl(pionts=200, nois=0.2)', 'circle(points=200, noise=0.2)'],
  ])('mends the mistyped name of %s', async (_, written, meant) => {
    const network = 'dense 8 relu -> dense 2\nloss cross-entropy\n'
    const { code, text } = await fixed(`data synthetic ${written}\n${network}`)
    expect(text).toBe(`data synthetic ${meant}\n${network}`)
    expect(code).toBe(0)
  })

  test.each([
    ['dense 2 softmax', 'dense 1 sigmoid'],
    ['dense 2 -> softmax', 'dense 1 -> sigmoid'],
    ['dense 1 softmax', 'dense 1 sigmoid'],
  ])('a softmax of one number, which is always 1, does not come of %s', async (written, meant) => {
    const around = (last: string) => `data synthetic circle\ndense 8 relu -> ${last}\nloss mse\n`
    const { code, text } = await fixed(around(written))
    expect(text).toBe(around(meant))
    expect(code).toBe(0)
    const place = folder({ 'm.mlp': `${text}optimizer adam lr=0.01\ntrain epochs=60` })
    const trained = await (await loadFile(place.file('m.mlp'))).fit()
    const [output] = Object.values(
      trained.predict([
        { x1: 0, x2: 0 },
        { x1: 5, x2: 0 },
      ]).predictions,
    )
    trained.dispose()
    expect(new Set(output?.map(({ value }) => value)).size).toBe(2)
  })

  test('gives no option of a generator a second time', async () => {
    const written = 'data synthetic circle(points=200, pionts=300)\ndense 2\n'
    const { code, err, text } = await fixed(written)
    expect(text).toBe(written)
    expect(err).not.toContain('did you mean `points`')
    expect(code).toBe(1)
  })

  test.each([
    'dense 16 relu ->\n',
    'dense 16 relu -> dense 8 relu ->\nloss mse\n',
    'dense 4 relu -> loss mse\n',
  ])('does not shrink a network whose last layer is missing: %j', async (model) => {
    const text = `data csv "d.csv" { target price }\n${model}`
    const rows = Array.from({ length: 20 }, (_, i) => `${i},${i % 7}.5`).join('\n')
    const place = folder({ 'm.mlp': text, 'd.csv': `x,price\n${rows}\n` })
    const { code, err } = await run('check', place.file('m.mlp'), '--fix')
    expect(readFileSync(place.file('m.mlp'), 'utf8')).toBe(text)
    expect(err).toContain('left alone what, once mended, shows another error: [target-width]')
    expect(code).toBe(1)
  })

  test('says what is left, and ends with 1', async () => {
    const { code, err, text } = await fixed('dense 16 relu → qqqqqq 3 → dense 1\n')
    expect(text).toBe('dense 16 relu -> qqqqqq 3 -> dense 1\n')
    expect(code).toBe(1)
    expect(err).toContain('unknown layer `qqqqqq`')
    expect(err).not.toContain('foreign-arrow')
  })

  test('leaves alone an edit behind which another error stands, and takes the others', async () => {
    const { code, err, text } = await fixed('dnese 16 units=3 → dense 1\n')
    expect(text).toBe('dnese 16 units=3 -> dense 1\n')
    expect(code).toBe(1)
    expect(err).toContain('left alone what, once mended, shows another error: [argument-twice]')
  })

  test('does not write a file in which there is nothing to mend', async () => {
    const place = folder({ 'm.mlp': 'dense 16 relu -> dense 1\n' })
    const before = statSync(place.file('m.mlp'), { bigint: true })
    expect((await run('check', place.file('m.mlp'), '--fix')).code).toBe(0)
    const after = statSync(place.file('m.mlp'), { bigint: true })
    expect([after.ino, after.mtimeNs]).toEqual([before.ino, before.mtimeNs])
  })

  test('mends the syntax also where the data cannot be read', async () => {
    const { code, err, text } = await fixed(
      'data csv "none.csv" { target y }\ndense 4 relu → dense 1\n',
    )
    expect(text).toContain('dense 4 relu -> dense 1')
    expect(code).toBe(1)
    expect(err).toContain('none.csv')
  })

  test('keeps the mode of the file, the mark at its beginning, Windows line breaks and a link to it', async () => {
    const place = folder({ 'm.mlp': '\uFEFFdense 16 relu → dense 1\r\n' })
    chmodSync(place.file('m.mlp'), 0o600)
    symlinkSync('m.mlp', place.file('link.mlp'))
    await run('check', place.file('link.mlp'), '--fix')
    expect(lstatSync(place.file('link.mlp')).isSymbolicLink()).toBe(true)
    expect(statSync(place.file('m.mlp')).mode & 0o777).toBe(0o600)
    expect(readFileSync(place.file('m.mlp'), 'utf8')).toBe('\uFEFFdense 16 relu -> dense 1\r\n')
  })

  test('writes records with --format json', async () => {
    const { out } = await fixed('dense 16 relu → dense 1\n', '--format', 'json')
    const told = records(out)
    expect(told).toMatchObject([
      { type: 'fixed', line: 1, column: 15, code: 'foreign-arrow' },
      { type: 'checked', ok: true },
    ])
  })

  test('without --fix nothing is written', async () => {
    const place = folder({ 'm.mlp': 'dense 16 → dense 1\n' })
    await run('check', place.file('m.mlp'))
    expect(readFileSync(place.file('m.mlp'), 'utf8')).toBe('dense 16 → dense 1\n')
  })
})
