import type { Argument } from '../ast.ts'
import type { Edit } from '../diagnostic.ts'
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
  const taker = sourceTaker(kind)
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
