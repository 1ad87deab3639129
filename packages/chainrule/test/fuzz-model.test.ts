/**
 * A stranger's model file, changed at random in all its parts: it is used or refused with a code, runs nothing but its program,
 * and gets no more memory than its bytes and the bounds of the loader allow. The checksum is made right again, so that what
 * stands behind it is reached. `CHAINRULE_SEED` tries other changes.
 */
import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { ChainruleError, chainrule, loadModel } from '../src/index.ts'

const seed = Number(process.env['CHAINRULE_SEED'] ?? 20261128)

const rows = Array.from({ length: 20 }, (_, i) => ({
  ...{ size: i, colour: i % 3 ? 'red' : 'blue' },
  kind: i % 2 ? 'b' : 'a',
}))
const trained = await chainrule`
  dense 3 relu -> norm -> dense 2
  metrics [accuracy, auc]
`.fit(rows, { target: 'colour', epochs: 1 })
const original = trained.toBytes()

// The file, taken apart

type Json = null | boolean | number | string | Json[] | { [key: string]: Json }
type Path = readonly string[]

interface Parts {
  readonly header: { [key: string]: Json }
  readonly data: Uint8Array
}

/** With the parts of the metadata that are JSON themselves read as such. */
function takenApart(file: Uint8Array): Parts {
  const length = Number(new DataView(file.buffer, file.byteOffset).getBigUint64(0, true))
  const header = JSON.parse(
    new TextDecoder().decode(file.subarray(8, 8 + length)),
  ) as Parts['header']
  const metadata = header['__metadata__'] as Record<string, string>
  const read = Object.entries(metadata).map(([key, text]) => [
    key,
    inner.has(key) ? (JSON.parse(text) as Json) : text,
  ])
  return {
    header: { ...header, __metadata__: Object.fromEntries(read) as Json },
    data: file.slice(8 + length),
  }
}
const inner = new Set(['outline', 'preprocessing', 'program'])

/** With a right checksum, where there is a place for one. */
function putTogether({ header, data }: Parts): Uint8Array {
  const { __metadata__: metadata, ...tensors } = header
  const text = (value: Json): Json =>
    typeof value === 'object' && value !== null ? JSON.stringify(value) : value
  const written =
    typeof metadata === 'object' && metadata !== null && !Array.isArray(metadata)
      ? Object.fromEntries(Object.entries(metadata).map(([key, value]) => [key, text(value)]))
      : (metadata ?? null)
  const blank = `sha256:${'0'.repeat(64)}`
  const whole = {
    __metadata__: isMap(written) ? { ...written, checksum: blank } : written,
    ...tensors,
  }
  const json = Buffer.from(JSON.stringify(whole))
  const start = 8 + Math.ceil(json.length / 8) * 8
  const file = Buffer.alloc(start + data.length, 0x20)
  file.writeBigUInt64LE(BigInt(start - 8))
  json.copy(file, 8)
  file.set(data, start)
  const at = file.lastIndexOf('"checksum":"sha256:', start)
  if (at >= 0) file.write(createHash('sha256').update(file).digest('hex'), at + 19)
  return file
}

const isMap = (value: Json): value is { [key: string]: Json } =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

// Changes

function pathsOf(value: Json, path: Path = []): Path[] {
  if (typeof value !== 'object' || value === null) return [path]
  const below = Object.entries(value).flatMap(([key, each]) => pathsOf(each, [...path, key]))
  return [path, ...below]
}

function at(value: Json, [key, ...rest]: Path): Json {
  if (key === undefined) return value
  return typeof value === 'object' && value !== null
    ? at((value as never)[key] ?? null, rest)
    : null
}

/** `value` with what stands at `path` replaced; without `by`, left out. */
function replaced(value: Json, [key, ...rest]: Path, by: Json | undefined): Json {
  if (key === undefined || typeof value !== 'object' || value === null) return by ?? null
  const entries = Object.entries(value).flatMap(([each, old]): [string, Json][] => {
    if (each !== key) return [[each, old]]
    if (rest.length > 0) return [[each, replaced(old, rest, by)]]
    return by === undefined ? [] : [[each, by]]
  })
  return Array.isArray(value) ? entries.map(([, each]) => each) : Object.fromEntries(entries)
}

type Change = (parts: Parts) => Parts

const strange = fc.constantFrom<Json>(
  ...[null, true, 0, -1, 0.5, 2, 3, 255, 65_536, 1e6, 1e8, 1e9, 2 ** 31, 2 ** 53, 1e300],
  ...['', 'x', '__proto__', 'constructor', 'globalThis.ran = true', 'f32', 'dot', '4'],
  ...[[], {}, [0], [1e9], [[]], { rows: 1 }, { rows: 1e9 }],
)
const place = fc.nat().map((n) => (header: Json): Path => {
  const all = pathsOf(header)
  return all[n % all.length] ?? []
})

const changes: fc.Arbitrary<Change> = fc.oneof(
  fc.tuple(place, strange).map(
    ([where, by]): Change =>
      ({ header, data }) => ({
        ...{ header: mapOf(replaced(header, where(header), by), header), data },
      }),
  ),
  // What stands elsewhere in the file is likely to be understood.
  fc.tuple(place, place).map(
    ([where, from]): Change =>
      ({ header, data }) => ({
        ...{
          header: mapOf(replaced(header, where(header), at(header, from(header))), header),
          data,
        },
      }),
  ),
  place.map(
    (where): Change =>
      ({ header, data }) => ({
        ...{ header: mapOf(replaced(header, where(header), undefined), header), data },
      }),
  ),
  fc.tuple(fc.nat(), fc.uint8Array({ minLength: 1, maxLength: 8 })).map(
    ([offset, bytes]): Change =>
      ({ header, data }) => {
        const changed = data.slice()
        for (const [i, byte] of bytes.entries())
          changed[(offset + i) % Math.max(1, data.length)] = byte
        return { header, data: changed }
      },
  ),
  fc.nat().map(
    (n): Change =>
      ({ header, data }) => ({ header, data: data.slice(0, n % (data.length + 1)) }),
  ),
)

const mapOf = (value: Json, otherwise: Parts['header']): Parts['header'] =>
  isMap(value) ? value : otherwise

// What is watched

interface Memory {
  readonly buffer: ArrayBuffer
  grow(pages: number): number
}
const { WebAssembly: wasm } = globalThis as unknown as {
  WebAssembly: { Memory: { prototype: Memory } }
}
const originalGrow = wasm.Memory.prototype.grow

/** Bytes of the largest memory and the largest array since the last look. */
const largest = { memory: 0, array: 0 }
const pageBytes = 65_536
const restore: (() => void)[] = []
const ran = vi.fn()

function watchConstructor(
  name: 'ArrayBuffer' | 'Float32Array' | 'Float64Array' | 'Int32Array' | 'Uint8Array',
) {
  const own = globalThis[name]
  const size = 'BYTES_PER_ELEMENT' in own ? own.BYTES_PER_ELEMENT : 1
  const watched = new Proxy(own, {
    construct: (target, [length, ...others], newTarget) => {
      if (typeof length === 'number') largest.array = Math.max(largest.array, length * size)
      return Reflect.construct(target, [length, ...others], newTarget) as object
    },
  })
  Object.assign(globalThis, { [name]: watched })
  restore.push(() => Object.assign(globalThis, { [name]: own }))
}

beforeAll(() => {
  for (const name of [
    'ArrayBuffer',
    'Float32Array',
    'Float64Array',
    'Int32Array',
    'Uint8Array',
  ] as const)
    watchConstructor(name)
  const grow = vi.spyOn(wasm.Memory.prototype, 'grow')
  grow.mockImplementation(function (this: Memory, pages: number) {
    largest.memory = Math.max(largest.memory, this.buffer.byteLength + pages * pageBytes)
    return originalGrow.call(this, pages)
  })
  const evaluated = new Proxy(globalThis.Function, { construct: ran, apply: ran })
  const names = globalThis as unknown as Record<string, unknown>
  const [ownFunction, ownEval] = [names['Function'], names['eval']]
  Object.assign(globalThis, { Function: evaluated, eval: ran })
  restore.push(
    () => grow.mockRestore(),
    () => Object.assign(globalThis, { Function: ownFunction, eval: ownEval }),
  )
})
afterAll(() => {
  for (const each of restore) each()
})

/** Of one file. */
async function use(file: Uint8Array): Promise<string> {
  largest.memory = 0
  largest.array = 0
  let outcome = 'used'
  try {
    const model = await loadModel(file)
    try {
      model.predict(rows)
      model.evaluate(rows)
    } finally {
      model.dispose()
    }
  } catch (error) {
    expect(error, String((error as Error).stack)).toBeInstanceOf(ChainruleError)
    const { code, message } = error as ChainruleError
    expect(message).not.toContain('\n')
    expect(message.length).toBeLessThan(1000)
    outcome = code
  }
  expect(ran).not.toHaveBeenCalled()
  expect(Object.keys(Object.prototype)).toEqual([])
  expect('ran' in globalThis).toBe(false)
  // A row may need a gigabyte, as the loader allows; what is copied of the file is as long as the file.
  expect(largest.memory).toBeLessThanOrEqual(2 ** 30 + 2 ** 29)
  expect(largest.array).toBeLessThanOrEqual(file.length + 2 ** 28)
  return outcome
}

test('the file is whole before it is changed', async () => {
  expect(putTogether(takenApart(original)).length).toBe(original.length)
  expect(await use(putTogether(takenApart(original)))).toBe('used')
  expect(largest.memory).toBeGreaterThan(0)
  expect(largest.array).toBeGreaterThan(0)
  expect(largest.memory).toBeLessThan(2 ** 24)
})

test(`whatever is changed in a model file, it is used or refused with a code (seed ${seed})`, async () => {
  const outcomes = new Map<string, number>()
  await fc.assert(
    fc.asyncProperty(fc.array(changes, { minLength: 1, maxLength: 4 }), async (list) => {
      const outcome = await use(
        putTogether(list.reduce((parts, change) => change(parts), takenApart(original))),
      )
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
    }),
    { numRuns: 1000, seed },
  )
  if (process.env['CHAINRULE_FUZZ'] !== undefined) console.log(outcomes)
  // Else the changes would all be refused at the first look, and nothing behind it be tried.
  expect(outcomes.size).toBeGreaterThan(4)
  expect(outcomes.get('used') ?? 0).toBeGreaterThan(50)
}, 120_000)

test(`bytes anywhere (seed ${seed})`, async () => {
  const anywhere = fc.array(fc.tuple(fc.nat(original.length - 1), fc.nat(255)), {
    minLength: 1,
    maxLength: 20,
  })
  await fc.assert(
    fc.asyncProperty(anywhere, fc.option(fc.nat(original.length)), async (bytes, length) => {
      const file = original.slice(0, length ?? undefined)
      for (const [offset, byte] of bytes) if (offset < file.length) file[offset] = byte
      await use(file)
    }),
    { numRuns: 300, seed },
  )
})
