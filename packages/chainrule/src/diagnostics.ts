/** Diagnostics of every stage: those of a text have a span in it, those of rows from elsewhere a place in the data. */
import type { DataDetails, DataPlace } from '@chainrule/data'
import {
  type Diagnostic,
  type Edit,
  painter,
  type RenderOptions,
  renderDiagnostics,
  type Severity,
  type Span,
  type Texts,
  toJson,
} from '@chainrule/language'

/** A diagnostic of any stage; those of the data have codes of their own. */
export type AnyDiagnostic = Omit<Diagnostic, 'code'> & {
  readonly code: string
  /** Where in the data, if no word of the text is to blame; `span` is then empty. */
  readonly place?: DataPlace
}

/** What the data package says, as error or warning. */
export interface DataProblem {
  readonly code: string
  readonly message: string
  readonly help?: string | undefined
  readonly data: DataDetails
}

/** At the words of the text that it is about, with the edits that mend it, or else where in the data it is. */
export function dataDiagnostic(
  severity: Severity,
  { code, message, help, data }: DataProblem,
  span: Span | undefined,
  edits: readonly Edit[] = [],
): AnyDiagnostic {
  const { file, line, record, column } = data
  const place = {
    ...(file === undefined ? {} : { file }),
    ...(line === undefined ? {} : { line }),
    ...(record === undefined ? {} : { record }),
    ...(column === undefined ? {} : { column }),
  }
  return {
    severity,
    code,
    message,
    span: span ?? { start: 0, end: 0 },
    label: '',
    related: [],
    help: help === undefined ? [] : [help],
    edits,
    ...(span === undefined ? { place } : {}),
  }
}

/** As a terminal shows them, an empty line between two; what is wrong with the data stands first. */
export function renderAll(diagnostics: readonly AnyDiagnostic[], options: RenderOptions): string {
  const [ofData, ofText] = parted(diagnostics)
  const text = ofText.length === 0 ? [] : [renderDiagnostics(ofText, options)]
  return [...ofData.map((each) => renderOne(each, options)), ...text].join('\n\n')
}

/** As records for `--format json`: of a text with `start` and `end`, of data with `line` or `record`, and `column`. */
export function recordsOf(diagnostics: readonly AnyDiagnostic[], texts: Texts): readonly object[] {
  const [ofData, ofText] = parted(diagnostics)
  const records = ofData.map(({ severity, code, message, help, place }) => ({
    severity,
    code,
    message,
    ...place,
    help,
  }))
  return [...records, ...toJson(ofText, texts)].map((each) => ({ type: 'diagnostic', ...each }))
}

/** The language's printers know its own codes by name and print any. */
function parted(
  diagnostics: readonly AnyDiagnostic[],
): [readonly AnyDiagnostic[], readonly Diagnostic[]] {
  return [
    diagnostics.filter(({ place }) => place !== undefined),
    diagnostics.filter(({ place }) => place === undefined) as readonly Diagnostic[],
  ]
}

/** As `renderDiagnostics` does, without an excerpt: a row of data may be long, and may be a stranger's. */
function renderOne(
  { severity, code, message, help, place = {} }: AnyDiagnostic,
  { color = false }: RenderOptions,
): string {
  const paint = painter(color)
  const shown = placeText(place)
  return [
    `${paint(severity, `${severity}[${code}]`)}${paint('strong', `: ${message}`)}`,
    ...(shown === '' ? [] : [` ${paint('frame', '-->')} ${shown}`]),
    ...help.map((text) => `  ${paint('frame', '=')} help: ${text}`),
  ].join('\n')
}

/** `houses.csv:12, column area` or `cars.json, record 7`. */
function placeText({ file = '', line, record, column }: DataPlace): string {
  const row = line !== undefined ? `:${line}` : record !== undefined ? `, record ${record}` : ''
  return `${file}${row}${column === undefined ? '' : `, column ${column}`}`.replace(/^, /, '')
}
