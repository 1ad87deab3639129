/** Layers that make one tensor of several: what joins the arms of a branch. */
import {
  type Dimension,
  defineLayer,
  formatShape,
  integer,
  isRows,
  repeated,
  type Shape,
  sameDimension,
  sameShape,
  shapeMismatch,
  type Tensor,
} from '@chainrule/core'

const inputs = repeated({ name: 'h' })

const shapesOf = (shapes: readonly Shape[]): string => shapes.map(formatShape).join(' and ')

/** The one shape that all inputs have. */
function common(name: string, shapes: readonly Shape[]): Shape {
  const [first = [], ...others] = shapes
  if (others.every((shape) => sameShape(shape, first))) return first
  throw shapeMismatch(
    `\`${name}\` needs inputs of one shape, but got ${shapesOf(shapes)}`,
    'give the arms the same number of outputs, for instance with a `dense` at the end of each',
  )
}

/**
 * The sum of its inputs: what closes a skip connection.
 *
 * Equation   h' = Σᵢ hᵢ
 * Shapes     hᵢ [B, …], all alike -> h' [B, …]
 * Gradient   ∂L/∂hᵢ = ∂L/∂h'
 * Errors     shape-mismatch
 * Source     Matches PyTorch 1.13 `+` and Keras `Add`, but that nothing is broadcast: all shapes are alike
 */
export const add = defineLayer({
  name: 'add',
  summary: 'The sum of its inputs.',
  inputs,
  minimumInputs: 1,
  shape: (_, shapes) => common('add', shapes),
  forward: (ops, _, tensors) => ({
    h: tensors.reduce((sum, x) => ops.add(sum, x)),
    saved: { count: tensors.length },
  }),
  backward: (_ops, _parameters, { count }, { dh }) => ({
    dh: Array.from({ length: count }, () => dh),
    gradients: {},
  }),
})

/**
 * The mean of its inputs.
 *
 * Equation   h' = (1/n) Σᵢ hᵢ
 * Shapes     hᵢ [B, …], all alike -> h' [B, …]
 * Gradient   ∂L/∂hᵢ = ∂L/∂h' / n
 * Errors     shape-mismatch
 * Source     Matches Keras `Average` and PyTorch 1.13 `stack(…).mean(0)`; nothing is broadcast
 */
export const average = defineLayer({
  name: 'average',
  summary: 'The mean of its inputs.',
  inputs,
  minimumInputs: 1,
  shape: (_, shapes) => common('average', shapes),
  forward: (ops, _, tensors) => ({
    h: ops.mul(
      tensors.reduce((sum, x) => ops.add(sum, x)),
      1 / tensors.length,
    ),
    saved: { count: tensors.length },
  }),
  backward: (ops, _parameters, { count }, { dh }) => {
    const share = ops.mul(dh, 1 / count)
    return { dh: Array.from({ length: count }, () => share), gradients: {} }
  },
})

/**
 * The product of its inputs, element by element: a gate.
 *
 * Equation   h' = h₁ ⊙ h₂ ⊙ …
 * Shapes     hᵢ [B, …], all alike -> h' [B, …]
 * Gradient   ∂L/∂hᵢ = ∂L/∂h' ⊙ the product of the others, without dividing by hᵢ
 * Saved      hᵢ
 * Errors     shape-mismatch
 * Source     Matches PyTorch 1.13 `*` and Keras `Multiply`; nothing is broadcast
 */
export const multiply = defineLayer({
  name: 'multiply',
  summary: 'The product of its inputs, element by element.',
  inputs,
  minimumInputs: 1,
  shape: (_, shapes) => common('multiply', shapes),
  forward: (ops, _, tensors) => ({
    h: tensors.reduce((product, x) => ops.mul(product, x)),
    saved: { tensors },
  }),
  backward: (ops, _parameters, { tensors }, { dh }) => ({
    dh: tensors.map((_, i) => {
      const others = tensors.filter((_, j) => j !== i)
      return others.reduce((product: Tensor, x) => ops.mul(product, x), dh)
    }),
    gradients: {},
  }),
})

/**
 * The largest of its inputs, element by element.
 *
 * Equation   h' = maxᵢ hᵢ
 * Shapes     hᵢ [B, …], all alike -> h' [B, …]
 * Gradient   ∂L/∂hᵢ = ∂L/∂h' where hᵢ is the first of the largest, else 0
 * Saved      hᵢ, h'
 * Errors     shape-mismatch
 * Source     Keras `Maximum`, except that among equals the first gets the whole gradient, as in the program's `max`
 */
export const max = defineLayer({
  name: 'max',
  summary: 'The largest of its inputs, element by element.',
  inputs,
  minimumInputs: 1,
  shape: (_, shapes) => common('max', shapes),
  forward: (ops, _, tensors) => {
    const h = tensors.reduce((largest, x) => ops.maximum(largest, x))
    return { h, saved: { tensors, h } }
  },
  backward: (ops, _parameters, { tensors, h }, { dh }) => {
    // What is still to be given away: an earlier input that is the largest leaves nothing to the later ones.
    let left = dh
    const gradients = tensors.map((x) => {
      const isLargest = ops.equal(x, h)
      const given = ops.select(isLargest, left, 0)
      left = ops.select(isLargest, 0, left)
      return given
    })
    return { dh: gradients, gradients: {} }
  },
})

/** The axis counted from 0; the rows are never joined. */
function axisOf(axis: number, rank: number): number {
  const counted = axis < 0 ? axis + rank : axis
  if (Number.isInteger(counted) && counted > 0 && counted < rank) return counted
  throw shapeMismatch(
    `\`concat\` joins along an axis of a row, ${rank === 2 ? '1 or -1' : `1 to ${rank - 1} or ${1 - rank} to -1`}, but got axis ${axis}`,
    'write `concat axis=-1` for the last axis',
  )
}

function concatenated(axis: number, shapes: readonly Shape[]): Shape {
  const [first = []] = shapes
  const along = axisOf(axis, first.length)
  const fits = shapes.every(
    (shape) =>
      shape.length === first.length &&
      shape.every((size, i) => i === along || sameDimension(size, first[i] ?? -1)),
  )
  if (!fits) {
    throw shapeMismatch(
      `\`concat\` needs inputs that are alike but for axis ${along}, but got ${shapesOf(shapes)}`,
      'join along another axis, or give the arms equal sizes along the others',
    )
  }
  const total = shapes.reduce((sum, shape) => sum + plain(shape[along] ?? 0), 0)
  return first.map((size, i) => (i === along ? total : size))
}

function plain(size: Dimension): number {
  if (isRows(size)) throw shapeMismatch('`concat` cannot join along an axis that counts rows')
  return size
}

/**
 * Its inputs one after the other along an axis.
 *
 * Equation   h' = [h₁, h₂, …]
 * Shapes     hᵢ [B, …, nᵢ, …] -> h' [B, …, Σ nᵢ, …] at the axis, -1 where left out; the others are alike
 * Gradient   ∂L/∂hᵢ is the part of ∂L/∂h' that hᵢ became
 * Errors     shape-mismatch
 * Source     Matches PyTorch 1.13 `cat` (`dim` counts the rows as 0) and Keras `Concatenate`
 */
export const concat = defineLayer({
  name: 'concat',
  summary: 'Its inputs one after the other along an axis.',
  options: { axis: integer({ default: -1 }) },
  inputs,
  minimumInputs: 1,
  shape: ({ axis }, shapes) => concatenated(axis, shapes),
  forward: (ops, _, tensors, { axis }) => ({
    h: ops.concat(tensors, axisOf(axis, tensors[0]?.shape.length ?? 0)),
    saved: { shapes: tensors.map(({ shape }) => shape) },
  }),
  backward: (ops, _parameters, { shapes }, { dh }, { axis }) => {
    const along = axisOf(axis, dh.shape.length)
    let start = 0
    const parts = shapes.map((size) => {
      const from = size.map((_, i) => (i === along ? start : 0))
      start += plain(size[along] ?? 0)
      return ops.slice(dh, from, size)
    })
    return { dh: parts, gradients: {} }
  },
})

/**
 * Its input as it is: an arm of a branch that changes nothing.
 *
 * Equation   h' = h
 * Gradient   ∂L/∂h = ∂L/∂h'
 * Source     PyTorch 1.13 `nn.Identity`
 */
export const identity = defineLayer({
  name: 'identity',
  summary: 'Its input as it is.',
  shape: (_, [h]) => h,
  forward: (_ops, _, [h]) => ({ h, saved: {} }),
  backward: (_ops, _parameters, _saved, { dh }) => ({ dh: [dh], gradients: {} }),
})
