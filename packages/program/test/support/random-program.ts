/**
 * Random programs that run: every primitive at least once, on values that stay small and finite. What jumps (`floor`,
 * comparisons, `argmax` …) only sees values that every engine has to the bit, so that engines may be compared on all
 * outputs within a tolerance.
 */
import {
  B,
  createOps,
  type Dimension,
  type DType,
  isFloat,
  isRows,
  type Ops,
  type Primitive,
  type Program,
  type Shape,
  type StateDeclaration,
  sameDimension,
  sameShape,
  sameType,
  sizeAt,
  type Tensor,
  type TensorType,
  Trace,
} from '../../src/index.ts'
import { type Numbers, numbersFrom } from './random-numbers.ts'

export interface RandomProgramOptions {
  readonly float?: 'f32' | 'f64'
  readonly maxBatch?: number
  /** Primitives beyond one of each. */
  readonly extra?: number
}

/**
 * So many seeds of random programs: 0, 1, 2 …, the same in every run, or from `CHAINRULE_SEED` on, for whoever looks for
 * more. A failure names the seed.
 */
export function programSeeds(count: number): number[] {
  const first = Number(process.env['CHAINRULE_SEED'] ?? 0)
  return Array.from({ length: count }, (_, i) => first + i)
}

/** Entry `main` has every value as an output; entry `advance` replaces states, two of them by each other. */
export function randomProgram(seed: number, options: RandomProgramOptions = {}): Program {
  const { float = 'f32', maxBatch = 4, extra = 20 } = options
  const { inputs, state } = declarations(float)
  const maker = new Maker(numbersFrom(seed), float, maxBatch)
  for (const [name, type] of Object.entries(inputs)) maker.source('input', name, type)
  for (const [name, { type }] of Object.entries(state)) maker.source('state', name, type)
  const more = Array.from({ length: extra }, () => maker.numbers.pick(primitives) ?? 'add')
  for (const primitive of [...maker.numbers.shuffled(primitives), ...more]) maker.make(primitive)
  const outputs = Object.fromEntries(maker.made.map((tensor, i) => [`o${i}`, tensor]))
  const entries = { main: maker.ops.trace.entry(outputs), advance: advance(float, state) }
  return { version: 1, maxBatch, inputs, state, entries }
}

interface Declarations {
  readonly inputs: Record<string, TensorType>
  readonly state: Record<string, StateDeclaration>
}

function declarations(float: 'f32' | 'f64'): Declarations {
  const type = (dtype: DType, ...shape: Dimension[]): TensorType => ({ dtype, shape })
  return {
    inputs: {
      x: type(float, B, 3),
      image: type(float, B, 4, 4, 2),
      sequence: type(float, { rows: 2 }, 3),
      labels: type('i32', B),
      bytes: type('u8', B, 3),
      mask: type('bool', B),
      'first row': type('i32'),
    },
    state: {
      weight: { type: type(float, 3, 4), kind: 'parameter' },
      other: { type: type(float, 3, 4), kind: 'slot' },
      bias: { type: type(float, 4), kind: 'parameter' },
      rate: { type: type(float), kind: 'hyperparameter' },
      seed: { type: type('i32'), kind: 'counter' },
      step: { type: type('i32', 2), kind: 'counter' },
    },
  }
}

function advance(float: 'f32' | 'f64', state: Declarations['state']): Program['entries'][string] {
  const ops = createOps(new Trace(float))
  const read = (name: string): Tensor =>
    ops.trace.source('state', name, state[name]?.type ?? { dtype: float, shape: [] })
  const [weight, other, bias, rate] = ['weight', 'other', 'bias', 'rate'].map(read) as [
    Tensor,
    Tensor,
    Tensor,
    Tensor,
  ]
  const step = ops.add(read('step'), 1)
  const updates = { weight: other, other: weight, bias: ops.sub(bias, ops.mul(bias, rate)), step }
  return ops.trace.entry({ norm: ops.sum(ops.square(weight)) }, updates, ops.sum(bias))
}

/** Results of these are the same to the bit wherever their operands are. */
const exactPrimitives: ReadonlySet<Primitive> = new Set<Primitive>([
  'constant',
  'input',
  'state',
  'iota',
  'random',
  'neg',
  'abs',
  'sign',
  'floor',
  'not',
  'maximum',
  'minimum',
  'equal',
  'less',
  'lessEqual',
  'and',
  'or',
  'select',
  'reshape',
  'transpose',
  'broadcast',
  'slice',
  'pad',
  'concat',
  'max',
  'argmax',
  'gather',
  'unfold',
])

const maxElements = 600

class Maker {
  readonly numbers: Numbers
  readonly ops: Ops
  readonly made: Tensor[] = []
  readonly #float: 'f32' | 'f64'
  readonly #maxBatch: number
  readonly #exact = new Map<number, boolean>()

  constructor(numbers: Numbers, float: 'f32' | 'f64', maxBatch: number) {
    this.numbers = numbers
    this.ops = createOps(new Trace(float))
    this.#float = float
    this.#maxBatch = maxBatch
  }

  source(kind: 'input' | 'state', name: string, type: TensorType): void {
    const tensor = this.ops.trace.source(kind, name, type)
    this.made.push(tensor)
  }

  /** Tries until a result is small enough; what was too large stays behind as dead code. */
  make(primitive: Primitive): void {
    for (let attempt = 0; attempt < 50; attempt++) {
      const tensor = makers[primitive](this)
      if (tensor === undefined) continue
      const { shape } = tensor
      if (sizeAt(shape, this.#maxBatch) > maxElements || shape.length > 6) continue
      if (shape.filter(isRows).length > 2) continue
      this.made.push(tensor)
      return
    }
    throw new Error(`no operands found for \`${primitive}\``)
  }

  any(accepts: (tensor: Tensor) => boolean): Tensor | undefined {
    return this.numbers.pick(this.made.filter(accepts))
  }

  float(minRank = 0): Tensor | undefined {
    return this.any(({ dtype, shape }) => dtype === this.#float && shape.length >= minRank)
  }

  /** A float between -3 and 3. */
  tame(minRank = 0): Tensor | undefined {
    const x = this.float(minRank)
    return x && this.ops.clamp(x, -3, 3)
  }

  of(dtype: DType, minRank = 0): Tensor | undefined {
    return this.any((tensor) => tensor.dtype === dtype && tensor.shape.length >= minRank)
  }

  /** Numbers that every engine has to the bit. */
  exact(minRank = 0): Tensor | undefined {
    return this.any(
      (tensor) =>
        (isFloat(tensor.dtype) || tensor.dtype === 'i32') &&
        tensor.shape.length >= minRank &&
        this.isExact(tensor.id),
    )
  }

  isExact(id: number): boolean {
    const known = this.#exact.get(id)
    if (known !== undefined) return known
    const instruction = this.ops.trace.instructions[id]
    const exact =
      instruction !== undefined &&
      (exactPrimitives.has(instruction.primitive) || !isFloat(instruction.type.dtype)) &&
      instruction.operands.every((operand) => this.isExact(operand))
    this.#exact.set(id, exact)
    return exact
  }

  /** Another tensor of the same type: an older one, or `x` with its elements changed. */
  like(x: Tensor): Tensor {
    const same = this.any((other) => sameType(other.type, x.type) && other.id !== x.id)
    if (same !== undefined && this.isExact(x.id) <= this.isExact(same.id)) return same
    return x.dtype === 'bool' ? this.ops.not(x) : this.ops.neg(x)
  }

  /** A random number of `dimension`'s kind from 0 up to it. */
  part(dimension: Dimension): Dimension {
    return isRows(dimension)
      ? { rows: this.numbers.whole(dimension.rows + 1) }
      : this.numbers.whole(dimension + 1)
  }
}

type Make = (maker: Maker) => Tensor | undefined

/** With an operand, or not at all where none was found. */
function given<T>(x: Tensor | undefined, make: (x: Tensor) => T): T | undefined {
  return x && make(x)
}

function tamed(make: (ops: Ops, x: Tensor) => Tensor): Make {
  return (m) => given(m.tame(), (x) => make(m.ops, x))
}

function jumping(make: (ops: Ops, x: Tensor, z: Tensor) => Tensor): Make {
  return (m) => given(m.exact(), (x) => make(m.ops, x, m.like(x)))
}

function logical(make: (ops: Ops, x: Tensor, z: Tensor) => Tensor): Make {
  return (m) => given(m.of('bool'), (x) => make(m.ops, x, m.like(x)))
}

function tamedPair(make: (ops: Ops, x: Tensor, z: Tensor) => Tensor): Make {
  return (m) => given(m.tame(), (x) => make(m.ops, x, m.ops.clamp(m.like(x), -3, 3)))
}

/** Away from 0. */
const positive = (ops: Ops, x: Tensor): Tensor => ops.add(ops.abs(x), 0.25)

const axisOf = (m: Maker, { shape }: Tensor): number => m.numbers.whole(shape.length)

const isPlain = (dimension: Dimension | undefined): dimension is number =>
  typeof dimension === 'number'

function dot(m: Maker): Tensor | undefined {
  const [x, z] = [m.tame(1), m.tame(1)]
  if (x === undefined || z === undefined) return undefined
  const pairs = x.shape.flatMap((dimension, i) =>
    z.shape.flatMap((other, j) => (sameDimension(dimension, other) ? [[i, j] as const] : [])),
  )
  const [first, second] = m.numbers.shuffled(pairs)
  if (first === undefined) return undefined
  const free = second !== undefined && second[0] !== first[0] && second[1] !== first[1]
  const batch = free && m.numbers.whole(2) === 0 ? second : undefined
  return m.ops.dot(x, z, {
    contract: [[first[0]], [first[1]]],
    ...(batch && { batch: [[batch[0]], [batch[1]]] as const }),
  })
}

/** Joins two neighbouring axes, or gives a new one of size 1. */
function reshape(m: Maker): Tensor | undefined {
  const x = m.any(() => true)
  if (x === undefined) return undefined
  const axis = m.numbers.whole(x.shape.length + 1)
  const [here, next] = [x.shape[axis], x.shape[axis + 1]]
  if (here === undefined || next === undefined || (isRows(here) && isRows(next))) {
    return m.ops.reshape(x, [...x.shape.slice(0, axis), 1, ...x.shape.slice(axis)])
  }
  const joined = isRows(here)
    ? { rows: here.rows * Number(next) }
    : isRows(next)
      ? { rows: here * next.rows }
      : here * next
  return m.ops.reshape(x, [...x.shape.slice(0, axis), joined, ...x.shape.slice(axis + 2)])
}

function slice(m: Maker): Tensor | undefined {
  return given(
    m.any(({ shape }) => shape.length > 0),
    (x) => {
      const start = x.shape.map((dimension) => m.part(dimension))
      const size = x.shape.map((dimension, axis) => {
        const from = start[axis] ?? 0
        return isRows(dimension) || isRows(from)
          ? { rows: (isRows(dimension) ? dimension.rows : 0) - (isRows(from) ? from.rows : 0) }
          : dimension - from
      })
      return m.ops.slice(x, start, size)
    },
  )
}

function windowsOf(
  m: Maker,
  x: Tensor,
): { axes: number[]; windows: number[]; strides: number[]; dilations: number[] } | undefined {
  const runs = x.shape.flatMap((dimension, axis) =>
    isPlain(dimension) && dimension > 0
      ? [
          [axis],
          ...(isPlain(x.shape[axis + 1]) && x.shape[axis + 1] !== 0 ? [[axis, axis + 1]] : []),
        ]
      : [],
  )
  const axes = m.numbers.pick(runs)
  if (axes === undefined) return undefined
  const windows = axes.map((axis) => 1 + m.numbers.whole(Math.min(3, Number(x.shape[axis]))))
  const ones = (): number[] => axes.map(() => 1 + m.numbers.whole(2))
  return { axes, windows, strides: ones(), dilations: ones() }
}

/** An unfolded tensor and what unfolded it. */
function unfolded(m: Maker, x: Tensor | undefined) {
  const windows = x && windowsOf(m, x)
  return x && windows && { x, windows, y: m.ops.unfold(x, windows) }
}

function indicesFor(m: Maker, updates: Tensor): Tensor {
  const lead = m.any(
    ({ dtype, shape }) => dtype === 'i32' && sameShape(shape, updates.shape.slice(0, shape.length)),
  )
  // Some indices fall outside on purpose.
  return lead ?? m.ops.sub(m.ops.iota(updates.shape.slice(0, 1), 0), 1)
}

const makers: { readonly [P in Primitive]: Make } = {
  constant: (m) => {
    const values = Array.from({ length: 3 }, () => m.numbers.whole(9) - 4)
    return m.numbers.whole(2) === 0
      ? m.ops.constant(values)
      : m.ops.constant(0.5, { shape: [B, 3] })
  },
  input: (m) => m.any(() => true),
  state: (m) => m.any(() => true),
  iota: (m) =>
    given(
      m.any(({ shape }) => shape.length > 0),
      (x) => m.ops.iota(x.shape, axisOf(m, x), m.numbers.pick(['i32', m.ops.trace.float])),
    ),
  random: (m) => {
    const scalar = m.any(({ dtype, shape }) => dtype === 'i32' && shape.length === 0)
    const pair = m.any(({ dtype, shape }) => dtype === 'i32' && sameShape(shape, [2]))
    const shape = m.any(({ shape }) => shape.length > 0)?.shape
    if (!scalar || !pair || !shape) return undefined
    return m.ops.random(scalar, pair, m.like(scalar), { site: m.numbers.whole(100), shape })
  },
  cast: (m) => {
    const to = m.numbers.pick<DType>(['i32', 'bool', m.ops.trace.float, 'u8']) ?? 'i32'
    return given(
      m.any(({ dtype, id }) => dtype !== to && m.isExact(id)),
      (x) => m.ops.cast(x, to),
    )
  },
  neg: (m) => given(m.float(), m.ops.neg),
  abs: (m) => given(m.float(), m.ops.abs),
  sign: jumping((ops, x) => ops.sign(x)),
  floor: (m) =>
    given(
      m.any(({ dtype, id }) => isFloat(dtype) && m.isExact(id)),
      m.ops.floor,
    ),
  exp: tamed((ops, x) => ops.exp(x)),
  expm1: tamed((ops, x) => ops.expm1(x)),
  log: tamed((ops, x) => ops.log(positive(ops, x))),
  log1p: tamed((ops, x) => ops.log1p(ops.abs(x))),
  sqrt: tamed((ops, x) => ops.sqrt(positive(ops, x))),
  tanh: tamed((ops, x) => ops.tanh(x)),
  sigmoid: tamed((ops, x) => ops.sigmoid(x)),
  erf: tamed((ops, x) => ops.erf(x)),
  sin: tamed((ops, x) => ops.sin(x)),
  cos: tamed((ops, x) => ops.cos(x)),
  not: logical((ops, x) => ops.not(x)),
  add: (m) =>
    given(m.numbers.whole(3) === 0 ? m.of('i32') : m.tame(), (x) => m.ops.add(x, m.like(x))),
  sub: (m) =>
    given(m.numbers.whole(3) === 0 ? m.of('i32') : m.tame(), (x) => m.ops.sub(x, m.like(x))),
  mul: (m) =>
    given(m.numbers.whole(3) === 0 ? m.of('i32') : undefined, (x) => m.ops.mul(x, m.like(x))) ??
    tamedPair((ops, x, z) => ops.mul(x, z))(m),
  div: tamedPair((ops, x, z) => ops.div(x, positive(ops, z))),
  pow: tamedPair((ops, x, z) => ops.pow(positive(ops, x), z)),
  maximum: tamedPair((ops, x, z) => ops.maximum(x, z)),
  minimum: tamedPair((ops, x, z) => ops.minimum(x, z)),
  equal: jumping((ops, x, z) => ops.equal(x, z)),
  less: jumping((ops, x, z) => ops.less(x, z)),
  lessEqual: jumping((ops, x, z) => ops.lessEqual(x, z)),
  and: logical((ops, x, z) => ops.and(x, z)),
  or: logical((ops, x, z) => ops.or(x, z)),
  select: (m) => given(m.exact(), (x) => m.ops.select(m.ops.less(x, m.like(x)), x, m.like(x))),
  dot,
  reshape,
  transpose: (m) =>
    given(
      m.any(({ shape }) => shape.length > 1),
      (x) => m.ops.transpose(x, m.numbers.shuffled(x.shape.map((_, axis) => axis))),
    ),
  broadcast: (m) =>
    given(
      m.any(() => true),
      (x) => {
        const added = m.numbers.pick<Dimension>([2, 3, B]) ?? 2
        const at = m.numbers.whole(x.shape.length + 1)
        const shape: Shape = [...x.shape.slice(0, at), added, ...x.shape.slice(at)]
        const axes = x.shape.map((_, axis) => (axis < at ? axis : axis + 1))
        return m.ops.trace.emit('broadcast', [x], { shape, axes })
      },
    ),
  slice,
  pad: (m) =>
    given(
      m.any(({ dtype }) => dtype !== 'bool'),
      (x) => {
        const sizes = (): Dimension[] =>
          x.shape.map((dimension) =>
            isRows(dimension) ? { rows: m.numbers.whole(2) } : m.numbers.whole(3),
          )
        return m.ops.pad(x, sizes(), sizes(), m.numbers.whole(3))
      },
    ),
  concat: (m) =>
    given(
      m.any(({ shape }) => shape.length > 0),
      (x) => {
        const others =
          m.numbers.whole(2) === 0
            ? [x]
            : [
                m.ops.slice(
                  x,
                  x.shape.map(() => 0),
                  x.shape,
                ),
              ]
        return m.ops.concat([x, ...others], axisOf(m, x))
      },
    ),
  sum: (m) =>
    given(m.numbers.whole(4) === 0 ? m.of('i32', 1) : m.float(1), (x) =>
      m.ops.sum(
        x,
        x.shape.flatMap((_, axis) => (m.numbers.whole(2) === 0 ? [axis] : [])),
      ),
    ),
  max: (m) =>
    given(m.exact(1), (x) => {
      const axis = axisOf(m, x)
      return isPlain(x.shape[axis]) && x.shape[axis] !== 0 ? m.ops.max(x, axis) : undefined
    }),
  argmax: (m) =>
    given(m.exact(1), (x) => {
      const axis = axisOf(m, x)
      return isPlain(x.shape[axis]) && x.shape[axis] !== 0 ? m.ops.argmax(x, axis) : undefined
    }),
  gather: (m) => {
    const table = m.any(({ shape }) => isPlain(shape[0]))
    const indices = m.of('i32')
    return table && indices && m.ops.gather(table, indices)
  },
  scatterAdd: (m) =>
    given(m.float(1), (x) => m.ops.scatterAdd(indicesFor(m, x), x, 1 + m.numbers.whole(5))),
  unfold: (m) =>
    unfolded(
      m,
      m.any(({ shape }) => shape.some(isPlain)),
    )?.y,
  fold: (m) => {
    const source = unfolded(m, m.tame(1))
    if (source === undefined) return undefined
    const { x, windows, y } = source
    const sizes = windows.axes.map((axis) => Number(x.shape[axis]))
    return m.ops.fold(m.like(y), { ...windows, sizes })
  },
  allReduceSum: (m) => given(m.float(), m.ops.allReduceSum),
}

/** All of them, in the order of their table. */
export const primitives = Object.keys(makers) as readonly Primitive[]
