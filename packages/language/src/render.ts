import type { Span } from './ast.ts'
import type { Diagnostic } from './diagnostic.ts'
import { type Excerpt, excerpt } from './excerpt.ts'
import { printable } from './quote.ts'
import type { SourceText } from './source.ts'
import { type LocatedText, TextLocator, type Texts, within } from './texts.ts'

/** The texts that the diagnostics speak of, and how they are shown. */
export interface RenderOptions extends Texts {
  /** Whether to colour by ANSI escapes; a terminal's matter, so off unless asked for. */
  readonly color?: boolean
}

const styles = { error: '31;1', warning: '33;1', note: '36;1', frame: '34;1', strong: '1' } as const
type Style = keyof typeof styles

/** A part of a diagnostic in its colour, or as it is. */
export type Paint = (style: Style, text: string) => string

/** What paints the parts of diagnostics, by ANSI escapes where there is to be `color`. */
export const painter =
  (color: boolean): Paint =>
  (style, text) =>
    color && text !== '' ? `\u001b[${styles[style]}m${text}\u001b[0m` : text

/** A place to show: where, what to say, and whether it is the diagnostic's own. */
interface Place {
  readonly span: Span
  readonly label: string
  readonly isPrimary: boolean
}

/** A row below a line: marks and a label. */
interface Row {
  readonly line: number
  readonly span: Span
  readonly place: Place
  readonly label: string
}

/**
 * Diagnostics as a terminal shows them, an empty line between two:
 *
 *     error[unknown-layer]: unknown layer `dnese`
 *      --> iris.mlp:9:18
 *     9 | dense 16 relu -> dnese 3
 *       |                  ^^^^^ not a built-in layer
 *       = help: did you mean `dense`?
 *
 * The place itself is marked by `^`, others that belong to it by `-`; those in another file follow below `:::`. Control characters of the text are shown as
 * symbols, tabs as spaces, and of a long line the part round the marks.
 */
export function renderDiagnostics(
  diagnostics: readonly Diagnostic[],
  { color = false, ...texts }: RenderOptions,
): string {
  const locator = new TextLocator(texts)
  const paint = painter(color)
  return diagnostics.map((each) => renderOne(each, locator, paint)).join('\n\n')
}

/** What is to be shown of one text. */
interface Part {
  readonly located: LocatedText
  readonly rows: Row[]
}

function renderOne(found: Diagnostic, locator: TextLocator, paint: Paint): string {
  const { severity, code, message, help } = found
  const parts = partsOf(found, locator)
  const width = Math.max(...parts.map(({ rows }) => String(rows.at(-1)?.line ?? 1).length))
  const pad = ' '.repeat(width)
  return [
    `${paint(severity, `${severity}[${code}]`)}${paint('strong', `: ${printable(message)}`)}`,
    ...parts.flatMap(({ located: { source, file }, rows }, i) => {
      const first = rows.find(({ place }) => place.isPrimary) ?? rows[0]
      const { line, column } = source.positionOf(first?.span.start ?? 0)
      return [
        `${pad}${paint('frame', i === 0 ? '-->' : ':::')} ${printable(file)}:${line}:${column}`,
        ...renderRows(rows, source, width, severity, paint),
      ]
    }),
    ...help.map((text) => `${pad} ${paint('frame', '=')} help: ${printable(text)}`),
  ].join('\n')
}

/** The diagnostic's own text first, then others in which places belong to it. */
function partsOf({ span, label, related }: Diagnostic, locator: TextLocator): Part[] {
  const places: Place[] = [
    { span, label, isPrimary: true },
    ...related.map((other) => ({ ...other, isPrimary: false })),
  ]
  const parts = new Map<LocatedText, Row[]>()
  for (const place of places) {
    const located = locator.at(place.span)
    const rows = parts.get(located) ?? []
    rows.push(...rowsOf({ ...place, span: within(located, place.span) }, located.source))
    parts.set(located, rows)
  }
  return [...parts].map(([located, rows]) => ({
    located,
    rows: rows.sort(
      (a, b) => a.line - b.line || a.span.start - b.span.start || a.span.end - b.span.end,
    ),
  }))
}

/** The rows of a place: one, or where it runs over lines, one below its first and one below its last. */
function rowsOf(place: Place, source: SourceText): Row[] {
  const { span, label } = place
  const first = source.lineAt(span.start)
  const last = source.lineAt(Math.max(span.start, span.end - 1))
  if (first === last) return [{ line: first, span, place, label }]
  const lastStart = source.startOf(last)
  const indent = /^\s*/.exec(source.text.slice(lastStart, span.end))?.[0].length ?? 0
  return [
    { line: first, span: { start: span.start, end: source.endOf(first) }, place, label: '' },
    { line: last, span: { start: lastStart + indent, end: span.end }, place, label },
  ]
}

function renderRows(
  rows: readonly Row[],
  source: SourceText,
  width: number,
  severity: Style,
  paint: Paint,
): string[] {
  const bar = paint('frame', `${' '.repeat(width)} |`)
  const lines: string[] = []
  let shown: { line: number; excerpt: Excerpt } | undefined
  for (const row of rows) {
    if (shown === undefined || shown.line !== row.line) {
      if (shown !== undefined && row.line > shown.line + 1) lines.push(paint('frame', '...'))
      const onLine = rows.filter(({ line }) => line === row.line).map(({ span }) => span)
      shown = { line: row.line, excerpt: excerpt(source, row.line, onLine) }
      const number = paint('frame', `${String(row.line).padStart(width)} |`)
      lines.push(`${number} ${shown.excerpt.text}`.trimEnd())
    }
    const { from, to } = shown.excerpt.columnsOf(row.span)
    const { isPrimary } = row.place
    const marks = paint(isPrimary ? severity : 'frame', (isPrimary ? '^' : '-').repeat(to - from))
    lines.push(`${bar} ${' '.repeat(from)}${marks} ${printable(row.label)}`.trimEnd())
  }
  return lines
}
