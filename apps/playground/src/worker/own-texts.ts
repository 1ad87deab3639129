/** Which texts are the page's own: made for their data, and with others replaced as a whole. */
import {
  applyEdits,
  type DataRequest,
  dataRequest,
  type Edit,
  parse,
  type Span,
} from '@chainrule/language'
import { dataTexts } from '../state/examples.ts'
import { changeText, directive } from './change-text.ts'
import { registry } from './open-text.ts'
import { dataSettings } from './settings.ts'
import { generatorTexts } from './start-texts.ts'
import type { Change } from './text-protocol.ts'

const ownTexts = [...generatorTexts.values(), ...dataTexts.map(({ text }) => text)]

/**
 * The text for another generator, where this one is the page's own but for what controls changed: what they said of points and
 * split stays. `undefined` where a person had a hand in it.
 */
export function ownTextFor(generator: string, text: string): string | undefined {
  const next = generatorTexts.get(generator)
  const outlined = outline(text)
  const own = ownTexts.find((each) => outline(each) === outlined)
  if (next === undefined || (own === undefined && !isOfTable(text))) return undefined
  const before = requestOf(text)
  if (own === next && isOf(before, generator)) return text
  const said = own === undefined ? [] : differences(before, requestOf(own))
  return said.reduce((now, change) => changedBy(now, change), next)
}

/** Without what the page's own text said of the data before, at its head: of others it is not true. */
export function withoutOwnHead(text: string, generator: string): string {
  const [head = ''] = text.split('\n', 1)
  const isOwn = ownTexts.some((own) => own.startsWith(`${head}\n`))
  const isTrue = generatorTexts.get(generator)?.startsWith(`${head}\n`) === true
  if (head.startsWith('//') && isOwn && !isTrue) return text.slice(head.length + 1)
  return text.replace(tableHead, '')
}

/** What the text for a table of one's own says at its head. */
const tableHead =
  /^\/\/ [\d,]+ rows of .*\. The target is .*\n(?:\/\/ {3}.*\n)*(?:\/\/ Missing values, .*\n)?/

const tableNetwork =
  /^data \{ target \S.* \} dense (16|32|64) relu -> dense \1 relu -> dense loss \S+ optimizer adam metrics \[(?:mae, r2|accuracy)\]$/

const isOfTable = (text: string): boolean =>
  tableHead.test(text) && tableNetwork.test(outline(text.replace(tableHead, '')))

/** A text without what controls change. */
function outline(text: string): string {
  const { ast } = parse(text)
  const data = directive(ast, 'data')
  const [first, last] = [data?.arguments[0], data?.arguments.at(-1)]
  const controlled = [directive(ast, 'optimizer'), directive(ast, 'train')].flatMap((each) =>
    (each?.arguments ?? []).filter(({ name }) =>
      ['lr', 'epochs', 'batch'].includes(name?.text ?? ''),
    ),
  )
  const split = (data?.body?.statements ?? []).filter(
    (each) => each.kind === 'directive' && each.name.text === 'split',
  )
  const cut: Span[] = [...controlled, ...split].map(({ span }) => span)
  if (first !== undefined && last !== undefined)
    cut.push({ start: first.span.start, end: last.span.end })
  const seed = directive(ast, 'seed')
  if (seed !== undefined) cut.push(seed.span)
  const edits = cut.map((span): Edit => ({ span, text: '' }))
  return (
    applyEdits(
      text,
      edits.toSorted((a, b) => a.span.start - b.span.start),
    )
      .replace(/\s+/g, ' ')
      .replace(/ \{ \}/, '')
      // As many outputs as there are classes.
      .replace(/dense \d+(?= (?:loss|optimizer) )/, 'dense')
      .trim()
  )
}

const requestOf = (text: string): DataRequest | undefined =>
  dataRequest(parse(text).ast, { registry }).request

const isOf = (request: DataRequest | undefined, generator: string): boolean =>
  request?.source.kind === 'synthetic' && request.source.generator.value === generator

/** What controls changed of the data, and of how they are drawn. */
function differences(now: DataRequest | undefined, own: DataRequest | undefined): Change[] {
  if (now === undefined || own === undefined) return []
  const [data, ownData] = [dataSettings(now), dataSettings(own)]
  const changes: Change[] = []
  if (data.kind === 'synthetic' && ownData.kind === 'synthetic') {
    if (data.points !== ownData.points) changes.push({ setting: 'points', value: data.points })
    if (data.noise !== ownData.noise) changes.push({ setting: 'noise', value: data.noise })
    if (data.seed !== ownData.seed) changes.push({ setting: 'data-seed', value: data.seed })
  }
  const { split } = data
  if (split !== undefined && JSON.stringify(split) !== JSON.stringify(ownData.split))
    changes.push({ setting: 'split', value: split })
  if (now.seed !== own.seed) changes.push({ setting: 'seed', value: now.seed })
  return changes
}

const changedBy = (text: string, change: Change): string =>
  applyEdits(text, changeText(parse(text).ast, text, change))
