import type { Directive, Name, Span } from '../ast.ts'
import { diagnostic } from '../diagnostic.ts'
import { quote } from '../quote.ts'
import type { Context } from './context.ts'
import { evaluate } from './evaluate.ts'
import type { ElementType } from './flow.ts'
import { declaredTwice } from './name-errors.ts'
import type { Placed, Statements } from './statements.ts'

/** `input image 28x28x1`, `input tokens 64 integer`, `input mask 64 boolean`. */
export interface DeclaredInput {
  readonly name: Name
  /** Missing where it was wrong, which was said. */
  readonly shape: readonly number[] | undefined
  readonly shapeSpan: Span | undefined
  readonly dtype: ElementType
}

const largest = 0x7fff_ffff

/** The inputs that a text declares, each name once. */
export function readInputs(
  statements: Statements,
  contextOf: (placed: Placed<Directive>) => Context,
): DeclaredInput[] {
  const found = new Map<string, DeclaredInput>()
  for (const placed of statements.directives('input')) {
    const context = contextOf(placed)
    const input = readInput(placed.node, context)
    if (input === undefined) continue
    const first = found.get(input.name.text)
    if (first === undefined) found.set(input.name.text, input)
    else {
      const what = `the input ${quote(input.name.text)}`
      context.report(declaredTwice(input.name.span, first.name.span, what, 'give it another name'))
    }
  }
  return [...found.values()]
}

function readInput(node: Directive, context: Context): DeclaredInput | undefined {
  const { report } = context
  const [first, second, third, ...more] = node.arguments
  const name = first?.name === undefined ? first?.value : undefined
  if (name?.kind !== 'word' || name.path.length !== 1 || name.path[0] === undefined) {
    if (!node.damaged) report(unnamed(node, name?.kind === 'number' || name?.kind === 'shape'))
    return undefined
  }
  const input = {
    name: name.path[0],
    shape: undefined,
    shapeSpan: undefined,
    dtype: 'float',
  } as const
  if (node.damaged) return input
  if (second === undefined || second.name !== undefined) {
    const message = `the input ${quote(input.name.text)} has no shape`
    const help = `write how many numbers a row has: \`input ${input.name.text} 4\`, or \`28x28x1\``
    report(diagnostic('argument-missing', second?.span ?? node.span, { message, help }))
    return input
  }
  const sizes = node.arguments.slice(1)
  if (sizes.length > 1 && sizes.every(({ name, value }) => !name && value.kind === 'number')) {
    report(shapeApart(sizes))
    return input
  }
  const dtype = dtypeOf(third)
  const extra = dtype === 'float' ? third : more[0]
  if (extra !== undefined) {
    const message = '`input` takes a name, a shape, and perhaps `integer` or `boolean`'
    report(diagnostic('argument-extra', extra.span, { message, label: 'too many' }))
  }
  const shapeSpan = second.value.span
  return { ...input, shape: readShape(second.value, context), shapeSpan, dtype }
}

/** `input x 28 28` */
function shapeApart(sizes: Directive['arguments']) {
  const [start, end] = [sizes[0]?.span.start ?? 0, sizes.at(-1)?.span.end ?? 0]
  const text = sizes.map(({ value }) => (value.kind === 'number' ? value.value : '')).join('x')
  return diagnostic(
    'argument-extra',
    { start, end },
    {
      message: 'the sizes of a shape stand apart',
      label: 'they are joined by `x`',
      help: `write ${quote(text)}`,
      edits: [{ span: { start, end }, text }],
    },
  )
}

function dtypeOf(argument: Directive['arguments'][number] | undefined): ElementType {
  if (argument?.name !== undefined || argument?.value.kind !== 'word') return 'float'
  const word = argument.value.path.map(({ text }) => text).join('.')
  return word === 'integer' || word === 'boolean' ? word : 'float'
}

function unnamed({ name, arguments: args }: Directive, hasShape: boolean) {
  const first = args[0]?.span
  const start = first?.start ?? name.span.end
  return diagnostic('argument-missing', first ?? name.span, {
    message: 'an input has a name',
    label: hasShape ? 'the name comes before the shape' : 'no name',
    help: 'write `input x 4`',
    edits: hasShape ? [{ span: { start, end: start }, text: 'x ' }] : [],
  })
}

function readShape(
  value: Directive['arguments'][number]['value'],
  context: Context,
): number[] | undefined {
  if (value.kind === 'word' && context.scope.find(value.path[0]?.text ?? '') === undefined)
    return refuse(value.span, 'argument-type', context)
  const raw = evaluate(value, context)?.raw
  if (raw === undefined) return undefined
  const sizes = typeof raw === 'number' ? [raw] : Array.isArray(raw) ? raw : []
  const whole = sizes.filter((size): size is number => Number.isInteger(size))
  if (sizes.length === 0 || whole.length < sizes.length)
    return refuse(value.span, 'argument-type', context)
  if (whole.length > maxAxes || whole.some((size) => size < 1 || size > largest))
    return refuse(value.span, 'argument-range', context)
  return whole
}

const maxAxes = 8

function refuse(
  span: Span,
  code: 'argument-type' | 'argument-range',
  { report }: Context,
): undefined {
  const message = 'a shape is whole numbers from 1: `4` or `28x28x1`'
  const label = code === 'argument-type' ? 'no shape' : 'not a size'
  report(diagnostic(code, span, { message, label }))
  return undefined
}
