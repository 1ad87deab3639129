/** What a person reads where no place in a text is to blame. Those of plugins, states and engines: in their packages. */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { readModel } from '../src/model-file.ts'
import { readSafetensors, writeSafetensors } from '../src/safetensors.ts'
import { folder, run } from './support/cli.ts'

const place = folder({
  'a.mlp': 'dense 1\n',
  'd.csv': `x,y\n${Array.from({ length: 12 }, (_, i) => `${i},${i % 5}.5`).join('\n')}\n`,
  'd.xlsx': 'PK',
})
const saved = place.file('a.safetensors')
const trained = run(
  'train',
  place.file('a.mlp'),
  '--data',
  place.file('d.csv'),
  '--target',
  'y',
  '--out',
  saved,
)

/** The saved model with other metadata. */
async function withMetadata(
  change: (metadata: Readonly<Record<string, string>>) => object,
): Promise<Uint8Array> {
  await trained
  const { tensors, metadata } = readSafetensors(readFileSync(saved))
  return writeSafetensors({ tensors, metadata: change(metadata) as Record<string, string> })
}

const longName = `${'n'.repeat(252)}.mlp`

test.each<[code: string, args: string[], message: string]>([
  [
    'unknown-code',
    ['explain', 'unknwn-layer'],
    'no diagnostic has the code `unknwn-layer`, and no plugin the name\n  = help: did you mean `unknown-layer`?\n',
  ],
  [
    'unknown-code',
    ['explain', 'zzzzzz'],
    'no diagnostic has the code `zzzzzz`, and no plugin the name\n  = help: `chainrule explain` lists all codes\n',
  ],
  [
    'data-kind',
    ['train', place.file('a.mlp'), '--data', place.file('d.xlsx'), '--target', 'y'],
    'what kind of data is d.xlsx?\n  = help: its name should end in .csv, .tsv or .json, also with .gz, or be an IDX file\n',
  ],
  [
    'output-invalid',
    ['init', place.file('d.csv'), '--out', join(place.path, longName)],
    `the name of ${longName} has ${longName.length} bytes, and a file's may have 255\n  = help: give it a shorter name\n`,
  ],
])('%s', async (code, args, message) => {
  const { code: exit, err } = await run(...args)
  expect(err.replaceAll(`${place.path}/`, '')).toBe(`error[${code}]: ${message}`)
  expect(exit).toBe(1)
})

test('model-file-foreign', async () => {
  const bytes = await withMetadata(({ format: _, ...others }) => others)
  expect(() => readModel(bytes, 'm.safetensors')).toThrow(
    expect.objectContaining({
      code: 'model-file-foreign',
      message:
        'm.safetensors: this safetensors file is not a Chainrule model: its metadata has no `format`',
      help: 'give a file that `chainrule train … --out` wrote',
    }),
  )
})

test('model-file-version', async () => {
  const bytes = await withMetadata((metadata) => ({ ...metadata, version: '99' }))
  expect(() => readModel(bytes, 'm.safetensors')).toThrow(
    expect.objectContaining({
      code: 'model-file-version',
      message:
        'm.safetensors: this model was written in format 99, which this version of Chainrule does not read',
      help: 'update Chainrule, or train the model again',
    }),
  )
})

test('every code is in some test', async () => {
  const packages = fileURLToPath(new URL('../..', import.meta.url))
  const tests = readdirSync(packages).flatMap((name) => filesIn(join(packages, name, 'test')))
  const text = tests.map((file) => readFileSync(file, 'utf8')).join('\n')
  const { out } = await run('explain')
  const codes = [...out.matchAll(/^ {2}([a-z\d-]+)/gm)].map(([, code = '']) => code)
  expect(codes.length).toBeGreaterThan(200)
  expect(codes.filter((code) => !new RegExp(`\\b${code}\\b`).test(text))).toEqual([])
})

function filesIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.(?:ts|txt)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
  } catch {
    return [] // a package without tests
  }
}
