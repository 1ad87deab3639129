/** The way from a text to something that can be trained, and all that is wrong on the way, with its place. */
import { ChainruleError, type Registry } from '@chainrule/core'
import { type Dataset, type FileSource, type Loaded, loadData } from '@chainrule/data'
import {
  type DataRequest,
  type DataRequestOptions,
  dataRequest,
  type Experiment,
  type File,
  type OtherText,
  type ParseResult,
  parse,
  resolve,
  type Span,
  type Use,
  type Used,
  type Written,
} from '@chainrule/language'
import type { PluginSource } from '@chainrule/plugins'
import { type AnyDiagnostic, type DataProblem, dataDiagnostic } from './diagnostics.ts'
import { modelUnknown } from './errors.ts'
import { linkFiles } from './linked-files.ts'
import { linkPlugins } from './linked-plugins.ts'
import { meantWord } from './meant-word.ts'
import { missingColumns, namedColumns } from './named-columns.ts'
import { specification, type TrainingData, trainingData } from './training-data.ts'

/** Where a text finds what it names, and how far it is to be looked at. */
export interface OpenOptions {
  /** The file's name, for diagnostics. */
  readonly file?: string
  readonly registry: Registry
  /** Opens what the text names; without one, data are not looked at. */
  readonly source?: FileSource
  /** Finds the plugins that the text names. */
  readonly plugins?: PluginSource
  /** Whether the model is to run, and with it the code of its plugins; else their manifests are enough. */
  readonly runs?: boolean
  /** Remembers data, for a host that opens a text again and again. */
  readonly remember?: RememberData
  /** The rows, for a text that names none. */
  readonly rows?: GivenRows
  /** Instead of the text's own. */
  readonly seed?: number
  /** The model to look at, where the text holds several. */
  readonly model?: string
  /** Whether an input of unknown shape is a mistake; without data a text may leave that open. */
  readonly requireShapes?: boolean
  /** Whether a file of nothing but blocks is a mistake; it is where left out. */
  readonly requireModel?: boolean
}

/** Gives the data of a request: what `read` gives, or what it gave for the same request and the same files. */
export type RememberData = (
  request: DataRequest,
  read: () => Promise<TrainingData | undefined>,
) => Promise<TrainingData | undefined>

/** What a host remembers data by: two requests that differ only in their places in the text ask for the same. */
export const requestKey = (request: DataRequest): string =>
  JSON.stringify(request, (name, value: unknown) => (name === 'span' ? undefined : value))

/** Rows from elsewhere, already read. */
export interface GivenRows {
  readonly data: Dataset
  /** What the rows are called in messages. */
  readonly name: string
  /** The column to predict, where the text names none. */
  readonly target?: string
}

/** A text with what was found in it, in its data and in the files that it uses, however much of it is wrong. */
export interface Opened {
  readonly text: string
  readonly file: string
  readonly ast: File
  /** All plugins that the text may name, those of its `use` among them. */
  readonly registry: Registry
  /** The texts that this one uses; places of diagnostics may lie in them. */
  readonly others: readonly OtherText[]
  /** What each `use` leads to. */
  readonly uses: ReadonlyMap<Use, Used>
  /** The names of all models of the text. */
  readonly models: readonly string[]
  readonly request: DataRequest | undefined
  readonly data: TrainingData | undefined
  /** Missing where there are errors. */
  readonly experiment: Experiment | undefined
  readonly diagnostics: readonly AnyDiagnostic[]
}

/**
 * Parses, reads the data, resolves. Mistakes in the text and in the data become diagnostics.
 *
 * Errors     model-unknown
 */
export async function open(text: string, options: OpenOptions): Promise<Opened> {
  return openParsed(parse(text, { file: options.file ?? 'model.mlp' }), options)
}

/** The same from a text that was parsed already. */
export async function openParsed(parsed: ParseResult, options: OpenOptions): Promise<Opened> {
  const { model } = options
  const { ast, text, file, diagnostics: syntax } = parsed
  const linked = await linkFiles(parsed, options.source)
  const used = [...new Set(linked.uses.values())].flatMap((each) =>
    each.ast === undefined ? [] : [{ ast: each.ast, path: each.path }],
  )
  const { registry, ...plugins } = await linkPlugins(
    [{ ast, path: '' }, ...used],
    options.registry,
    options.plugins,
    options.runs === true,
  )
  const uses = new Map([...linked.uses, ...plugins.uses])
  const named = { uses, ...(model === undefined ? {} : { model }) }
  const asked = dataRequest(ast, { registry, ...named, ...sourceOf(options.rows) })
  if (model !== undefined && !asked.models.includes(model)) throw modelUnknown(model, asked.models)
  const request = withSeed(asked.request, options.seed)
  const found: AnyDiagnostic[] = [
    ...syntax,
    ...linked.diagnostics,
    ...plugins.diagnostics,
    ...asked.diagnostics,
  ]
  if (request !== undefined && options.rows !== undefined)
    found.push(...saidTwice(request, options.rows))
  const isUnclear = asked.models.length > 1 && model === undefined
  const reading =
    isUnclear || hasErrors(found) || request === undefined
      ? undefined
      : await readData(request, options, plugins.describedReaders)
  found.push(...(reading?.diagnostics ?? []))
  const facts = reading?.data?.facts
  const resolved = resolve(ast, {
    registry,
    file,
    ...named,
    ...(facts === undefined ? {} : { facts }),
    ...(request === undefined ? {} : { request }),
    requireModel: options.requireModel !== false,
    isDescribed: plugins.areDescribed,
    // Where the data could not be read, that they do not give the shapes follows from that.
    requireShapes: options.requireShapes === true && !hasErrors(found) && !plugins.areDescribed,
  })
  found.push(...resolved.diagnostics, ...warningsOf(reading?.data, request))
  if (plugins.shapeless.size > 0) {
    const { shapesUnchecked } = await import('./unchecked.ts')
    found.push(...shapesUnchecked([ast, ...used.map((each) => each.ast)], plugins.shapeless))
  }
  const diagnostics = found.toSorted((a, b) => a.span.start - b.span.start)
  const isWhole = !hasErrors(diagnostics) && !plugins.areDescribed
  const experiment = isWhole ? resolved.experiment : undefined
  const texts = { text, file, ast, registry, others: linked.others, uses, models: asked.models }
  return { ...texts, request, data: reading?.data, experiment, diagnostics }
}

/** A seed that was asked for beside the text decides the split too, as the same number in the text does. */
function withSeed(
  request: DataRequest | undefined,
  seed: number | undefined,
): DataRequest | undefined {
  return request === undefined || seed === undefined ? request : { ...request, seed }
}

/** Whether some of them are errors, so that nothing can be trained. */
export function hasErrors(diagnostics: readonly AnyDiagnostic[]): boolean {
  return diagnostics.some(({ severity }) => severity === 'error')
}

/** What both the text and the rows from elsewhere say: else one of the two would be passed over in silence. */
function saidTwice(request: DataRequest, rows: GivenRows): AnyDiagnostic[] {
  const problems: AnyDiagnostic[] = []
  const report = (code: string, span: Span, message: string, help: string): void => {
    problems.push(dataDiagnostic('error', { code, message, help, data: {} }, span))
  }
  if (request.span !== undefined) {
    const message = `the text names its data, and ${rows.name} was given beside it`
    report('data-twice', request.span, message, 'take `data` out of the text, or give no other')
  }
  const written = request.targets.flatMap(({ name }) => (name.span === undefined ? [] : [name]))
  const span = written[0]?.span
  const { target } = rows
  if (
    target !== undefined &&
    span !== undefined &&
    written.every(({ value }) => value !== target)
  ) {
    const message = `the text has a target, and \`${target}\` was asked for beside it`
    report('target-twice', span, message, 'take `target` out of the text, or ask for no other')
  }
  return problems
}

interface Reading {
  readonly data?: TrainingData
  readonly diagnostics?: readonly AnyDiagnostic[]
}

/** What `dataRequest` is told of rows from elsewhere. */
function sourceOf(rows: GivenRows | undefined): Pick<DataRequestOptions, 'source' | 'target'> {
  if (rows === undefined) return {}
  const { name, target } = rows
  return {
    source: { kind: 'json', path: { value: name } },
    ...(target === undefined ? {} : { target }),
  }
}

async function readData(
  request: DataRequest,
  options: OpenOptions,
  describedReaders: ReadonlySet<string>,
): Promise<Reading> {
  const { source } = request
  try {
    if (source.kind === 'reader' && describedReaders.has(source.name.value)) {
      // The file must be there, whatever stands in it.
      await options.source?.read(source.path.value)
      const span = source.name.span ?? request.span
      const { dataUnchecked } = await import('./unchecked.ts')
      return { diagnostics: [dataUnchecked(source.name.value, source.path.value, span)] }
    }
    let missing: ReturnType<typeof missingColumns> = []
    const { remember = (_, read) => read() } = options
    const data = await remember(request, async () => {
      const loaded = await loadRows(request, options)
      missing = loaded === undefined ? [] : missingColumns(request, loaded.data)
      if (loaded === undefined || missing.length > 0) return undefined
      return trainingData(request, loaded, request.seed)
    })
    if (data !== undefined) return { data }
    const place = (name: Written<string>): Span | undefined => name.span ?? request.span
    return {
      diagnostics: missing.map(({ error, name }) => dataDiagnostic('error', error, place(name))),
    }
  } catch (error) {
    if (!(error instanceof ChainruleError)) throw error
    const place = placeOf(error, request) ?? request.span
    const edits = meantWord(error, request)
    return { diagnostics: [dataDiagnostic('error', error, place, edits)] }
  }
}

/** What the text names, or else the rows from elsewhere. */
function loadRows(
  request: DataRequest,
  { source, rows }: OpenOptions,
): Promise<Loaded> | Loaded | undefined {
  if (request.span === undefined && rows !== undefined) return { data: rows.data }
  return source === undefined ? undefined : loadData(source, specification(request))
}

/** The words of the text that a mistake in the data is about. */
function placeOf(
  { code, data }: Pick<DataProblem, 'code' | 'data'>,
  request: DataRequest,
): Span | undefined {
  const { column, file, argument } = data
  const { source } = request
  if (source.kind === 'synthetic' && typeof argument === 'string')
    return source.places.get(argument) ?? source.generator.span
  if (code === 'window-too-long') return request.series?.window?.span ?? request.split.span
  if (code.startsWith('split') || code.startsWith('stratify') || code === 'rows-without-part')
    return rangeSpan(request, data) ?? request.split.stratify?.span ?? request.split.span
  const { time } = request.series ?? {}
  if (time !== undefined && code.startsWith('time-')) return time.span
  const named = namedColumns(request).find(
    ({ name: { value, span } }) => value === column && span !== undefined,
  )
  return named?.name.span ?? pathSpan(request, file)
}

/** The range of the part that a mistake is about. */
function rangeSpan({ split }: DataRequest, { part }: DataProblem['data']): Span | undefined {
  if (split.by !== 'times') return undefined
  const { train, validate, test } = split
  return Object.entries({ train, validate, test }).find(([name]) => name === part)?.[1]?.span
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
  if (data === undefined || request === undefined) return []
  return data.warnings.map((warning) =>
    dataDiagnostic('warning', warning, placeOf(warning, request) ?? request.span),
  )
}
