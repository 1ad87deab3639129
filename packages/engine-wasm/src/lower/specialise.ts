/**
 * An entry for one number of rows, or for all, in which what axes of size 1 make trivial is said simply: a sum over them
 * is another view, a product over them is an elementwise one, which a loop can take in.
 */
import {
  type Attributes,
  type Dimension,
  dimensionAt,
  type Entry,
  type Instruction,
  type Rewrite,
  rewriteEntry,
  type Shape,
  shapeAt,
  type Tensor,
  type Trace,
} from '@chainrule/program'

const isOne = (size: Dimension | undefined): boolean => size === 1

/** Attributes with every dimension a number. */
function attributesAt({ primitive, attributes }: Instruction, rows: number): object {
  const at = (shape: Shape): number[] => shapeAt(shape, rows)
  switch (primitive) {
    case 'constant':
    case 'iota':
    case 'random':
    case 'reshape':
    case 'broadcast':
      return { ...attributes, shape: at(attributes.shape) }
    case 'slice':
      return { start: at(attributes.start), size: at(attributes.size) }
    case 'pad':
      return { ...attributes, before: at(attributes.before), after: at(attributes.after) }
    default:
      return attributes
  }
}

/** The same instruction for `rows` rows. */
function recorded(
  instruction: Instruction,
  operands: readonly Tensor[],
  trace: Trace,
  rows: number | undefined,
): Tensor {
  if (rows === undefined) return trace.copy(instruction, operands)
  const { primitive, attributes, type } = instruction
  if (primitive === 'input' || primitive === 'state') {
    const shape = type.shape.map((size) => dimensionAt(size, rows))
    return trace.source(primitive, attributes.name, { dtype: type.dtype, shape })
  }
  const changed = { ...instruction, attributes: attributesAt(instruction, rows) } as Instruction
  return trace.copy(changed, operands)
}

function isTrivialReduction({ primitive, attributes }: Instruction, x: Tensor): boolean {
  if (primitive === 'sum') return attributes.axes.every((axis) => isOne(x.shape[axis]))
  return primitive === 'max' && isOne(x.shape[attributes.axis])
}

/** A factor of a product over axes of size 1, spread over the product's shape. */
function spread(
  x: Tensor,
  batch: readonly number[],
  contract: readonly number[],
  shape: Shape,
  sideFrom: number,
): Tensor {
  const { trace } = x
  const side = x.shape.flatMap((_, axis) =>
    batch.includes(axis) || contract.includes(axis) ? [] : [axis],
  )
  const permutation = [...batch, ...side, ...contract]
  const ordered = trace.emit('transpose', [x], { permutation })
  const kept = ordered.shape.slice(0, batch.length + side.length)
  const reshaped = trace.emit('reshape', [ordered], { shape: kept })
  const axes = kept.map((_, i) => (i < batch.length ? i : sideFrom + i - batch.length))
  return trace.emit('broadcast', [reshaped], { shape, axes })
}

function elementwiseProduct(
  { batch, contract }: Attributes['dot'],
  [x, y]: readonly Tensor[],
  shape: Shape,
): Tensor | undefined {
  if (x === undefined || y === undefined) return undefined
  if (!contract[0].every((axis) => isOne(x.shape[axis]))) return undefined
  const leftSide = x.shape.length - batch[0].length - contract[0].length
  const left = spread(x, batch[0], contract[0], shape, batch[0].length)
  const right = spread(y, batch[1], contract[1], shape, batch[0].length + leftSide)
  return x.trace.emit('mul', [left, right], {})
}

/** Rewrites each instruction; `rows` undefined leaves the number of rows open. */
function simplifying(rows: number | undefined): Rewrite {
  return (instruction, operands, trace) => {
    const [x] = operands
    if (x !== undefined && isTrivialReduction(instruction, x)) {
      const removed =
        instruction.primitive === 'sum'
          ? instruction.attributes.axes
          : [(instruction.attributes as Attributes['max']).axis]
      const shape = x.shape.filter((_, axis) => !removed.includes(axis))
      return trace.emit('reshape', [x], { shape })
    }
    if (instruction.primitive === 'dot') {
      const type = instruction.type
      const shape = rows === undefined ? type.shape : shapeAt(type.shape, rows)
      const product = elementwiseProduct(instruction.attributes, operands, shape)
      if (product !== undefined) return product
    }
    return recorded(instruction, operands, trace, rows)
  }
}

export function specialise(entry: Entry, rows: number | undefined): Entry {
  return rewriteEntry(entry, simplifying(rows))
}
