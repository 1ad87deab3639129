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
