/** Pieces of LaTeX with what is needed to put them together: how tightly each holds, and what kind of thing it is. */
import type { Attributes, Primitive } from '@chainrule/program'

/** From loosest to tightest: what a piece needs brackets in. */
export const level = { relation: 0, sum: 1, product: 2, power: 3, atom: 4 } as const

export interface Piece {
  readonly latex: string
  readonly level: number
  /** `tensor` beside `tensor` is multiplied with ⊙; a `number` is written before what it multiplies. */
  readonly kind: 'number' | 'scalar' | 'tensor'
  /** Of a product with a number: that, and the rest. */
  readonly scaled?: { readonly by: number; readonly of: Piece }
  /** Of a difference: what is taken from what. */
  readonly difference?: readonly [from: Piece, taken: Piece]
}

export const atom = (latex: string, kind: Piece['kind'] = 'tensor'): Piece => ({
  latex,
  level: level.atom,
  kind,
})

/** A piece in brackets where it holds less tightly than it must. */
export function within(piece: Piece, least: number): string {
  return piece.level < least ? `\\left(${piece.latex}\\right)` : piece.latex
}

type Writer = (operands: readonly Piece[]) => Piece

const nothing = atom('\\cdot')
const pair = ([x = nothing, y = nothing]: readonly Piece[]): [Piece, Piece] => [x, y]
const kindOf = (...pieces: readonly Piece[]): Piece['kind'] => {
  if (pieces.some(({ kind }) => kind === 'tensor')) return 'tensor'
  return pieces.every(({ kind }) => kind === 'number') ? 'number' : 'scalar'
}

/** `name(x)`. */
const call =
  (name: string): Writer =>
  (operands) => ({
    latex: `${name}\\left(${operands.map(({ latex }) => latex).join(', ')}\\right)`,
    level: level.atom,
    kind: kindOf(...operands),
  })

const relation =
  (sign: string): Writer =>
  (operands) => {
    const [x, y] = pair(operands)
    return {
      latex: `${within(x, level.sum)} ${sign} ${within(y, level.sum)}`,
      level: level.relation,
      kind: kindOf(x, y),
    }
  }

const isNegative = ({ latex, level: own }: Piece): boolean =>
  latex.startsWith('-') && own >= level.sum

const add: Writer = (operands) => {
  const [x, y] = pair(operands)
  const isMinus = isNegative(y) && y.level !== level.sum
  const latex = isMinus
    ? `${within(x, level.sum)} - ${y.latex.slice(1)}`
    : `${within(x, level.sum)} + ${isNegative(y) ? within(y, level.product) : within(y, level.sum)}`
  return { latex, level: level.sum, kind: kindOf(x, y) }
}

const sub: Writer = (operands) => {
  const [x, y] = pair(operands)
  const right = isNegative(y) ? `\\left(${y.latex}\\right)` : within(y, level.product)
  return {
    latex: `${within(x, level.sum)} - ${right}`,
    level: level.sum,
    kind: kindOf(x, y),
    difference: [x, y],
  }
}

function negative(x: Piece): Piece {
  if (x.difference !== undefined) return sub([...x.difference].reverse())
  return {
    latex: `-${isNegative(x) ? `\\left(${x.latex}\\right)` : within(x, level.product)}`,
    level: level.sum,
    kind: x.kind,
    ...(x.scaled === undefined ? {} : { scaled: { ...x.scaled, by: -x.scaled.by } }),
  }
}

export function power(x: Piece, exponent: string): Piece {
  const isSimple = !isNegative(x) && x.level >= level.atom && !/[\^/]|frac/.test(x.latex)
  const base = isSimple ? `{${x.latex}}` : `\\left(${x.latex}\\right)`
  return { latex: `${base}^{${exponent}}`, level: level.power, kind: x.kind }
}

/** The sign of a product: ⊙ of two tensors, a dot where numbers meet, else none. */
function timesSign(x: Piece, y: Piece): string {
  if (x.kind === 'tensor' && y.kind === 'tensor') return ' \\odot '
  return /^\d/.test(y.latex) ? ' \\cdot ' : '\\,'
}

/** Numbers stand before what they multiply. */
const order: Readonly<Record<Piece['kind'], number>> = { number: 0, scalar: 1, tensor: 2 }

/** Σ with everything that follows is one piece: after it nothing may be multiplied without brackets. */
const isSum = ({ latex }: Piece): boolean => latex.startsWith('\\sum')

const times: Writer = (operands) => {
  const [first, second] = pair(operands)
  if (first.latex === second.latex && first.kind !== 'number') return power(first, '2')
  const swapped = order[second.kind] < order[first.kind]
  const [x, y] = swapped ? [second, first] : [first, second]
  if (x.kind === 'number' && x.latex === '1') return y
  if (x.kind === 'number' && x.latex === '-1') return negative(y)
  if (x.kind === 'number' && isNegative(x))
    return negative(times([{ ...x, latex: x.latex.slice(1), level: level.atom }, y]))
  const isOfSum = x.kind === 'number' && isSum(y)
  const right = isNegative(y)
    ? `\\left(${y.latex}\\right)`
    : within(y, isOfSum ? level.sum : level.product)
  return {
    latex: `${within(x, level.product)}${timesSign(x, y)}${right}`,
    level: isOfSum ? level.sum : level.product,
    kind: kindOf(x, y),
    ...(x.kind === 'number' ? { scaled: { by: Number(x.latex), of: y } } : {}),
  }
}

const over: Writer = (operands) => {
  const [x, y] = pair(operands)
  return { latex: `\\frac{${x.latex}}{${y.latex}}`, level: level.atom, kind: kindOf(x, y) }
}

const around =
  (left: string, right: string): Writer =>
  ([x = nothing]) => ({ latex: `${left}${x.latex}${right}`, level: level.atom, kind: x.kind })

/** e^(x ln β) is βˣ where β is a number of few digits, as that of a moving average is. */
const exponential: Writer = ([x = nothing]) => {
  const exact = Math.exp(x.scaled?.by ?? Number.NaN)
  const base = Number(exact.toPrecision(4))
  // As exactly as numbers are written.
  const isShort = x.scaled !== undefined && Math.abs(base - exact) < 1e-6 && base !== 1
  if (!isShort) return call('\\exp')([x])
  return { ...power(atom(String(base), 'number'), x.scaled.of.latex), kind: x.kind }
}

const not: Writer = ([x = nothing]) => ({
  latex: `\\lnot ${within(x, level.atom)}`,
  level: level.product,
  kind: x.kind,
})

/** 1 where a condition holds, else 0. */
export const iverson = (x: Piece): Piece => atom(`\\left[${x.latex}\\right]`, x.kind)

type Elementwise = {
  readonly [P in Primitive]: keyof Attributes[P] extends never ? P : never
}[Exclude<Primitive, 'gather' | 'allReduceSum'>]

/** How an elementwise primitive is written, from its operands as they are written. */
export const elementwise: { readonly [P in Elementwise]: Writer } = {
  neg: ([x = nothing]) => negative(x),
  abs: around('\\left|', '\\right|'),
  sign: call('\\operatorname{sign}'),
  floor: around('\\left\\lfloor ', '\\right\\rfloor'),
  exp: exponential,
  expm1: ([x = nothing]) => sub([exponential([x]), atom('1', 'number')]),
  log: call('\\ln'),
  log1p: ([x = nothing]) => call('\\ln')([add([atom('1', 'number'), x])]),
  sqrt: around('\\sqrt{', '}'),
  tanh: call('\\tanh'),
  sigmoid: call('\\operatorname{sigmoid}'),
  erf: call('\\operatorname{erf}'),
  sin: call('\\sin'),
  cos: call('\\cos'),
  not,
  add,
  sub,
  mul: times,
  div: over,
  pow: (operands) => {
    const [x, y] = pair(operands)
    return power(x, y.latex)
  },
  maximum: call('\\max'),
  minimum: call('\\min'),
  equal: relation('='),
  less: relation('<'),
  lessEqual: relation('\\le'),
  and: relation('\\land'),
  or: relation('\\lor'),
  select: ([condition = nothing, x = nothing, y = nothing]) => ({
    latex: `\\begin{cases} ${x.latex} & ${condition.latex} \\\\ ${y.latex} & \\text{otherwise} \\end{cases}`,
    level: level.relation,
    kind: kindOf(x, y, condition),
  }),
}

/** An elementwise primitive as it is written; `undefined` of another. */
export const elementwiseWriter = (primitive: Primitive): Writer | undefined =>
  (elementwise as Readonly<Partial<Record<Primitive, Writer>>>)[primitive]
