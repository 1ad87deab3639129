import { gzipSync } from 'node:zlib'

/** An IDX file of unsigned bytes 0, 1, 2 … */
export function idxBytes(
  shape: readonly number[],
  { type = 8, cut = 0, extra = 0 }: { type?: number; cut?: number; extra?: number } = {},
): Uint8Array {
  const size = shape.reduce((product, dimension) => product * dimension, 1)
  const start = 4 + 4 * shape.length
  const bytes = new Uint8Array(start + size + extra)
  bytes.set([0, 0, type, shape.length])
  const view = new DataView(bytes.buffer)
  for (const [i, dimension] of shape.entries()) view.setUint32(4 + 4 * i, dimension)
  for (let i = 0; i < size; i++) bytes[start + i] = i % 256
  return bytes.subarray(0, bytes.length - cut)
}

export function gzip(bytes: Uint8Array | string): Uint8Array {
  return new Uint8Array(gzipSync(bytes))
}
