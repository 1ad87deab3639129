/** Bytes to text, and gzipped bytes to bytes, with what a stranger's file may do to either. */
import { noText } from './binary.ts'
import { DataError } from './errors.ts'

/** A text must fit one JavaScript string. */
const maxTextBytes = 0x2000_0000 - 64

/** Deflate makes at most about this many bytes of one; a file that claims more is damaged. */
export const maxDeflateRatio = 1032

/** The text of UTF-8 bytes without its byte order mark. Errors: file-not-text, data-not-utf-8, file-too-large. */
export function decodeText(
  input: string | Uint8Array,
  file: string,
  kind: 'table' | 'text' = 'table',
): string {
  if (typeof input === 'string') return input.startsWith('\uFEFF') ? input.slice(1) : input
  if (input.length > maxTextBytes) throw fileTooLarge(file, maxTextBytes)
  const wide = (input[0] === 0xff && input[1] === 0xfe) || (input[0] === 0xfe && input[1] === 0xff)
  const fault = wide ? undefined : noText(input, file, kind)
  if (fault !== undefined) throw fault
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(input)
  } catch (cause) {
    throw new DataError('data-not-utf-8', `${file} is not UTF-8 text${wide ? ' but UTF-16' : ''}`, {
      help: 'save it as UTF-8',
      data: { file },
      cause,
    })
  }
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/** The bytes of a gzipped text, at most as many as a text may have. Errors: gzip-damaged, file-too-large. */
export async function gunzip(
  bytes: Uint8Array,
  file: string,
  limit: number = maxTextBytes,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of inflate(bytes, file)) {
    length += chunk.length
    if (length > limit) throw fileTooLarge(file, limit)
    chunks.push(chunk)
  }
  const all = new Uint8Array(length)
  let offset = 0
  for (const chunk of chunks) {
    all.set(chunk, offset)
    offset += chunk.length
  }
  return all
}

/**
 * The chunks of gzipped bytes as they come; checksum and length are checked at the end.
 * DecompressionStream is in every browser and in Node, so that no library is needed.
 */
export async function* inflate(bytes: Uint8Array, file: string): AsyncGenerator<Uint8Array> {
  const copy = new Uint8Array(bytes)
  const reader = new Blob([copy]).stream().pipeThrough(new DecompressionStream('gzip')).getReader()
  try {
    for (;;) {
      const { done, value } = await reader.read()
      if (done) return
      yield value
    }
  } catch (cause) {
    if (cause instanceof DataError) throw cause
    throw new DataError('gzip-damaged', `${file} is a gzip file that is cut off or damaged`, {
      help: 'fetch the file again',
      data: { file },
      cause,
    })
  } finally {
    await reader.cancel().catch(() => undefined)
  }
}

export function fileTooLarge(file: string, limit: number): DataError {
  const mebibytes = Math.floor(limit / 0x10_0000)
  return new DataError('file-too-large', `${file} holds more than ${mebibytes} MiB`, {
    help: 'use a part of the file',
    data: { file, limit },
  })
}
