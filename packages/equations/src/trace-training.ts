/** A graph traced as its training runs, from which the equations of each layer are read. */
import {
  type ElementwiseOptimizer,
  type NodeGradients,
  type ShapedGraph,
  type TracedNode,
  type TracedStep,
  traceTraining,
} from '@chainrule/core'
import { createOps, type Ops, Trace } from '@chainrule/program'

/** One step of a training as it was recorded, with the graph that it is of. */
export interface TrainingTrace {
  readonly shaped: ShapedGraph
  readonly ops: Ops
  readonly step: TracedStep
}

/** Traces forward, backward and, with an optimizer, the update of a graph, as they are: nothing is folded or shared. */
export function traceForEquations(
  shaped: ShapedGraph,
  optimizer?: ElementwiseOptimizer,
): TrainingTrace {
  const ops = createOps(new Trace('f32'))
  return { shaped, ops, step: traceTraining(ops, shaped, optimizer) }
}

/** A node of the trace with what its backward gave. */
export interface LayerTrace {
  readonly traced: TracedNode
  readonly gradients: NodeGradients | undefined
}

export function layerOf({ step }: TrainingTrace, node: string): LayerTrace {
  const traced = step.traced.nodes.find(({ shaped }) => shaped.node.name === node)
  if (traced === undefined) throw new Error(`internal: no layer \`${node}\` in this graph`)
  return { traced, gradients: step.gradients.nodes.get(node) }
}
