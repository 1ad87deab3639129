/** A whole experiment as a link's fragment: the text, small files of data, and what was done with the weights. */
import type { Act } from '../worker/protocol.ts'
import { fromBase64, toBase64 } from './base64.ts'
import type { OwnFiles } from './files.ts'

export interface SharedExperiment {
  readonly text: string
  readonly files: OwnFiles
  /** What led to the weights; nothing where the text alone is to be opened. */
  readonly acts: readonly Act[]
}

/** More than this of data makes links that chats and mail cut off. */
export const mostSharedBytes = 200_000

const version = 2

interface Stored {
  readonly version: number
  readonly text: string
  readonly acts: readonly (
    | Exclude<Act, { readonly model: Uint8Array }>
    | { readonly model: string }
  )[]
  /** Text as it is, other bytes in base64. */
  readonly files: readonly (readonly [name: string, content: string, form: 'text' | 'base64'])[]
}

/** The fragment, without `#`. */
export async function encodeExperiment({ text, files, acts }: SharedExperiment): Promise<string> {
  const stored: Stored = {
    version,
    text,
    acts: acts.map((act) => ('model' in act ? { model: toBase64(act.model) } : act)),
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
  if (typeof stored?.version === 'number' && stored.version < version)
    return 'The link is from an older playground, and can no longer be opened.'
  const { text, acts, files } = stored ?? {}
  if (typeof text !== 'string' || !Array.isArray(acts) || !Array.isArray(files))
    throw new TypeError('no experiment')
  if (acts.length > 0 && !('text' in acts[0])) throw new TypeError('weights of no text')
  const entries = (files as Stored['files']).map(
    ([name, content, form]) =>
      [String(name), form === 'base64' ? fromBase64(content) : utf8(String(content))] as const,
  )
  return { text, files: Object.fromEntries(entries), acts: acts.map(actOf) }
}

function actOf(act: Stored['acts'][number]): Act {
  if ('model' in act) return { model: fromBase64(act.model) }
  if ('text' in act && typeof act.text === 'string') return { text: act.text }
  if ('to' in act && (act.to === 'end' || isCount(act.to))) return { to: act.to }
  if ('again' in act) return { again: true }
  if ('weight' in act && typeof act.weight === 'string' && isCount(act.index))
    return { weight: act.weight, index: act.index, value: Number(act.value) }
  throw new TypeError('no act')
}

const isCount = (value: unknown): value is number =>
  Number.isSafeInteger(value) && Number(value) >= 0

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
