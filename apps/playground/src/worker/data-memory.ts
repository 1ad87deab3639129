/** What was read of data is kept, so that a text is looked at again, such as after a slider moved, without reading them again. */
import type { DataSpecification, FileSource, Table } from '@chainrule/data'
import type { DataRequest } from '@chainrule/language'
import {
  type RememberData,
  requestKey,
  specification,
  type TrainingData,
  trainingData,
} from 'chainrule/workbench'
import { isCode } from './code.ts'
import { filesSource, plainName } from './files.ts'
import type { Files } from './protocol.ts'

interface Kept<T> {
  readonly key: string
  /** What it was read from. */
  readonly files: Files
  readonly what: T
}

/** Of the last text that names any. */
let lastData: Kept<TrainingData> | undefined
/** Of the file that was described last. Its cells take much more room than what they become. */
let lastTable: Kept<Table> | undefined

/** Files to read from, and what is known of them. */
export function dataFrom(files: Files): {
  readonly source: FileSource
  readonly remember: RememberData
} {
  const remember: RememberData = async (request, read) => {
    const key = requestKey(request)
    const own = Object.fromEntries(namesOf(request, files).map((name) => [name, files[name] ?? '']))
    const known = taken(lastData, key, own)
    if (known !== undefined) return known
    const data = ofTable(request, own) ?? (await read())
    // Why there are none is told by the reading alone.
    if (data !== undefined) lastData = { key, files: own, what: data }
    return data
  }
  return { source: filesSource(files), remember }
}

/** What `read` makes of these bytes, or made of them before. */
export async function tableFrom(
  specified: DataSpecification,
  files: Files,
  read: () => Promise<Table>,
): Promise<Table> {
  const key = JSON.stringify(specified)
  const table = taken(lastTable, key, files) ?? (await read())
  lastTable = { key, files, what: table }
  return table
}

export function forgetTable(): void {
  lastTable = undefined
}

function ofTable(request: DataRequest, files: Files): TrainingData | undefined {
  const table = taken(lastTable, JSON.stringify(specification(request)), files)
  if (table === undefined) return undefined
  try {
    return trainingData(request, { data: table }, request.seed)
  } catch {
    // The reading says with its place what is wrong.
    return undefined
  }
}

function taken<T>(kept: Kept<T> | undefined, key: string, files: Files): T | undefined {
  if (kept?.key !== key) return undefined
  const areSame = Object.entries(files).every(([name, file]) => isSame(kept.files[name], file))
  return areSame ? kept.what : undefined
}

function isSame(a: Files[string] | undefined, b: Files[string]): boolean {
  if (a === b) return true
  if (!(a instanceof Uint8Array) || !(b instanceof Uint8Array) || a.length !== b.length)
    return false
  // Each message brings a copy. A callback a byte takes ten times as long.
  for (let i = 0; i < a.length; i++) if (a[i] !== b[i]) return false
  return true
}

/** The files of a request, as the page names them; with the code that may read them. */
function namesOf({ source }: DataRequest, files: Files): string[] {
  if (source.kind === 'synthetic') return []
  if (source.kind === 'reader')
    return [plainName(source.path.value), ...Object.keys(files).filter(isCode)]
  const paths =
    source.kind === 'idx'
      ? [source.images, source.labels, source.testImages, source.testLabels]
      : [source.path]
  return paths.flatMap((path) => (path === undefined ? [] : [plainName(path.value)]))
}
