/** The way from a text to something that can be trained, and all that is wrong on the way, with its place. */
import { ChainruleError, type Registry } from '@chainrule/core'
import { DataError, type FileSource, type Loaded, loadData } from '@chainrule/data'
import {
  type DataRequest,
  type Diagnostic,
  dataRequest,
  type Experiment,
  type File,
  parse,
  resolve,
  type Span,
} from '@chainrule/language'
import { specification, type TrainingData, trainingData } from './training-data.ts'

/** A diagnostic of any stage; those of the data have codes of their own. */
export type AnyDiagnostic = Omit<Diagnostic, 'code'> & { readonly code: string }

export interface OpenOptions {
  /** The file's name, for diagnostics. */
  readonly file?: string
  readonly registry: Registry
  /** Opens what the text names; without one, data are not looked at. */
  readonly source?: FileSource
  /** Data from elsewhere, for a text that names none. */
  readonly data?: DataRequest
  /** Rows already in memory, in place of what a request names. */
  readonly loaded?: Loaded
}

export interface Opened {
  readonly text: string
  readonly file: string
  readonly ast: File
  readonly request: DataRequest | undefined
  readonly data: TrainingData | undefined
  /** Missing where there are errors. */
  readonly experiment: Experiment | undefined
  readonly diagnostics: readonly AnyDiagnostic[]
}

/** Parses, reads the data, resolves. Mistakes of the person's become diagnostics; it throws only for ours. */
export async function open(text: string, options: OpenOptions): Promise<Opened> {
  const { file = 'model.mlp', registry } = options
  const { ast, diagnostics: syntax } = parse(text, { file })
  const asked = dataRequest(ast)
  const request = asked.request ?? options.data
  const found: AnyDiagnostic[] = [...syntax, ...asked.diagnostics]
  const reading =
    hasErrors(found) || request === undefined ? undefined : await readData(request, options)
  if (reading?.diagnostic !== undefined) found.push(reading.diagnostic)
  const facts = reading?.data?.facts
  const resolved = resolve(ast, { registry, file, ...(facts === undefined ? {} : { facts }) })
  found.push(...resolved.diagnostics, ...warningsOf(reading?.data, request))
  const diagnostics = found.toSorted((a, b) => a.span.start - b.span.start)
  const experiment = hasErrors(diagnostics) ? undefined : resolved.experiment
  return { text, file, ast, request, data: reading?.data, experiment, diagnostics }
}

export function hasErrors(diagnostics: readonly AnyDiagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error')
}

interface Reading {
  readonly data?: TrainingData
  readonly diagnostic?: AnyDiagnostic
}

async function readData(request: DataRequest, { source, loaded }: OpenOptions): Promise<Reading> {
  try {
    const rows =
      loaded ?? (source === undefined ? undefined : await loadData(source, specification(request)))
    return rows === undefined ? {} : { data: trainingData(request, rows, request.seed) }
  } catch (error) {
    if (!(error instanceof DataError) && !(error instanceof ChainruleError)) throw error
    return { diagnostic: dataDiagnostic(error, request) }
  }
}

const nowhere: Span = { start: 0, end: 0 }

function dataDiagnostic(error: DataError | ChainruleError, request: DataRequest): AnyDiagnostic {
  return {
    severity: 'error',
    code: error.code,
    message: error.message,
    span: placeOf(error, request) ?? request.span ?? nowhere,
    label: '',
    related: [],
    help: error.help === undefined ? [] : [error.help],
    edits: [],
  }
}

/** The words of the text that a mistake in the data is about. */
function placeOf(
  { code, data }: DataError | ChainruleError,
  request: DataRequest,
): Span | undefined {
  const { column, file } = data
  const written = [
    ...request.targets.map(({ name }) => name),
    ...request.columns.map(({ name }) => name),
    ...request.features.flatMap(({ names }) => names),
  ]
  if (code.startsWith('split') || code.startsWith('stratify'))
    return request.split.stratify?.span ?? request.split.span
  const named = written.find(({ value, span }) => value === column && span !== undefined)
  return named?.span ?? pathSpan(request, file)
}

function pathSpan({ source }: DataRequest, file: unknown): Span | undefined {
  if (source.kind === 'synthetic') return source.generator.span
  const paths =
    source.kind === 'idx'
      ? [source.images, source.labels, source.testImages, source.testLabels]
      : [source.path]
  return (paths.find((path) => path?.value === file) ?? paths[0])?.span
}

function warningsOf(
  data: TrainingData | undefined,
  request: DataRequest | undefined,
): AnyDiagnostic[] {
  return (data?.warnings ?? []).map(({ code, message, help, data: place }) => ({
    severity: 'warning',
    code,
    message,
    span:
      (request === undefined ? undefined : pathSpan(request, place.file)) ??
      request?.span ??
      nowhere,
    label: '',
    related: [],
    help: help === undefined ? [] : [help],
    edits: [],
  }))
}
