/** A small program with an entry for each thing that an executable does beside computing. */
import {
  B,
  createOps,
  type Entry,
  type Ops,
  type Program,
  type Tensor,
  type TensorType,
  Trace,
} from '../../src/index.ts'

const maxBatch = 4
const x: TensorType = { dtype: 'f32', shape: [B, 2] }
const tag: TensorType = { dtype: 'i32', shape: [B] }
const total: TensorType = { dtype: 'f32', shape: [2] }
const count: TensorType = { dtype: 'i32', shape: [] }

interface Given {
  readonly ops: Ops
  readonly x: Tensor
  readonly tag: Tensor
  readonly total: Tensor
  readonly other: Tensor
  readonly count: Tensor
}

function entry(record: (given: Given) => Parameters<Trace['entry']>): Entry {
  const trace = new Trace()
  return trace.entry(
    ...record({
      ops: createOps(trace),
      x: trace.source('input', 'x', x),
      tag: trace.source('input', 'tag', tag),
      total: trace.source('state', 'total', total),
      other: trace.source('state', 'other', total),
      count: trace.source('state', 'count', count),
    }),
  )
}

export const contractEntries = {
  /** Adds up the columns, counts the runs, and guards the sum. */
  accumulate: entry(({ ops, x, total, count }) => {
    const sum = ops.sum(x, 0)
    const all = ops.sum(sum)
    return [{ sum }, { total: ops.add(total, sum), count: ops.add(count, 1) }, all]
  }),
  /** Exchanges two states; each is read before the other is replaced. */
  swap: entry(({ total, other }) => [{}, { total: other, other: total }]),
  /** Gives the state as it was before it is replaced, under two names, and as a view of itself. */
  replace: entry(({ ops, total }) => [
    { before: total, again: total, turned: ops.slice(total, [1], [1]) },
    { total: ops.constant(9, { shape: [2] }) },
  ]),
  /** Replaces a state by a value that others read too, and guards what they make of it. */
  descend: entry(({ ops, x, total }) => {
    const next = ops.sub(total, ops.sum(x, 0))
    const norm = ops.sum(ops.square(next))
    return [{ next, norm }, { total: next }, norm]
  }),
  double: entry(({ ops, x, tag }) => {
    const y = ops.mul(x, 2)
    return [{ y, flat: ops.reshape(y, [{ rows: 2 }]), tag: ops.mul(tag, 10) }]
  }),
}

export const contractProgram: Program = {
  version: 1,
  maxBatch,
  inputs: { x, tag, table: { dtype: 'f32', shape: [3, B] }, fixed: { dtype: 'f32', shape: [2] } },
  state: {
    total: { type: total, kind: 'accumulator' },
    other: { type: total, kind: 'accumulator' },
    count: { type: count, kind: 'counter' },
  },
  entries: contractEntries,
}
