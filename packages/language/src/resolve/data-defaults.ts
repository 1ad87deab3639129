import type { Argument, Directive, Value } from '../ast.ts'
import type { Edit } from '../diagnostic.ts'
import { nameText } from '../word.ts'
import { sourceTaker } from './data-source.ts'
import { type DefaultsContext, fillArguments } from './defaults.ts'
import { pathText } from './evaluate.ts'

/** What a generator of synthetic data takes where nothing is written; which there are is the data package's to say. */
export type GeneratorDefaults = (name: string) => Readonly<Record<string, number>>

/** The edits that write out what a `data` directive leaves out. */
export function fillSource(
  [first, ...args]: readonly Argument[],
  context: DefaultsContext,
  generatorDefaults: GeneratorDefaults,
): Edit[] {
  if (first?.value.kind !== 'word') return []
  const kind = pathText(first.value.path)
  if (kind === 'synthetic') return fillGenerator(args, generatorDefaults)
  const taker = sourceTaker(kind, context.registry)
  const end = args.at(-1)?.span.end ?? first.span.end
  return taker === undefined ? [] : fillArguments(taker, args, end, context)
}

/** `spiral` becomes `spiral(points=200, noise=0.1)`; options may also stand behind it. */
function fillGenerator(
  [first, ...more]: readonly Argument[],
  generatorDefaults: GeneratorDefaults,
): Edit[] {
  const value = first?.value
  if (value?.kind !== 'word' && value?.kind !== 'call') return []
  const inside = value.kind === 'call' ? value.arguments : []
  const written = new Set([...inside, ...more].map(({ name }) => name?.text))
  const left = Object.entries(generatorDefaults(pathText(value.path)))
    .filter(([name]) => !written.has(name))
    .map(([name, usual]) => `${name}=${usual}`)
    .join(', ')
  if (left === '') return []
  const nameEnd = value.path.at(-1)?.span.end ?? value.span.end
  const { end } = value.span
  if (end === nameEnd) return [{ span: { start: end, end }, text: `(${left})` }]
  const text = inside.length === 0 ? left : `, ${left}`
  return [{ span: { start: end - 1, end: end - 1 }, text }]
}

/** What is written instead of something, and statements that the text leaves out. */
export interface Filled {
  readonly edits: readonly Edit[]
  readonly missing: readonly string[]
}

/** How the columns of a table were read: what was guessed, and what stands for missing values. */
export interface ReadColumns {
  /** The columns of each input, in their order; `input` is missing where the text declares none. */
  readonly features: readonly {
    readonly input: string | undefined
    readonly names: readonly string[]
  }[]
  readonly columns: readonly ReadColumn[]
}

/** How a column was read. */
export interface ReadColumn {
  readonly name: string
  readonly type: string
  /** Missing for a target, whose values are never filled in. */
  readonly missing?: string
}

/** Writes out which columns are features, their types, and what stands for their missing values. */
export function fillColumns(
  directives: readonly Directive[],
  { features, columns }: ReadColumns,
): Filled {
  const named = (word: string) => directives.filter(({ name }) => name.text === word)
  const ofColumns = new Map(
    named('column').flatMap((node) => {
      const name = columnName(node.arguments[0]?.value)
      return name === undefined ? [] : [[name, node] as const]
    }),
  )
  const edits: Edit[] = []
  const missing = named('features').length > 0 ? [] : features.map(featuresLine)
  for (const column of columns) {
    const written = ofColumns.get(column.name)
    const line = columnLine(column)
    if (written === undefined) missing.push(line)
    else edits.push({ span: written.span, text: line })
  }
  return { edits, missing }
}

function columnName(value: Value | undefined): string | undefined {
  if (value?.kind === 'word') return pathText(value.path)
  return value?.kind === 'text' ? value.value : undefined
}

function featuresLine({ input, names }: ReadColumns['features'][number]): string {
  const of = input === undefined ? '' : `@${input} `
  return `features ${of}[${names.map(nameText).join(', ')}]`
}

const columnLine = ({ name, type, missing }: ReadColumn): string =>
  `column ${nameText(name)} ${type}${missing === undefined ? '' : ` missing=${missing}`}`
