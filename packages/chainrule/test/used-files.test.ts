/** `use "./blocks.mlp"` from the command and the library: read beside the model file, and nowhere else. */
import { mkdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { load, ModelError } from '../src/index.ts'
import { loadFile } from '../src/node.ts'
import { folder, records, run } from './support/cli.ts'

const blocks =
  'let rate = 10%\n/// Dense and dropout.\nblock cell(w, r = rate) { dense w relu -> dropout r }\n'
const data = 'data synthetic spiral(points=60, noise=0.1)\ntrain epochs=2 batch=16\n'
const main = `use "./blocks.mlp"\n${data}repeat 2 { cell 8 } -> dense 2\n`

describe('a file of blocks', () => {
  test('is trained with, and the saved model needs neither file', async () => {
    const place = folder({ 'main.mlp': main, 'blocks.mlp': blocks, 'rows.csv': 'x1,x2\n0.1,0.2\n' })
    const model = place.file('m.safetensors')
    const trained = await run('train', place.file('main.mlp'), '--out', model)
    expect(trained.code, trained.err).toBe(0)
    rmSync(place.file('main.mlp'))
    rmSync(place.file('blocks.mlp'))
    const predicted = await run('predict', model, place.file('rows.csv'))
    expect(predicted.err).toBe('')
    expect(predicted.out).toMatch(/^x1,x2,prediction,.*\r?\n0\.1,0\.2,/)
  })

  test('gives the same weights as the block in the text itself', async () => {
    const inline = main.replace('use "./blocks.mlp"\n', blocks)
    const place = folder({ 'main.mlp': main, 'blocks.mlp': blocks, 'inline.mlp': inline })
    const weights = async (name: string): Promise<Buffer> => {
      const out = place.file(`${name}.safetensors`)
      const { code, err } = await run('train', place.file(name), '--out', out)
      expect(code, err).toBe(0)
      const bytes = readFileSync(out)
      return bytes.subarray(8 + Number(bytes.readBigUInt64LE(0)))
    }
    const one = await weights('main.mlp')
    expect(one.length).toBeGreaterThan(100)
    expect(one.equals(await weights('inline.mlp'))).toBe(true)
  })

  test('may lie in a folder beside, and use files relative to itself', async () => {
    const place = folder({ 'main.mlp': main.replace('./blocks', './lib/all') })
    mkdirSync(place.file('lib'))
    writeFileSync(place.file('lib/all.mlp'), 'use "./dense.mlp" as d\nblock cell(w) { d.one w }\n')
    writeFileSync(place.file('lib/dense.mlp'), 'block one(w) { dense w relu }\n')
    expect(await run('check', place.file('main.mlp'))).toMatchObject({ code: 0, err: '' })
  })
})

describe('a file of nothing but blocks', () => {
  test('is checked, names and arguments inside the blocks too, and trains nothing', async () => {
    const place = folder({ 'b.mlp': blocks, 'wrong.mlp': 'block cell(w) { dnese w }\n' })
    expect(await run('check', place.file('b.mlp'))).toMatchObject({ code: 0, err: '' })
    const wrong = await run('check', place.file('wrong.mlp'))
    expect(wrong.code).toBe(1)
    expect(wrong.err).toContain('error[unknown-layer]: unknown layer `dnese`')
    const trained = await run('train', place.file('b.mlp'))
    expect(trained.code).toBe(1)
    expect(trained.err).toContain('error[no-model]')
  })
})

describe('a file that cannot be used', () => {
  const said = async (use: string, prepare?: (place: ReturnType<typeof folder>) => void) => {
    const place = folder({ 'main.mlp': main.replace('./blocks.mlp', use), 'blocks.mlp': blocks })
    prepare?.(place)
    return run('check', place.file('main.mlp'))
  }

  test.each([
    ['./block.mlp', 'path-not-found', 'there is no file block.mlp', 'did you mean `blocks.mlp`?'],
    ['../blocks.mlp', 'path-outside', "lies outside the model file's folder", '--allow-path'],
    ['/etc/blocks.mlp', 'path-outside', "lies outside the model file's folder", '--allow-path'],
    ['./lib/../../b.mlp', 'path-outside', "lies outside the model file's folder", '--allow-path'],
  ])('%s is %s at its `use`, and nothing else is said', async (use, code, message, help) => {
    const { err, ...rest } = await said(use)
    expect(rest.code).toBe(1)
    expect(err).toContain(`error[${code}]`)
    expect(err).toContain(message)
    expect(err).toContain(help)
    expect(err).toMatch(/main\.mlp:1:5\n1 \| use "/)
    expect(err.match(/error\[/g)).toHaveLength(1)
  })

  test('a link does not lead out of the folder', async () => {
    const outside = folder({ 'b.mlp': blocks })
    const { err } = await said('./link.mlp', (place) =>
      symlinkSync(outside.file('b.mlp'), place.file('link.mlp')),
    )
    expect(err).toContain('error[path-outside]')
  })

  test('no line of a file from an allowed folder is shown', async () => {
    const outside = folder({ 'b.mlp': 'password: hunter2 => "x"\n' })
    const place = folder({ 'main.mlp': main.replace('./blocks.mlp', outside.file('b.mlp')) })
    const { err, code } = await run('check', place.file('main.mlp'), '--allow-path', outside.path)
    expect(code).toBe(1)
    expect(err).toContain('error[used-file-invalid]')
    expect(err).not.toContain('hunter2')
  })

  test('mistakes in it are shown at its own line, also as JSON, and `--fix` leaves it alone', async () => {
    const wrong = 'block cell(w) { dense w rleu }\n'
    const place = folder({ 'main.mlp': main, 'blocks.mlp': wrong })
    const { err } = await run('check', place.file('main.mlp'))
    expect(err).toContain(`--> ${join(place.path, 'blocks.mlp')}:1:25\n`)
    const { out } = await run('check', place.file('main.mlp'), '--format', 'json')
    const [record] = records<{ file: string; start: object; edits: { file: string }[] }>(out)
    expect(record?.file).toBe(place.file('blocks.mlp'))
    expect(record?.start).toEqual({ line: 1, column: 25, offset: 24 })
    expect(record?.edits.map(({ file }) => file)).toEqual([place.file('blocks.mlp')])
    const fixed = await run('check', place.file('main.mlp'), '--fix')
    expect(fixed.code).toBe(1)
    expect(readFileSync(place.file('main.mlp'), 'utf8')).toBe(main)
    expect(readFileSync(place.file('blocks.mlp'), 'utf8')).toBe(wrong)
  })
})

describe('the library', () => {
  test('reads the files that a file uses', async () => {
    const place = folder({ 'main.mlp': main, 'blocks.mlp': blocks })
    expect(await loadFile(place.file('main.mlp')).check()).toEqual([])
  })

  test('finds them wherever its source does', async () => {
    const asked: string[] = []
    const source = {
      read: (name: string) => {
        asked.push(name)
        return { bytes: new TextEncoder().encode(blocks), name, quotable: true }
      },
    }
    const text = 'use "./lib/blocks.mlp" as b\nb.cell 8 -> dense 1'
    expect(await load(text, { source }).check()).toEqual([])
    expect(asked).toEqual(['lib/blocks.mlp'])
  })

  test('says what to do where a text stands in no file', async () => {
    const model = load('use "./blocks.mlp"\ncell 8 -> dense 1')
    const rows = Array.from({ length: 20 }, (_, i) => ({ x: i, y: 2 * i }))
    const error = await model.fit(rows, { target: 'y' }).catch((caught) => caught)
    expect(error).toBeInstanceOf(ModelError)
    expect(error.code).toBe('use-without-files')
    expect(error.message).toContain('loadFile')
  })
})
