/** Whatever a package throws for a person's mistake is caught in one way. */
import { defineActivation, Registry } from '@chainrule/core'
import { readCsv } from '@chainrule/data'
import { folderSource } from '@chainrule/data/node'
import { EngineError, engineJs } from '@chainrule/engine-js'
import { ProgramError, programFromJson } from '@chainrule/program'
import { expect, test } from 'vitest'
import { ChainruleError, chainrule, DataError, load, loadModel, ModelError } from '../src/index.ts'
import { loadFile, openModel, saveModel } from '../src/node.ts'

const rows = [
  { x: 1, y: 2 },
  { x: 2, y: 4 },
  { x: 3, y: 6 },
]
const same = (): ReturnType<typeof defineActivation> =>
  defineActivation({
    name: 'as-it-is',
    summary: 'g as it is.',
    forward: (_, g) => g,
    backward: (_, __, dh) => dh,
  })
const trained = await chainrule`dense 1`.fit(rows, { target: 'y', epochs: 1 })

/** Who throws, how it comes about, its class and its code. */
const cases: readonly (readonly [string, () => unknown, unknown, string])[] = [
  ['program', () => programFromJson({}), ProgramError, 'program-invalid'],
  [
    'an engine',
    () => {
      const program = { version: 1, maxBatch: 1, inputs: {}, state: {}, entries: {} } as const
      return engineJs.compile(program).state('w')
    },
    EngineError,
    'unknown-state',
  ],
  ['core', () => new Registry([same(), same()]), ChainruleError, 'plugin-clash'],
  ['data', () => readCsv(''), DataError, 'file-empty'],
  ['data under Node', () => folderSource('.').read('no/such.csv'), DataError, 'path-not-found'],
  ['a text', () => chainrule`dnese 1`.fit(rows, { target: 'y' }), ModelError, 'unknown-layer'],
  ['fitting', () => chainrule`dense 1`.fit(), ChainruleError, 'data-none'],
  ['predicting', () => trained.predict([{ z: 1 }]), DataError, 'column-not-found'],
  [
    'a setting',
    () => chainrule`dense 1`.fit(rows, { epochs: 1_000_001 }),
    ChainruleError,
    'setting-invalid',
  ],
  [
    'a batch of nothing',
    () => chainrule`dense 1`.fit(rows, { batch: 0 }),
    ChainruleError,
    'setting-invalid',
  ],
  ['no text', () => load(undefined as unknown as string), ChainruleError, 'setting-invalid'],
  ['no rows', () => trained.predict(null as unknown as []), DataError, 'json-not-records'],
  ['a folder', () => folderSource('no/such'), DataError, 'path-not-found'],
  ['an .mlp file', () => loadFile('no/such.mlp'), ChainruleError, 'file-not-found'],
  ['saving', () => saveModel('no/such/model.st', trained), ChainruleError, 'output-invalid'],
  ['bytes', () => loadModel(new Uint8Array(3)), ChainruleError, 'model-file-invalid'],
  ['a file', () => openModel('no/such.safetensors'), ChainruleError, 'file-not-found'],
]

test.each(cases)('what %s throws is a ChainruleError with a code and data', async (...row) => {
  const [, act, itsClass, code] = row
  const error = await Promise.resolve()
    .then(act)
    .catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(ChainruleError)
  expect(error).toBeInstanceOf(itsClass)
  const { message, data, ...rest } = error as ChainruleError
  expect(rest.code).toBe(code)
  expect(data).toBeTypeOf('object')
  // Without this a message could hold its help, which would then be shown twice.
  if (!(error instanceof ModelError)) expect(message).not.toContain('\n')
})
