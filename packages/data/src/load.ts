/** From what a model file says of its data to the data, through whatever opens files where this runs. */
import { readCsv } from './csv.ts'
import type { Dataset } from './dataset.ts'
import { type GeneratorArguments, generate } from './generators.ts'
import { type ImageSet, imageSet, readIdx } from './idx.ts'
import { readJson } from './json.ts'
import { gunzip, isGzip } from './text.ts'

/** Opens files for the readers. `@chainrule/data/node` has one that keeps to the model file's folder. */
export interface FileSource {
  /** `path` as the model file writes it. Rejects with a `DataError` that says what to do. */
  read(path: string): SourceFile | Promise<SourceFile>
}

export interface SourceFile {
  readonly bytes: Uint8Array
  /** For errors. */
  readonly name: string
  /** Whether errors may quote the content: false for a file from outside the model's folder and its packages. */
  readonly quotable: boolean
}

/** `data csv "…"`, `data json "…"`, `data idx …`, `data synthetic NAME(…)`. */
export type DataSpecification =
  | {
      readonly kind: 'csv'
      readonly path: string
      readonly header?: boolean
      readonly delimiter?: string
    }
  | { readonly kind: 'json'; readonly path: string }
  | {
      readonly kind: 'idx'
      readonly images: string
      readonly labels?: string
      readonly testImages?: string
      readonly testLabels?: string
    }
  | ({ readonly kind: 'synthetic'; readonly name: string } & GeneratorArguments)

export interface Loaded {
  readonly data: Dataset
  /** The test files of IDX. */
  readonly test?: Dataset
}

/** Errors: those of the source and of the readers */
export async function loadData(source: FileSource, what: DataSpecification): Promise<Loaded> {
  switch (what.kind) {
    case 'csv': {
      const { path, kind: _, ...options } = what
      const file = await readText(source, path)
      return { data: readCsv(file.bytes, { ...options, file: file.name, quotable: file.quotable }) }
    }
    case 'json': {
      const { bytes, name, quotable } = await readText(source, what.path)
      return { data: readJson(bytes, { file: name, quotable }) }
    }
    case 'idx':
      return loadImages(source, what)
    case 'synthetic': {
      const { kind: _, name, ...options } = what
      return { data: generate(name, options) }
    }
  }
}

/** A text file, unpacked if it is gzipped. */
async function readText(source: FileSource, path: string): Promise<SourceFile> {
  const file = await source.read(path)
  return isGzip(file.bytes) ? { ...file, bytes: await gunzip(file.bytes, file.name) } : file
}

async function loadImages(
  source: FileSource,
  { images, labels, testImages, testLabels }: Extract<DataSpecification, { kind: 'idx' }>,
): Promise<Loaded> {
  const data = await loadPair(source, images, labels)
  if (testImages === undefined) return { data }
  return { data, test: await loadPair(source, testImages, testLabels) }
}

async function loadPair(
  source: FileSource,
  imagesPath: string,
  labelsPath: string | undefined,
): Promise<ImageSet> {
  const file = await source.read(imagesPath)
  const images = await readIdx(file.bytes, file.name)
  if (labelsPath === undefined) return imageSet(images, undefined, { images: file.name })
  const labelFile = await source.read(labelsPath)
  const labels = await readIdx(labelFile.bytes, labelFile.name)
  return imageSet(images, labels, { images: file.name, labels: labelFile.name })
}
