/** From what a model file says of its data to the data, through whatever opens files where this runs. */
import type { Dataset } from './dataset.ts'
import { type GeneratorArguments, generate } from './generators.ts'
import type { IdxArray, ImageSet } from './idx.ts'
import type { NamedColumn } from './json.ts'
import { gunzip, isGzip } from './text.ts'

/** Opens files for the readers. `@chainrule/data/node` has one that keeps to the model file's folder. */
export interface FileSource {
  /**
   * `path` as the model file writes it. Rejects with a `DataError` that says what to do. `room` asks for free bytes behind
   * those of the file, so that more can be put there without a copy; a source need not give any.
   */
  read(path: string, room?: number): SourceFile | Promise<SourceFile>
}

/** A file that was opened: its bytes, and how errors may speak of it. */
export interface SourceFile {
  readonly bytes: Uint8Array
  /** For errors. */
  readonly name: string
  /** Whether errors may quote the content: false for a file from outside the model's folder and its packages. */
  readonly quotable: boolean
  /** Bytes of the buffer behind `bytes` that nobody else uses (default: none). */
  readonly room?: number
}

/** What reads a file of a kind that is not built in. */
export interface FileReader {
  /** From bytes that are unpacked, without opening anything; `name` is for errors. */
  read(file: { readonly name: string; readonly bytes: Uint8Array }): readonly NamedColumn[]
}

/** `data csv "…"`, `data json "…"`, `data text "…"`, `data idx …`, `data synthetic NAME(…)`. */
export type DataSpecification =
  | {
      readonly kind: 'csv'
      readonly path: string
      readonly header?: boolean
      readonly delimiter?: string
    }
  | { readonly kind: 'json'; readonly path: string }
  | { readonly kind: 'reader'; readonly path: string; readonly reader: FileReader }
  | { readonly kind: 'text'; readonly path: string; readonly window: number }
  | {
      readonly kind: 'idx'
      readonly images: string
      readonly labels?: string
      readonly testImages?: string
      readonly testLabels?: string
    }
  | ({ readonly kind: 'synthetic'; readonly name: string } & GeneratorArguments)

/** What was read for a request. */
export interface Loaded {
  readonly data: Dataset
  /** The test files of IDX. */
  readonly test?: Dataset
}

/**
 * A reader is loaded where a file asks for it, so that a page with made-up data goes without.
 *
 * Errors     those of the source and of the readers
 */
export async function loadData(source: FileSource, what: DataSpecification): Promise<Loaded> {
  switch (what.kind) {
    case 'csv': {
      const { path, kind: _, ...options } = what
      const file = await readUnpacked(source, path)
      const { readCsv } = await import('./csv.ts')
      return { data: readCsv(file.bytes, { ...options, file: file.name, quotable: file.quotable }) }
    }
    case 'json': {
      const { bytes, name, quotable } = await readUnpacked(source, what.path)
      const { readJson } = await import('./json.ts')
      return { data: readJson(bytes, { file: name, quotable }) }
    }
    case 'reader': {
      const file = await readUnpacked(source, what.path)
      const { readBy } = await import('./json.ts')
      return { data: readBy(what.reader, file) }
    }
    case 'text': {
      const { bytes, name, quotable } = await readUnpacked(source, what.path)
      const { readCharacters } = await import('./characters.ts')
      return { data: readCharacters(bytes, { file: name, quotable, window: what.window }) }
    }
    case 'idx':
      return loadImages(source, what)
    case 'synthetic': {
      const { kind: _, name, ...options } = what
      return { data: generate(name, options) }
    }
  }
}

/** A file, unpacked if it is gzipped. */
async function readUnpacked(source: FileSource, path: string): Promise<SourceFile> {
  const file = await source.read(path)
  return isGzip(file.bytes) ? { ...file, bytes: await gunzip(file.bytes, file.name) } : file
}

async function loadImages(
  source: FileSource,
  { images, labels, testImages, testLabels }: Extract<DataSpecification, { kind: 'idx' }>,
): Promise<Loaded> {
  if (testImages === undefined) return { data: await loadPair(source, images, labels) }
  const test = await loadPair(source, testImages, testLabels)
  const data = await loadPair(source, images, labels, test.values.length)
  return { data, test: data.room < test.values.length ? test : putBehind(data, test) }
}

/** The same images behind others in one buffer: `prepare` joins them, and is spared a copy of both. */
function putBehind({ values: { buffer, byteOffset, length } }: ImageSet, test: ImageSet): ImageSet {
  const values = new Uint8Array(buffer, byteOffset + length, test.values.length)
  values.set(test.values)
  return { ...test, values }
}

async function loadPair(
  source: FileSource,
  imagesPath: string,
  labelsPath: string | undefined,
  asked = 0,
): Promise<ImageSet & { readonly room: number }> {
  const file = await source.read(imagesPath, asked)
  const { readIdx } = await import('./idx.ts')
  const images = await readIdx(file.bytes, file.name, asked)
  // What is unpacked has a buffer of its own; a few bytes are unpacked without room.
  const { buffer, byteOffset, byteLength } = images.values
  const room = isGzip(file.bytes) ? buffer.byteLength - byteOffset - byteLength : (file.room ?? 0)
  return { ...(await withLabels(source, images, file.name, labelsPath)), room }
}

async function withLabels(
  source: FileSource,
  images: IdxArray,
  name: string,
  labelsPath: string | undefined,
): Promise<ImageSet> {
  const { imageSet, readIdx } = await import('./idx.ts')
  if (labelsPath === undefined) return imageSet(images, undefined, { images: name })
  const labelFile = await source.read(labelsPath)
  const labels = await readIdx(labelFile.bytes, labelFile.name)
  return imageSet(images, labels, { images: name, labels: labelFile.name })
}
