/** A model file with a right checksum that was made to do harm, or by another version, is refused with one line. */
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ChainruleError, chainrule, loadModel } from '../src/index.ts'
import { readSafetensors, writeSafetensors } from '../src/safetensors.ts'

const rows = Array.from({ length: 20 }, (_, i) => ({ size: i, colour: i % 3 ? 'red' : 'blue' }))
const model = await chainrule`dense 2 relu -> dense 2`.fit(rows, { target: 'colour', epochs: 1 })
const { tensors, metadata } = readSafetensors(model.toBytes())

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Path = readonly string[]

function pathsOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const below = Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...path, key]))
  return [path, ...below]
}

/** `value` with what stands at `path` replaced. */
function replaced(value: Json, [key, ...rest]: Path, by: Json): Json {
  if (key === undefined || typeof value !== 'object' || value === null) return by
  const copy = Object.entries(value).map(([each, old]) => [
    each,
    each === key ? replaced(old, rest, by) : old,
  ])
  return Array.isArray(value) ? copy.map(([, each]) => each as Json) : Object.fromEntries(copy)
}

const { checksum: _, ...parts } = metadata
const strange = fc.constantFrom<Json>(null, 0, -1, 0.5, 1e9, 1e300, '', 'x', true, [], {}, [0])

test.each(['outline', 'preprocessing', 'program'])(
  'whatever stands in its %s, nothing but a ChainruleError is thrown',
  async (key) => {
    const whole = JSON.parse(parts[key] ?? '') as Json
    const places = fc.constantFrom(...pathsOf(whole))
    await fc.assert(
      fc.asyncProperty(places, strange, async (path, value) => {
        const text = JSON.stringify(replaced(whole, path, value))
        const bytes = writeSafetensors({ tensors, metadata: { ...parts, [key]: text } })
        try {
          const loaded = await loadModel(bytes)
          loaded.predict(rows)
          loaded.evaluate(rows)
        } catch (error) {
          expect(error).toBeInstanceOf(ChainruleError)
          expect((error as ChainruleError).message).not.toContain('\n')
        }
      }),
      { numRuns: 400, seed: 20261123, examples: [[['heads', '0', 'name'], 'x']] },
    )
  },
)

/** The model's program with something else in it. */
function withProgram(change: (program: Record<string, Json>) => Record<string, Json>): Uint8Array {
  const program = JSON.parse(parts['program'] ?? '') as Record<string, Json>
  return writeSafetensors({
    tensors,
    metadata: { ...parts, program: JSON.stringify(change(program)) },
  })
}

test('a small file that asks for huge batches gets smaller ones, and predicts the same', async () => {
  const loaded = await loadModel(withProgram((program) => ({ ...program, maxBatch: 2 ** 40 })))
  expect(loaded.saved.program.maxBatch).toBeLessThanOrEqual(2 ** 28)
  expect(loaded.predict(rows).predictions).toEqual(model.predict(rows).predictions)
  loaded.dispose()
})

test('a small file whose program needs gigabytes for a row is refused before they are asked for', async () => {
  const bytes = withProgram((program) => ({
    ...program,
    state: {
      ...(program['state'] as Record<string, Json>),
      huge: { type: { dtype: 'f32', shape: [2 ** 30] }, kind: 'counter' },
    },
  }))
  await expect(loadModel(bytes)).rejects.toMatchObject({
    code: 'model-file-invalid',
    message: expect.stringContaining(
      'its program needs 4.0 GiB for a single row, more than 1.0 GiB',
    ),
  })
})

test('what a message quotes of a file is short, and rings no bell', async () => {
  const long = writeSafetensors({ tensors, metadata: { ...parts, version: 'v'.repeat(5000) } })
  const refused = await loadModel(long).catch((error: unknown) => error)
  expect(refused).toMatchObject({ code: 'model-file-version' })
  expect((refused as ChainruleError).message.length).toBeLessThan(500)
  const preprocessing = (parts['preprocessing'] ?? '').replaceAll('size', 'size\\u0007\\n')
  const loaded = await loadModel(
    writeSafetensors({ tensors, metadata: { ...parts, preprocessing } }),
  )
  expect(() => loaded.predict(rows)).toThrow('has no column `size `, which the model takes')
})
