/** A whole experiment as a link's fragment: the text, small files of data, and how far it was trained. */
import type { OwnFiles } from './files.ts'

export interface SharedExperiment {
  readonly text: string
  readonly files: OwnFiles
  /** Updates that were made when it was shared; all, where the training was over. */
  readonly step: number | 'end'
}

/** More than this of data makes links that chats and mail cut off. */
export const mostSharedBytes = 200_000

const version = 1

interface Stored {
  readonly version: number
  readonly text: string
  readonly step: number | 'end'
  /** Text as it is, other bytes in base64. */
  readonly files: readonly (readonly [name: string, content: string, form: 'text' | 'base64'])[]
}

/** The fragment, without `#`. */
export async function encodeExperiment({ text, files, step }: SharedExperiment): Promise<string> {
  const stored: Stored = {
    version,
    text,
    step,
    files: Object.entries(files).map(([name, bytes]) => {
      const asText = textOf(bytes)
      return asText === undefined ? [name, toBase64(bytes), 'base64'] : [name, asText, 'text']
    }),
  }
  const packed = await through(utf8(JSON.stringify(stored)), new CompressionStream('deflate-raw'))
  return `e=${toBase64(packed).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '')}`
}

/** What a fragment holds; a sentence where it cannot be read, and nothing where it is no experiment's. */
export async function decodeExperiment(
  fragment: string,
): Promise<SharedExperiment | string | undefined> {
  const packed = /^#?e=(.*)$/s.exec(fragment)?.[1]
  if (packed === undefined) return undefined
  try {
    const bytes = fromBase64(packed.replaceAll('-', '+').replaceAll('_', '/'))
    const json = await through(bytes, new DecompressionStream('deflate-raw'))
    return experimentOf(JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json)))
  } catch {
    return 'The link is damaged: a part of it is missing or was changed. Copy it again as a whole.'
  }
}

function experimentOf(value: unknown): SharedExperiment | string {
  const stored = value as Partial<Stored> | null
  if (typeof stored?.version === 'number' && stored.version > version)
    return 'The link is from a newer playground. Load this page again to get that.'
  const { text, step, files } = stored ?? {}
  if (typeof text !== 'string' || !Array.isArray(files)) throw new TypeError('no experiment')
  const entries = (files as Stored['files']).map(
    ([name, content, form]) =>
      [String(name), form === 'base64' ? fromBase64(content) : utf8(String(content))] as const,
  )
  const isStep = step === 'end' || (Number.isSafeInteger(step) && Number(step) >= 0)
  return { text, files: Object.fromEntries(entries), step: isStep ? (step ?? 0) : 0 }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    return text.includes('\0') ? undefined : text
  } catch {
    return undefined
  }
}

const utf8 = (text: string): Uint8Array<ArrayBuffer> => new TextEncoder().encode(text)

async function through(
  bytes: Uint8Array<ArrayBuffer>,
  stream: CompressionStream | DecompressionStream,
): Promise<Uint8Array<ArrayBuffer>> {
  const out = new Blob([bytes]).stream().pipeThrough(stream)
  return new Uint8Array(await new Response(out).arrayBuffer())
}

function toBase64(bytes: Uint8Array): string {
  let text = ''
  for (let i = 0; i < bytes.length; i += 0x8000)
    text += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(text)
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
}
