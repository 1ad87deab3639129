/** The file format: what is written is read back, and whatever is not whole is refused. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readSafetensors, type SafetensorsFile, writeSafetensors } from '../src/safetensors.ts'

const small: SafetensorsFile = {
  tensors: {
    'dense1.weight': { shape: [2, 3], values: Float32Array.of(1, -2, 3.5, 0, 1e-30, 7) },
    'dense1.bias': { shape: [2], values: Float32Array.of(0.25, -1) },
    sums: { shape: [], values: Float64Array.of(Math.PI) },
    empty: { shape: [0, 4], values: new Float32Array() },
    bytes: { shape: [3], values: Uint8Array.of(1, 2, 3) },
  },
  metadata: { source: 'dense 2\n"quoted" ü', format: 'chainrule' },
}

const encode = (header: unknown, data = 0): Uint8Array => {
  const json = new TextEncoder().encode(
    typeof header === 'string' ? header : JSON.stringify(header),
  )
  const file = new Uint8Array(8 + json.length + data)
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true)
  file.set(json, 8)
  return file
}

describe('writing', () => {
  test('keeps to the rules of the format: length, JSON, alignment, no holes', () => {
    const file = writeSafetensors(small)
    const length = Number(new DataView(file.buffer).getBigUint64(0, true))
    expect((8 + length) % 8).toBe(0)
    const header = JSON.parse(new TextDecoder().decode(file.subarray(8, 8 + length))) as Record<
      string,
      { dtype: string; data_offsets: [number, number] }
    >
    const { __metadata__: _, ...entries } = header
    let at = 0
    for (const {
      dtype,
      data_offsets: [begin, end],
    } of Object.values(entries)) {
      expect(begin).toBe(at)
      expect(begin % ({ F64: 8, F32: 4, U8: 1 }[dtype] ?? 1)).toBe(0)
      at = end
    }
    expect(8 + length + at).toBe(file.length)
  })

  test('the same model gives the same bytes', () => {
    expect(writeSafetensors(small)).toEqual(writeSafetensors(small))
  })
})

describe('reading', () => {
  test('gives back what was written, to the bit', () => {
    const { tensors, metadata } = readSafetensors(writeSafetensors(small))
    expect(tensors).toEqual(small.tensors)
    expect(metadata).toMatchObject(small.metadata)
  })

  // What Node reads is a Buffer, whose `slice` is no copy: tensors had the bytes around the file, and its checksum was wiped.
  test('takes a Buffer that is a part of another, and leaves it as it is', () => {
    const written = writeSafetensors(small)
    const around = Buffer.concat([Buffer.alloc(24, 1), written, Buffer.alloc(24, 2)])
    const part = around.subarray(24, 24 + written.length)
    expect(readSafetensors(part).tensors).toEqual(small.tensors)
    expect(part.equals(written)).toBe(true)
  })

  test('gives back any tensors', () => {
    const tensor = fc
      .array(fc.float({ noNaN: true }), { maxLength: 20 })
      .map((list) => ({ shape: [list.length], values: Float32Array.from(list) }))
    const files = fc.dictionary(
      fc.string({ maxLength: 8 }).filter((name) => !name.startsWith('__')),
      tensor,
      { maxKeys: 5 },
    )
    fc.assert(
      fc.property(files, fc.string(), (tensors, source) => {
        const file = readSafetensors(writeSafetensors({ tensors, metadata: { source } }))
        expect(Object.keys(file.tensors).sort()).toEqual(Object.keys(tensors).sort())
        for (const [name, { values }] of Object.entries(tensors))
          expect(file.tensors[name]?.values).toEqual(values)
        expect(file.metadata['source']).toBe(source)
      }),
      { seed: 11 },
    )
  })

  test('refuses every flipped bit', () => {
    const file = writeSafetensors(small)
    for (let bit = 0; bit < file.length * 8; bit++) {
      const damaged = file.slice()
      damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7))
      expect(() => readSafetensors(damaged), `bit ${bit}`).toThrow(/safetensors file|checksum/)
    }
  })

  test('refuses every truncation, and bytes that follow', () => {
    const file = writeSafetensors(small)
    for (let length = 0; length < file.length; length++) {
      expect(() => readSafetensors(file.slice(0, length)), `${length} bytes`).toThrow(
        /safetensors file|checksum/,
      )
    }
    const longer = new Uint8Array(file.length + 1)
    longer.set(file)
    expect(() => readSafetensors(longer)).toThrow(/checksum|follow/)
  })

  test('refuses a file of another program, which has no checksum', () => {
    const file = encode({ x: { dtype: 'F32', shape: [2], data_offsets: [0, 8] } }, 8)
    expect(() => readSafetensors(file)).toThrow('this safetensors file is not a Chainrule model')
  })

  test.each([
    [
      'a header that claims to be huge',
      () => {
        const f = encode('{}')
        new DataView(f.buffer).setBigUint64(0, 2n ** 60n, true)
        return f
      },
      /longer than 100 MB/,
    ],
    ['no JSON', () => encode('nonsense'), /not JSON/],
    ['a JSON list', () => encode('[]'), /not a JSON object/],
    ['metadata that are no texts', () => encode({ __metadata__: { a: 1 } }), /map of texts/],
    [
      'an unknown element type',
      () => encode({ x: { dtype: 'F8', shape: [1], data_offsets: [0, 1] } }, 1),
      /element type/,
    ],
    [
      'a type named like a member of objects',
      () => encode({ x: { dtype: 'constructor', shape: [1], data_offsets: [0, 1] } }, 1),
      /element type/,
    ],
    [
      'a negative size',
      () => encode({ x: { dtype: 'U8', shape: [-1], data_offsets: [0, 1] } }, 1),
      /whole shape/,
    ],
    [
      'a size beyond all numbers',
      () => encode({ x: { dtype: 'F32', shape: [2 ** 40, 2 ** 40], data_offsets: [0, 8] } }, 8),
      /needs/,
    ],
    [
      'a hole',
      () => encode({ x: { dtype: 'U8', shape: [1], data_offsets: [1, 2] } }, 2),
      /begins at byte 1, not 0/,
    ],
    [
      'an overlap',
      () =>
        encode(
          {
            x: { dtype: 'U8', shape: [2], data_offsets: [0, 2] },
            y: { dtype: 'U8', shape: [2], data_offsets: [1, 3] },
          },
          3,
        ),
      /begins at byte 1, not 2/,
    ],
    [
      'tensors beyond the end',
      () => encode({ x: { dtype: 'U8', shape: [9], data_offsets: [0, 9] } }, 3),
      /ends inside its tensors/,
    ],
  ] as const)('refuses %s', (_, make, message) => {
    expect(() => readSafetensors(make())).toThrow(message)
  })
})
