/** What a data file is read as, by the ending of its name. */
export type FileKind = 'csv' | 'tsv' | 'json' | 'text'

const endings: ReadonlyMap<string, FileKind> = new Map([
  ['csv', 'csv'],
  ['tsv', 'tsv'],
  ['json', 'json'],
  ['jsonl', 'json'],
  ['ndjson', 'json'],
  ['txt', 'text'],
])

/** The kind that the ending of a data file's name tells, packed by gzip or not; none where it tells nothing. */
export function fileKind(path: string): FileKind | undefined {
  const [, ending = ''] = /\.([^./\\]+)(?:\.gz)?$/i.exec(path) ?? []
  return endings.get(ending.toLowerCase())
}
