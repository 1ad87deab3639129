/** How much a page loads for an entry: minified by esbuild, gzipped. */
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { gzipSync } from 'node:zlib'
import { build, type Metafile } from 'esbuild'

export interface Bundle {
  /** The text of the entry. */
  readonly entry: string
  /** The folder where its imports are resolved. */
  readonly from: string
  /** Files that the page loads beside. */
  readonly beside?: readonly string[]
}

/** Bytes after gzip. */
export interface Weight {
  /** Of what is loaded at once, each file by itself. */
  readonly atOnce: number
  /** Of the chunks that the code asks for when it needs them. */
  readonly later: number
}

export async function gzippedBytes({ entry, from, beside = [] }: Bundle): Promise<Weight> {
  const { outputFiles, metafile } = await build({
    stdin: { contents: entry, resolveDir: from, sourcefile: 'entry.js' },
    outdir: 'bundle',
    bundle: true,
    splitting: true,
    metafile: true,
    minify: true,
    write: false,
    format: 'esm',
    platform: 'browser',
    target: 'es2023',
    conditions: ['source'],
    logLevel: 'silent',
  })
  const wanted = loadedAtOnce(metafile)
  const [first, others] = [true, false].map((isFirst) =>
    outputFiles.flatMap(({ path, contents }) =>
      wanted.has(basename(path)) === isFirst ? [contents] : [],
    ),
  )
  const files = beside.map((file) => readFileSync(file))
  return { atOnce: gzipped([...(first ?? []), ...files]), later: gzipped(others ?? []) }
}

function gzipped(files: readonly Uint8Array[]): number {
  return files.reduce((sum, file) => sum + gzipSync(file, { level: 9 }).length, 0)
}

/** Names of the entry's chunk and of those that it imports by statements. */
function loadedAtOnce({ outputs }: Metafile): Set<string> {
  const found = new Set<string>()
  const visit = (path: string): void => {
    const output = outputs[path]
    if (output === undefined || found.has(basename(path))) return
    found.add(basename(path))
    for (const each of output.imports) if (each.kind === 'import-statement') visit(each.path)
  }
  for (const [path, { entryPoint }] of Object.entries(outputs))
    if (entryPoint?.endsWith('entry.js') === true) visit(path)
  return found
}
