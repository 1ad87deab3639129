/**
 * The safetensors format: an 8-byte little-endian length, a JSON header padded with spaces, then the tensors' bytes, each
 * aligned, without holes. The reader trusts nothing and allocates nothing by a size that the file only claims.
 */
import { sha256 } from '@noble/hashes/sha2.js'
import { bytesToHex } from '@noble/hashes/utils.js'
import { modelFileDamaged, modelFileForeign, modelFileInvalid } from './errors.ts'

export type TensorArray = Float32Array | Float64Array | Int32Array | Uint8Array

export interface StoredTensor {
  readonly shape: readonly number[]
  readonly values: TensorArray
}

export interface SafetensorsFile {
  readonly tensors: Readonly<Record<string, StoredTensor>>
  readonly metadata: Readonly<Record<string, string>>
}

const dtypes = {
  F64: { bytes: 8, make: (buffer: ArrayBuffer) => new Float64Array(buffer) },
  F32: { bytes: 4, make: (buffer: ArrayBuffer) => new Float32Array(buffer) },
  I32: { bytes: 4, make: (buffer: ArrayBuffer) => new Int32Array(buffer) },
  U8: { bytes: 1, make: (buffer: ArrayBuffer) => new Uint8Array(buffer) },
} as const
type DTypeName = keyof typeof dtypes

const lengthBytes = 8
const alignment = 8
/** As the format's own reader has it. */
const longestHeader = 100_000_000
const checksumKey = 'checksum'
const blank = '0'.repeat(64)

function dtypeOf(values: TensorArray): DTypeName {
  if (values instanceof Float64Array) return 'F64'
  if (values instanceof Float32Array) return 'F32'
  return values instanceof Int32Array ? 'I32' : 'U8'
}

/** The file's bytes; its metadata gains a checksum over every byte. Tensors stand by falling size of element, then by name. */
export function writeSafetensors({ tensors, metadata }: SafetensorsFile): Uint8Array {
  const names = Object.keys(tensors).sort(
    (a, b) => elementBytes(tensors[b]) - elementBytes(tensors[a]) || (a < b ? -1 : 1),
  )
  const header: Record<string, unknown> = {
    __metadata__: { ...metadata, [checksumKey]: `sha256:${blank}` },
  }
  let offset = 0
  for (const name of names) {
    const { shape, values } = tensors[name] as StoredTensor
    header[name] = {
      dtype: dtypeOf(values),
      shape,
      data_offsets: [offset, offset + values.byteLength],
    }
    offset += values.byteLength
  }
  const json = new TextEncoder().encode(JSON.stringify(header))
  const headerLength = Math.ceil(json.length / alignment) * alignment
  const file = new Uint8Array(lengthBytes + headerLength + offset).fill(
    0x20,
    0,
    lengthBytes + headerLength,
  )
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true)
  file.set(json, lengthBytes)
  let at = lengthBytes + headerLength
  for (const name of names) {
    const { values } = tensors[name] as StoredTensor
    file.set(new Uint8Array(values.buffer, values.byteOffset, values.byteLength), at)
    at += values.byteLength
  }
  const place = checksumPlace(file, lengthBytes + headerLength)
  if (place === undefined) throw new Error('internal: the checksum has no place in the header')
  file.set(new TextEncoder().encode(bytesToHex(sha256(file))), place)
  return file
}

const elementBytes = (tensor: StoredTensor | undefined): number =>
  tensor?.values.BYTES_PER_ELEMENT ?? 0

/** Where the checksum's digits begin; the last such place, since metadata comes from us and may quote anything before. */
function checksumPlace(file: Uint8Array, dataStart: number): number | undefined {
  const header = new TextDecoder('latin1').decode(file.subarray(lengthBytes, dataStart))
  const key = `"${checksumKey}":"sha256:`
  const found = header.lastIndexOf(key)
  return found < 0 ? undefined : lengthBytes + found + key.length
}

/** Whether a file begins as the format does: a length that fits, then a JSON object. No text of UTF-8 does. */
export function looksLikeSafetensors(file: Uint8Array): boolean {
  if (file.length <= lengthBytes || file[lengthBytes] !== 0x7b) return false
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  return view.getBigUint64(0, true) <= BigInt(longestHeader)
}

/** Reads a file of ours; throws `model-file-invalid`, `model-file-foreign` or `model-file-damaged`. */
export function readSafetensors(bytes: Uint8Array): SafetensorsFile {
  // A Buffer's own `slice` would be no copy.
  const file = new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const dataStart = headerEnd(file)
  const header = parseHeader(file.subarray(lengthBytes, dataStart))
  const { __metadata__: metadata = {}, ...entries } = header
  if (!isStringMap(metadata)) throw modelFileInvalid('its metadata is not a map of texts')
  const placed = Object.entries(entries).map(([name, entry]) => ({
    name,
    ...readEntry(name, entry),
  }))
  checkPlacement(placed, file.length - dataStart)
  checkChecksum(file, dataStart, metadata)
  const tensors = placed.map(({ name, dtype, shape, begin, end }) => {
    const own = file.slice(dataStart + begin, dataStart + end)
    return [name, { shape, values: dtypes[dtype].make(own.buffer) }] as const
  })
  return { tensors: Object.fromEntries(tensors), metadata }
}

function headerEnd(file: Uint8Array): number {
  if (file.length < lengthBytes) throw modelFileInvalid('it is shorter than 8 bytes')
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength)
  const length = view.getBigUint64(0, true)
  if (length > BigInt(longestHeader))
    throw modelFileInvalid('its header claims to be longer than 100 MB')
  const end = lengthBytes + Number(length)
  if (end > file.length) throw modelFileInvalid('it ends inside its header')
  return end
}

function parseHeader(bytes: Uint8Array): Record<string, unknown> {
  let header: unknown
  try {
    header = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    throw modelFileInvalid('its header is not JSON')
  }
  if (!isRecord(header)) throw modelFileInvalid('its header is not a JSON object')
  return header
}

function checkChecksum(
  file: Uint8Array,
  dataStart: number,
  metadata: Readonly<Record<string, string>>,
): void {
  const written = metadata[checksumKey]
  if (written === undefined) throw modelFileForeign(checksumKey)
  const place = checksumPlace(file, dataStart)
  const blanked = file.slice()
  if (place !== undefined) blanked.set(new TextEncoder().encode(blank), place)
  if (place === undefined || written !== `sha256:${bytesToHex(sha256(blanked))}`)
    throw modelFileDamaged()
}

interface Entry {
  readonly dtype: DTypeName
  readonly shape: readonly number[]
  readonly begin: number
  readonly end: number
}

function readEntry(name: string, entry: unknown): Entry {
  const { dtype, shape, data_offsets: offsets } = isRecord(entry) ? entry : {}
  const sizes = isSizes(shape) ? shape : undefined
  const [begin, end] = isSizes(offsets) && offsets.length === 2 ? offsets : []
  const known =
    typeof dtype === 'string' && Object.hasOwn(dtypes, dtype) ? (dtype as DTypeName) : undefined
  if (known === undefined)
    throw modelFileInvalid(`\`${name}\` has an element type that Chainrule does not read`)
  if (sizes === undefined || begin === undefined || end === undefined) {
    throw modelFileInvalid(`\`${name}\` has no whole shape and offsets`)
  }
  const bytes = sizes.reduce((product, size) => product * size, dtypes[known].bytes)
  if (end - begin !== bytes)
    throw modelFileInvalid(`\`${name}\` needs ${bytes} bytes, but has ${end - begin}`)
  return { dtype: known, shape: sizes, begin, end }
}

/** The tensors must fill the data from its first byte to its last. */
function checkPlacement(
  entries: readonly (Entry & { readonly name: string })[],
  length: number,
): void {
  let at = 0
  for (const { name, begin, end } of entries.toSorted(
    (a, b) => a.begin - b.begin || a.end - b.end,
  )) {
    if (begin !== at) throw modelFileInvalid(`\`${name}\` begins at byte ${begin}, not ${at}`)
    at = end
  }
  if (at > length) throw modelFileInvalid('it ends inside its tensors')
  if (at < length) throw modelFileInvalid(`${length - at} bytes follow its tensors`)
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isStringMap(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string')
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0)
}
