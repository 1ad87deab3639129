/** What a control asks for becomes edits of the text, so that the text stays the one state and undo takes them back. */
import { generators } from '@chainrule/data'
import {
  type Argument,
  type Body,
  type Call,
  type Directive,
  type Edit,
  type File,
  type Span,
  type Statement,
  type Value,
  walk,
} from '@chainrule/language'
import type { Change, GeneratorSetting, Shares } from './text-protocol.ts'

/** The edits of a change, in the order of the text. None, where the text has no place for it or says it already. */
export function changeText(ast: File, text: string, change: Change): readonly Edit[] {
  return editsOf(ast, text, change).filter(
    ({ span, text: put }) => text.slice(span.start, span.end) !== put,
  )
}

function editsOf(ast: File, text: string, change: Change): readonly Edit[] {
  switch (change.setting) {
    case 'learning-rate':
      return named(ast, text, 'optimizer', 'lr', spell(change.value), 'optimizer adam')
    case 'batch':
    case 'epochs':
      return named(ast, text, 'train', change.setting, spell(change.value), 'train')
    case 'seed':
      return seedEdits(ast, text, change.value)
    case 'generator':
      return generatorEdits(ast, text, change.value)
    case 'split':
      return inData(ast, text, 'split', splitText(change.value))
    default:
      return generatorArgument(ast, change.setting, change.value)
  }
}

/** Numbers as a person writes them. */
function spell(value: number): string {
  const short = Number(value.toPrecision(6))
  return short !== 0 && Math.abs(short) < 1e-3
    ? short.toExponential().replace('e+', 'e')
    : String(short)
}

function splitText({ train, validate, test }: Shares): string {
  const parts = Object.entries({ train, validate, test }).filter(([, share]) => share > 0)
  return `split ${parts.map(([name, share]) => `${name}=${share}%`).join(' ')}`
}

const at = (place: number): Span => ({ start: place, end: place })

/** The first directive of that name, outside of blocks. */
export function directive(ast: File, name: string): Directive | undefined {
  let found: Directive | undefined
  walk(ast, (node) => {
    if (node.kind === 'directive' && node.name.text === name) found ??= node
  })
  return found
}

/** `NAME=value` of a directive: replaced, added to it, or with a statement of its own. */
function named(
  ast: File,
  text: string,
  statement: string,
  name: string,
  value: string,
  otherwise: string,
): readonly Edit[] {
  const node = directive(ast, statement)
  if (node === undefined) return statementAtEnd(ast, text, `${otherwise} ${name}=${value}`)
  return [setArgument(node.arguments, name, value, node.name.span.end)]
}

function setArgument(given: readonly Argument[], name: string, value: string, start: number): Edit {
  const written = given.find((argument) => argument.name?.text === name)
  if (written !== undefined) return { span: written.value.span, text: value }
  return { span: at(given.at(-1)?.span.end ?? start), text: ` ${name}=${value}` }
}

function seedEdits(ast: File, text: string, seed: number): readonly Edit[] {
  const node = directive(ast, 'seed')
  const value = node?.arguments[0]?.value
  if (value !== undefined) return [{ span: value.span, text: String(seed) }]
  if (node !== undefined) return [{ span: at(node.name.span.end), text: ` ${seed}` }]
  return statementAtEnd(ast, text, `seed ${seed}`)
}

/** Behind the last statement of where statements stand: the model's braces, or the file. */
function statementAtEnd(ast: File, text: string, statement: string): readonly Edit[] {
  const body = homeOf(ast)
  const last = body.statements.at(-1)
  const place = last?.span.end ?? body.span.start
  const indent = lineIndent(text, last?.span.start ?? 0)
  const gap = last?.kind === 'directive' ? '\n' : '\n\n'
  return [
    {
      span: at(place),
      text: last === undefined ? `${statement}\n` : `${gap}${indent}${statement}`,
    },
  ]
}

function homeOf({ body }: File): Body {
  const [only, ...more] = body.statements.filter((each) => each.kind === 'model')
  const hasOwn = body.statements.some((each) => each.kind === 'pipeline')
  return only?.kind === 'model' && more.length === 0 && !hasOwn ? only.body : body
}

function lineIndent(text: string, place: number): string {
  const start = text.lastIndexOf('\n', place - 1) + 1
  return /^[ \t]*/.exec(text.slice(start, place))?.[0] ?? ''
}

/** The `synthetic NAME(…)` of the data. */
function generatorOf(node: Directive | undefined): Value | undefined {
  const [kind, generator] = node?.arguments ?? []
  const isSynthetic = kind?.value.kind === 'word' && kind.value.path[0]?.text === 'synthetic'
  return isSynthetic ? generator?.value : undefined
}

/** Another generator takes the arguments that both have; what is said of columns goes, as they are others. */
function generatorEdits(ast: File, text: string, name: string): readonly Edit[] {
  const node = directive(ast, 'data')
  const generator = generatorOf(node)
  if (
    node === undefined ||
    generator === undefined ||
    (generator.kind !== 'word' && generator.kind !== 'call')
  )
    return dataEdits(ast, text, `synthetic ${name}(points=300, noise=0.1)`)
  const { text: before, span: place } = generator.path[0] ?? {}
  if (before === undefined || place === undefined) return []
  const gone =
    generator.kind === 'call'
      ? generator.arguments.filter((each) => each.name?.text === 'classes')
      : []
  return [
    { span: place, text: name },
    ...gone.flatMap((argument) =>
      generator.kind === 'call' ? [withoutArgument(generator, argument)] : [],
    ),
    ...columnStatements(node).map((each) => withoutLine(text, each)),
    ...metricsEdits(ast, [before, name].map(isRegression)),
  ]
}

const isRegression = (generator: string): boolean => generators.get(generator)?.target === 'y'

/** Classes are measured otherwise than numbers. */
const metricsEdits = (ast: File, [was, is]: readonly boolean[]): readonly Edit[] =>
  was === is ? [] : usualMetrics(ast, is === true)

/** The usual metrics in the place of those that are written; none where none are. */
export function usualMetrics(ast: File, areNumbers: boolean): readonly Edit[] {
  const written = directive(ast, 'metrics')?.arguments
  const [first, last] = [written?.[0], written?.at(-1)]
  if (first === undefined || last === undefined) return []
  const usual = areNumbers ? '[mae, r2]' : '[accuracy, confusion]'
  return [{ span: { start: first.span.start, end: last.span.end }, text: usual }]
}

function withoutArgument({ arguments: all }: Call, argument: Argument): Edit {
  const index = all.indexOf(argument)
  const [before, after] = [all[index - 1], all[index + 1]]
  if (before !== undefined)
    return { span: { start: before.span.end, end: argument.span.end }, text: '' }
  return {
    span: { start: argument.span.start, end: after?.span.start ?? argument.span.end },
    text: '',
  }
}

/** What `data` says of its columns by their names. */
function columnStatements({ body }: Directive): readonly Statement[] {
  const named = ['target', 'features', 'column', 'window']
  return (body?.statements ?? []).filter(
    (each) => each.kind === 'directive' && named.includes(each.name.text),
  )
}

/** A statement with the line that it stands in, where that holds nothing else. */
function withoutLine(text: string, { span }: Statement): Edit {
  const start = text.lastIndexOf('\n', span.start - 1)
  const next = text.indexOf('\n', span.end)
  const end = next < 0 ? text.length : next
  const isAlone =
    text.slice(start + 1, span.start).trim() === '' && text.slice(span.end, end).trim() === ''
  return { span: isAlone && start >= 0 ? { start, end } : span, text: '' }
}

function generatorArgument(ast: File, setting: GeneratorSetting, value: number): readonly Edit[] {
  const generator = generatorOf(directive(ast, 'data'))
  const name = setting === 'data-seed' ? 'seed' : setting
  if (generator?.kind === 'word')
    return [{ span: at(generator.span.end), text: `(${name}=${spell(value)})` }]
  if (generator?.kind !== 'call') return []
  const { arguments: given, span } = generator
  const written = given.find((argument) => argument.name?.text === name)
  if (written !== undefined) return [{ span: written.value.span, text: spell(value) }]
  const last = given.at(-1)
  const place = last?.span.end ?? span.end - 1
  return [{ span: at(place), text: `${last === undefined ? '' : ', '}${name}=${spell(value)}` }]
}

/** A statement between the braces of `data`, in the place of the one of that name. */
function inData(ast: File, text: string, name: string, statement: string): readonly Edit[] {
  const node = directive(ast, 'data')
  if (node === undefined) return []
  const { body } = node
  if (body === undefined) return [{ span: at(node.span.end), text: ` {\n  ${statement}\n}` }]
  const written = body.statements.find(
    (each) => each.kind === 'directive' && each.name.text === name,
  )
  if (written !== undefined) return [{ span: written.span, text: statement }]
  const first = body.statements[0]
  if (first === undefined) return [{ span: body.span, text: `{\n  ${statement}\n}` }]
  const separator = text.slice(body.span.start, first.span.start).includes('\n')
    ? `\n${lineIndent(text, first.span.start)}`
    : '; '
  return [{ span: at(first.span.start), text: `${statement}${separator}` }]
}

/** Other data altogether; what was said of the columns of those before goes with them. */
function dataEdits(ast: File, text: string, data: string): readonly Edit[] {
  const node = directive(ast, 'data')
  if (node !== undefined) return [{ span: node.span, text: `data ${data}` }]
  const first = ast.body.statements[0]
  return [{ span: at(first?.span.start ?? text.length), text: `data ${data}\n\n` }]
}
