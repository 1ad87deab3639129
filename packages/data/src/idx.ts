/** IDX, the format of MNIST: a magic number, the sizes, and bytes. */
import { sizeOf } from '@chainrule/program'
import { DataError } from './errors.ts'
import { fileTooLarge, inflate, isGzip, maxDeflateRatio } from './text.ts'

/** The bytes of an IDX file: the first size counts rows, images or labels. */
export interface IdxArray {
  readonly shape: readonly number[]
  readonly values: Uint8Array
}

/** Images as bytes, with their labels where there are any. */
export interface ImageSet {
  readonly kind: 'images'
  readonly rows: number
  /** Of one image, channels last: 28x28 is 28x28x1. */
  readonly shape: readonly number[]
  readonly values: Uint8Array
  readonly labels?: Uint8Array
  /** The names of the files, for errors. */
  readonly origin: { readonly images: string; readonly labels?: string }
}

const maxBytes = 0x7fff_ffff
const maxDimensions = 8
const typeNames: ReadonlyMap<number, string> = new Map([
  [0x09, 'signed bytes'],
  [0x0b, '16-bit integers'],
  [0x0c, '32-bit integers'],
  [0x0d, '32-bit floats'],
  [0x0e, '64-bit floats'],
])

/**
 * Reads an IDX file of unsigned bytes, plain or gzipped. Sizes are compared with the file's length before memory is taken.
 * What is unpacked has a buffer of its own, with `room` free bytes behind it unless it is shorter than a header may be.
 *
 * Errors     idx-not-idx, idx-type, idx-length, gzip-damaged, file-too-large
 */
export async function readIdx(
  bytes: Uint8Array,
  file = 'the IDX file',
  room = 0,
): Promise<IdxArray> {
  if (isGzip(bytes)) return readZipped(bytes, file, room)
  const header = readHeader(bytes, file)
  if (bytes.length !== header.total) throw wrongLength(file, header.total, bytes.length)
  return { shape: header.shape, values: bytes.subarray(header.length) }
}

interface Header {
  readonly shape: readonly number[]
  /** Bytes of the header, and of the whole file. */
  readonly length: number
  readonly total: number
}

function readHeader(bytes: Uint8Array, file: string): Header {
  const [zero, zeroToo, type = 0, dimensions = 0] = bytes
  const known = zero === 0 && zeroToo === 0 && dimensions >= 1 && dimensions <= maxDimensions
  if (!known || (type !== 0x08 && !typeNames.has(type))) throw notIdx(file)
  if (type !== 0x08) throw wrongType(file, typeNames.get(type) ?? '')
  const length = 4 + 4 * dimensions
  if (bytes.length < length) throw wrongLength(file, length, bytes.length)
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const shape = Array.from({ length: dimensions }, (_, i) => view.getUint32(4 + 4 * i))
  const total = length + sizeOf(shape)
  if (total > maxBytes) throw fileTooLarge(file, maxBytes)
  return { shape, length, total }
}

function notIdx(file: string): DataError {
  return new DataError('idx-not-idx', `${file} is not an IDX file`, {
    help: 'IDX begins with the bytes 0, 0, a type and the number of sizes, as the files of MNIST do',
    data: { file },
  })
}

function wrongType(file: string, type: string): DataError {
  return new DataError('idx-type', `${file} holds ${type}; only unsigned bytes are read`, {
    help: 'save the values as unsigned bytes (type 8)',
    data: { file, type },
  })
}

function wrongLength(file: string, required: number, came: number): DataError {
  const what = came < required ? 'is cut off' : 'goes on after its end'
  return new DataError(
    'idx-length',
    `${file} ${what}: its header asks for ${required} bytes, it has ${came}`,
    { help: 'fetch the file again', data: { file, required, came } },
  )
}

/** Long enough for the header of any number of sizes that is accepted. */
const headerBytes = 4 + 4 * maxDimensions

async function readZipped(bytes: Uint8Array, file: string, room: number): Promise<IdxArray> {
  let start = new Uint8Array(0)
  let header: Header | undefined
  let all = new Uint8Array(0)
  let filled = 0
  for await (const chunk of inflate(bytes, file)) {
    let fresh = chunk
    if (header === undefined) {
      start = joinBytes(start, chunk)
      if (start.length < headerBytes) continue
      header = readHeader(start, file)
      all = allocateFor(header, bytes.length, file, room)
      fresh = start
    }
    if (filled + fresh.length > header.total)
      throw wrongLength(file, header.total, filled + fresh.length)
    all.set(fresh, filled)
    filled += fresh.length
  }
  if (header === undefined) return readIdx(start, file)
  if (filled !== header.total) throw wrongLength(file, header.total, filled)
  return { shape: header.shape, values: all.subarray(header.length, header.total) }
}

function allocateFor(
  { total }: Header,
  zipped: number,
  file: string,
  room: number,
): Uint8Array<ArrayBuffer> {
  const possible = zipped * maxDeflateRatio
  if (total > possible) throw wrongLength(file, total, possible)
  return new Uint8Array(total + room)
}

function joinBytes(a: Uint8Array, b: Uint8Array): Uint8Array<ArrayBuffer> {
  const joined = new Uint8Array(a.length + b.length)
  joined.set(a)
  joined.set(b, a.length)
  return joined
}

/** Pairs images and labels. Errors: idx-counts, idx-length, rows-none */
export function imageSet(
  images: IdxArray,
  labels: IdxArray | undefined,
  origin: { readonly images: string; readonly labels?: string },
): ImageSet {
  const [rows = 0, ...sizes] = images.shape
  if (sizes.length === 0 || sizes.some((size) => size === 0)) throw notImages(origin.images, images)
  if (rows === 0) throw new DataError('rows-none', `${origin.images} has no images`)
  const shape = sizes.length === 2 ? [...sizes, 1] : sizes
  const set = { kind: 'images', rows, shape, values: images.values, origin } as const
  if (labels === undefined) return set
  if (labels.shape.length !== 1 || labels.shape[0] !== rows)
    throw differentCounts(rows, labels, origin)
  return { ...set, labels: labels.values }
}

function notImages(file: string, { shape }: IdxArray): DataError {
  return new DataError(
    'idx-counts',
    `${file} holds ${shape.join('x')} bytes, which are no images`,
    {
      help: 'are the files of images and labels the wrong way round?',
      data: { file, shape },
    },
  )
}

function differentCounts(
  rows: number,
  labels: IdxArray,
  origin: { readonly images: string; readonly labels?: string },
): DataError {
  const file = origin.labels ?? 'the labels'
  return new DataError(
    'idx-counts',
    `${origin.images} has ${rows} images, ${file} has ${labels.shape.join('x')} labels`,
    {
      help: 'name the file of labels that belongs to the images',
      data: { file, rows, shape: labels.shape },
    },
  )
}
