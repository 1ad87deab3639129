/** Data that a plugin reads, as a person meets them: checked without being read, read with consent, predicted without it. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { folder, run } from './support/cli.ts'

/** The person's own configuration folder, for these tests. */
const own = folder()
const before = process.env['XDG_CONFIG_HOME']
beforeAll(() => {
  process.env['XDG_CONFIG_HOME'] = own.path
})
afterAll(() => {
  if (before === undefined) delete process.env['XDG_CONFIG_HOME']
  else process.env['XDG_CONFIG_HOME'] = before
})

/** A reader of lines `y x1:x2`, as `defineReader` gives it; `times` multiplies y. */
const code = (mark = ''): string => `
import { realpathSync, writeFileSync } from 'node:fs'
const times = {
  required: 'a number', default: 1, optional: true, schema: { type: 'number', default: 1 },
  parse: (value) => typeof value === 'number'
    ? { ok: true, value } : { ok: false, code: 'argument-type', required: 'a number' },
}
class Refusal extends Error {
  name = 'ChainruleError'; code = 'file-invalid'; help = 'write a number before each space'; data = { file: 'rows.pairs' }
}
if ('${mark}') writeFileSync('${mark}', '')
export const pairs = {
  kind: 'reader', name: 'pairs', summary: 'Lines of y and a list.', arguments: {}, options: { times },
  with: (config) => ({
    name: 'pairs', config,
    read: ({ name, bytes }) => {
      const lines = new TextDecoder().decode(bytes).trim().split('\\n').map((line) => line.split(' '))
      const y = lines.map(([first], i) => {
        if (Number.isNaN(Number(first))) throw new Refusal(name + ': line ' + (i + 1) + ': no number')
        return config.times * first
      })
      return { y, x: lines.map(([, list]) => Float64Array.from(list.split(':'), Number)) }
    },
  }),
}
`

const lines = Array.from({ length: 24 }, (_, i) => `${i % 5} ${i % 5}:${i % 3}\n`).join('')
const use = 'use "./pairs.js" as p\n'
const rest = '\ndense 4 tanh -> dense 1\ntrain epochs=2 batch=8\n'
const text = `${use}data p.pairs "rows.pairs" times=2 { target y }${rest}`

const trustIn = (err: string): string => /--trust (\S+@[0-9a-f]{64})/.exec(err)?.[1] ?? ''

function setting(files: Readonly<Record<string, string>> = {}) {
  const place = folder()
  const all = { 'm.mlp': text, 'pairs.js': code(), 'rows.pairs': lines, ...files }
  for (const [name, content] of Object.entries(all)) {
    mkdirSync(dirname(place.file(name)), { recursive: true })
    writeFileSync(place.file(name), content)
  }
  const shown = (told: string): string => told.replaceAll(`${place.path}/`, '')
  const command = async (name: string, ...rest: readonly string[]) => {
    const { code, out, err } = await run(name, place.file('m.mlp'), ...rest)
    return { code, out: shown(out), err: shown(err) }
  }
  const trusted = async (name: string, ...rest: readonly string[]) =>
    command(name, '--trust', trustIn((await command(name)).err), ...rest)
  return { place, command, trusted }
}

describe('a check', () => {
  test('knows nothing of a file without a manifest, runs nothing, and says so', async () => {
    const { place, command } = setting()
    const mark = place.file('ran')
    writeFileSync(place.file('pairs.js'), code(mark))
    const { code: ended, err } = await command('check')
    expect(ended).toBe(0)
    expect(
      err,
    ).toBe(`note[plugin-unchecked]: what \`./pairs.js\` gives is known when it runs: what is named of it is checked by \`train\`
 --> m.mlp:1:5
1 | use "./pairs.js" as p
  |     ^^^^^^^^^^^^
  = help: \`chainrule manifest ./pairs.js\` runs your file and writes its manifest, which a check reads
`)
    expect(existsSync(mark)).toBe(false)
  })

  test('knows its arguments by its manifest, does not read the data, and says so', async () => {
    const { place, command } = setting()
    expect((await run('manifest', place.file('pairs.js'))).out).toBe(
      'wrote pairs.chainrule.json: reader pairs\n',
    )
    const good = await command('check')
    expect(good.out).toBe('ok m.mlp\n')
    expect(
      good.err,
    ).toBe(`note[plugin-unchecked]: \`p.pairs\` reads "rows.pairs" when it runs: columns, and shapes that follow from them, are checked by \`train\`
 --> m.mlp:2:6
2 | data p.pairs "rows.pairs" times=2 { target y }
  |      ^^^^^^^
`)
    writeFileSync(place.file('m.mlp'), text.replace('times=2', 'tims=2'))
    expect((await command('check')).err).toContain(
      'error[argument-unknown]: `data p.pairs` has no argument `tims`',
    )
    writeFileSync(place.file('m.mlp'), text.replace('rows.pairs', 'row.pairs'))
    expect((await command('check')).err).toContain(
      'error[path-not-found]: there is no file row.pairs',
    )
    writeFileSync(place.file('m.mlp'), text.replace('rows.pairs', '../rows.pairs'))
    expect((await command('check')).err).toContain('error[path-outside]')
  })

  test('does not believe a manifest that was made of other code', async () => {
    const { place, command } = setting()
    await run('manifest', place.file('pairs.js'))
    writeFileSync(place.file('pairs.js'), `${code()}\n// changed`)
    expect((await command('check')).err).toContain(
      'note[plugin-unchecked]: the manifest of `./pairs.js` was made of other code',
    )
  })
})

describe('a training', () => {
  test('reads by the plugin after consent; the model predicts without it', async () => {
    const { place, command, trusted } = setting()
    const refused = await command('train')
    expect(refused.code).toBe(1)
    expect(refused.err.match(/error\[[\w-]+\]/g)).toEqual(['error[plugin-untrusted]'])
    const out = place.file('m.safetensors')
    const trained = await trusted('train', '--out', out)
    expect(trained.code, trained.err).toBe(0)
    const other = folder({ 'd.json': '[{"x":[1,2]},{"x":[3,0]}]' })
    writeFileSync(other.file('m.safetensors'), readFileSync(out))
    const predicted = await run('predict', other.file('m.safetensors'), other.file('d.json'))
    expect(predicted.code, predicted.err).toBe(0)
    const values = predicted.out.trim().split('\n').slice(1).map(Number)
    expect(values).toHaveLength(2)
    expect(values.every(Number.isFinite)).toBe(true)
    const resolved = await trusted('show', '--resolved')
    expect(resolved.out).toContain('data p.pairs "rows.pairs" times=2 {')
    expect(resolved.out).toContain('features [x]')
  })

  test.each<[string, Record<string, string>, string]>([
    [
      'a column that the file does not have',
      { 'm.mlp': text.replace('target y', 'target z') },
      `error[column-not-found]: rows.pairs has no column \`z\`, the target
 --> m.mlp:2:44
2 | data p.pairs "rows.pairs" times=2 { target z }
  |                                            ^
  = help: did you mean \`y\`? it has \`y\`, \`x\`
`,
    ],
    [
      'what is wrong with the file',
      { 'rows.pairs': `${lines}x 1:2\n` },
      `error[file-invalid]: rows.pairs: line 25: no number
 --> m.mlp:2:14
2 | data p.pairs "rows.pairs" times=2 { target y }
  |              ^^^^^^^^^^^^
  = help: write a number before each space
`,
    ],
    [
      'a reader that fails',
      { 'rows.pairs': '1\n' },
      `error[plugin-failed]: \`read\` of \`pairs\` (./pairs.js) failed: Cannot read properties of undefined (reading 'split')
 --> m.mlp:2:14
2 | data p.pairs "rows.pairs" times=2 { target y }
  |              ^^^^^^^^^^^^
  = help: it is at pairs.js:22:69, called at Object.read (pairs.js:22:28); ./pairs.js is to be mended by its author
`,
    ],
    [
      'a reader that gives no columns',
      { 'pairs.js': code().replace('return { y, x', 'return 3, { y: y.slice(1), x') },
      `error[reader-columns]: \`read\` of the reader \`pairs\` (./pairs.js) gives 24 values of \`x\`, and 23 of \`y\`
 --> m.mlp:2:14
2 | data p.pairs "rows.pairs" times=2 { target y }
  |              ^^^^^^^^^^^^
  = help: return the columns by their names, as many values in each: numbers, texts, truth values, lists of numbers, or \`null\` where one is missing
`,
    ],
  ])('names %s', async (_, files, told) => {
    const { code: ended, err } = await setting(files).trusted('train')
    expect(ended).toBe(1)
    expect(err).toBe(told)
  })

  test('refuses a file whose manifest says other things than its code', async () => {
    const { place, trusted } = setting()
    await run('manifest', place.file('pairs.js'))
    const at = place.file('pairs.chainrule.json')
    writeFileSync(at, readFileSync(at, 'utf8').replace('"times"', '"factor"'))
    expect((await trusted('train')).err).toContain(
      'error[plugin-manifest-differs]: the manifest of ./pairs.js says other things than its code',
    )
  })
})

test('`manifest` refuses plugins that no text could use', async () => {
  const { place } = setting({
    'pairs.js': code().replace("name: 'pairs', summary", "name: 'csv', summary"),
  })
  const { code: ended, err } = await run('manifest', place.file('pairs.js'))
  expect(ended).toBe(1)
  expect(err).toContain('the reader `csv` uses the word `csv`, which belongs to the language')
  expect((await run('manifest', place.file('none.js'))).err).toContain('error[path-not-found]')
})
