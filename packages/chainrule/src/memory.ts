/** What a model needs, counted from its shapes before anything is allocated. */
import { modelParameters, type Optimizer, type ShapedGraph } from '@chainrule/core'
import { sizeAt } from '@chainrule/program'

export interface Memory {
  /** Numbers that the model learns. */
  readonly parameters: number
  /** Bytes of parameters, their gradients and what the optimizer keeps for them. */
  readonly weights: number
  /** Bytes of a batch's values on their way forward and backward. */
  readonly activations: number
  readonly total: number
}

const floatBytes = 4

/** An upper estimate; the engine plans the exact number. */
export function memoryOf(
  shaped: ShapedGraph,
  { batch, optimizer }: { batch: number; optimizer?: Optimizer },
): Memory {
  const sizes = modelParameters(shaped).map(({ spec }) =>
    spec.shape.reduce((size, n) => size * n, 1),
  )
  const parameters = sizes.reduce((sum, size) => sum + size, 0)
  const slots = optimizer?.style === 'elementwise' ? optimizer.slots.length : 0
  const weights = parameters * (2 + slots) * floatBytes
  const outputs = shaped.nodes.flatMap(({ outputShapes }) => Object.values(outputShapes))
  const inputs = shaped.graph.inputs.map(({ shape }) => shape.reduce((size, n) => size * n, batch))
  const values = [...outputs.map((shape) => sizeAt(shape, batch)), ...inputs].reduce(
    (sum, size) => sum + size,
    0,
  )
  // g and h of a layer, and the gradients of both.
  const activations = values * 4 * floatBytes
  return { parameters, weights, activations, total: weights + activations }
}
