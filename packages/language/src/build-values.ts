import { type IToken, tokenMatcher } from 'chevrotain'
import type { Index, Name, Operation, Reference, Span, Value } from './ast.ts'
import * as t from './tokens.ts'

/** From tokens to the values of the syntax tree. */

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r', b: '\b', f: '\f' }

/** The text that a string stands for. A typographically quoted one has no escapes. */
function readText(token: IToken): string {
  if (token.tokenType === t.ForeignText) return token.image.slice(1, -1)
  const inside = token.image.slice(1, token.tokenType === t.UnclosedText ? undefined : -1)
  return inside.replace(/\\(?:u([0-9A-Fa-f]{4})|([\s\S]))/g, (_, hex?: string, sign = '') =>
    hex === undefined ? (escapes[sign] ?? sign) : String.fromCharCode(Number.parseInt(hex, 16)),
  )
}

/** The value of a token that is one by itself. */
export function readLiteral(token: IToken): Value {
  const span = t.spanOf(token)
  if (token.tokenType === t.MalformedNumber) {
    const value = Number(token.image.replaceAll('_', ''))
    return Number.isNaN(value) ? { kind: 'missing', span } : { kind: 'number', span, value }
  }
  if (tokenMatcher(token, t.NumberToken))
    return { kind: 'number', span, value: Number(token.image) }
  if (tokenMatcher(token, t.Percent))
    return { kind: 'percent', span, percent: Number.parseFloat(token.image) }
  if (tokenMatcher(token, t.Shape))
    return { kind: 'shape', span, sizes: token.image.split('x').map(Number) }
  if (tokenMatcher(token, t.Text)) return { kind: 'text', span, value: readText(token) }
  if (tokenMatcher(token, t.Star)) return { kind: 'all', span }
  return { kind: 'truth', span, value: tokenMatcher(token, t.True) }
}

/** `@cell.0.weight` */
export function readReference(token: IToken): Reference {
  const parts: (Name | Index)[] = []
  let start = token.startOffset + 1
  for (const text of token.image.slice(1).split('.')) {
    const span = { start, end: start + text.length }
    const isIndex = /^\d/.test(text)
    parts.push(
      isIndex ? { kind: 'index', span, value: Number(text) } : { kind: 'name', span, text },
    )
    start = span.end + 1
  }
  const [first, ...path] = parts
  const name =
    first?.kind === 'name' ? first : { kind: 'name' as const, span: t.spanOf(token), text: '' }
  return { kind: 'reference', span: t.spanOf(token), name, path }
}

/** An operator and what follows it. */
export interface Step {
  readonly operator: IToken
  readonly operand: Value
}

const cover = (first: Value, last: Value): Span => ({ start: first.span.start, end: last.span.end })

/** `*` and `/` bind closer than `+` and `-`; each chain of one rank is a flat list. */
export function foldArithmetic(first: Value, steps: readonly Step[]): Value {
  const sums: { operator: IToken | undefined; factors: Step[]; first: Value }[] = []
  let term = { operator: undefined as IToken | undefined, first, factors: [] as Step[] }
  for (const step of steps) {
    if (tokenMatcher(step.operator, t.Star) || tokenMatcher(step.operator, t.Slash)) {
      term.factors.push(step)
      continue
    }
    sums.push(term)
    term = { operator: step.operator, first: step.operand, factors: [] }
  }
  sums.push(term)
  const [head, ...rest] = sums.map(({ operator, first, factors }) => ({
    operator,
    operand: chain(first, factors),
  }))
  if (head === undefined) return first
  const tail = rest.flatMap(({ operator, operand }) => (operator ? [{ operator, operand }] : []))
  return chain(head.operand, tail)
}

function chain(first: Value, steps: readonly Step[]): Value {
  const last = steps.at(-1)
  if (last === undefined) return first
  const rest = steps.map(({ operator, operand }): Operation => {
    const span = { start: operator.startOffset, end: operand.span.end }
    return { kind: 'operation', span, operator: signOf(operator), operand }
  })
  return { kind: 'arithmetic', span: cover(first, last.operand), first, rest }
}

function signOf(operator: IToken): Operation['operator'] {
  if (tokenMatcher(operator, t.Plus)) return '+'
  if (tokenMatcher(operator, t.Minus)) return '-'
  return tokenMatcher(operator, t.Star) ? '*' : '/'
}

/** The parts of `80/20`, `80%/20%` or `0.8/0.2` in percent, if it is such a ratio of two or three parts. */
export function percentagesOf(whole: Value): number[] | undefined {
  if (whole.kind !== 'arithmetic' || whole.rest.length > 2) return undefined
  if (whole.rest.some(({ operator }) => operator !== '/')) return undefined
  const parts = [whole.first, ...whole.rest.map(({ operand }) => operand)].map((part) =>
    part.kind === 'number' ? part.value : part.kind === 'percent' ? part.percent : Number.NaN,
  )
  const sum = parts.reduce((a, b) => a + b, 0)
  // Rounded, since 0.7 * 100 is 70.00000000000001 - or so.
  const round = (part: number) => Number(((part * 100) / sum).toFixed(4))
  const isWhole = Math.abs(sum - 1) < 1e-9 || Math.abs(sum - 100) < 1e-6
  return isWhole ? parts.map(round) : undefined
}
