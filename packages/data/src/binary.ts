/** Files that hold no text: what they are instead, and what to do. */
import { DataError } from './errors.ts'

interface Format {
  /** The bytes that such a file begins with. */
  readonly begins: readonly number[]
  readonly what: string
  readonly help: string
}

const exported = 'export what it holds as CSV or JSON'
const image =
  'images are learnt from as rows of pixels: `data idx`, or a list of numbers in each record of a JSON file'

const ascii = (text: string): number[] => Array.from(text, (letter) => letter.charCodeAt(0))

const formats: readonly Format[] = [
  { begins: ascii('%PDF-'), what: 'a PDF document', help: exported },
  {
    begins: ascii('PK\x03\x04'),
    what: 'a ZIP archive or an office document',
    help: 'unpack the archive; of a workbook save the sheet as CSV',
  },
  { begins: ascii('\xd0\xcf\x11\xe0'), what: 'an office document', help: 'save the sheet as CSV' },
  { begins: ascii('\x89PNG'), what: 'a PNG image', help: image },
  { begins: [0xff, 0xd8, 0xff], what: 'a JPEG image', help: image },
  { begins: ascii('GIF8'), what: 'a GIF image', help: image },
  { begins: ascii('PAR1'), what: 'a Parquet file', help: exported },
  { begins: ascii('SQLite format 3'), what: 'an SQLite database', help: exported },
  { begins: ascii('\x93NUMPY'), what: 'a NumPy array', help: exported },
]

/** What is no text mostly says so early. */
const looked = 8000

/** What is wrong with bytes that are to be a text, and are none in any encoding; `kind` is what was to be read from it. */
export function noText(
  bytes: Uint8Array,
  file: string,
  kind: 'table' | 'text',
): DataError | undefined {
  const format = formats.find(({ begins }) => begins.every((byte, i) => bytes[i] === byte))
  if (format === undefined && !bytes.subarray(0, looked).includes(0)) return undefined
  const what = format === undefined ? 'holds bytes that are no text' : `is ${format.what}`
  const files = kind === 'table' ? 'a CSV or JSON file' : 'a text file'
  return new DataError('file-not-text', `${file} is no ${kind}: it ${what}`, {
    help: (kind === 'table' ? format?.help : undefined) ?? `give ${files}, in UTF-8`,
    data: { file },
  })
}
