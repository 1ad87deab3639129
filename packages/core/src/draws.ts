/** Which layers draw random numbers while training, by their arguments. */
import { createOps, Trace } from '@chainrule/program'
import { inferShapes, type ShapedNode, storedDType } from './graph.ts'
import type { InputSpec } from './layer.ts'
import { traceForward } from './trace-graph.ts'

/** Whether the node draws in training: of `dropout 0.5` it does, of `dropout 0` it does not. */
export function drawsWhileTraining({ node, instance, inputShapes }: ShapedNode): boolean {
  const { layer } = instance
  if (layer.randomSlots.length === 0) return false
  const inputs = inputShapes.flatMap((shape, i) => {
    const spec: InputSpec | undefined = layer.inputs[i] ?? layer.inputs[0]
    if (shape === undefined) return []
    const sizes = shape.slice(1).map(Number)
    return [{ name: String(i), shape: sizes, dtype: storedDType[spec?.dtype ?? 'float'] }]
  })
  const ops = createOps(new Trace('f32'))
  const zero = ops.constant(0, { dtype: 'i32', shape: [] })
  const random = { seed: zero, step: ops.constant([0, 0], { dtype: 'i32' }), firstRow: zero }
  const alone = inferShapes({
    inputs,
    instances: [{ name: instance.name, layer, config: instance.config }],
    nodes: [
      {
        ...node,
        inputs: inputShapes.map((shape, i) =>
          shape === undefined ? undefined : { input: String(i) },
        ),
      },
    ],
    heads: [],
  })
  traceForward(ops, alone, random, true)
  return ops.trace.instructions.some(({ primitive }) => primitive === 'random')
}
