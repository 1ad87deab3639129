/** From a layer's own traced `forward` and `backward` to its equations. */
import { programOf, type ShapedGraph } from '@chainrule/core'
import { type Instruction, optimise, type Program, type ValueId } from '@chainrule/program'
import { forwardAndBackward } from './forward-and-backward.ts'
import { headEquations } from './head-equations.ts'
import { nameLayer } from './name-layer.ts'
import { markRepeats } from './repeats.ts'
import type { Symbols } from './symbols.ts'
import { layerOf, type TrainingTrace } from './trace-training.ts'
import type { Equation, LayerEquations } from './types.ts'
import { updateEquations } from './update-equations.ts'

/**
 * The equations of one layer of a graph, in order: forward, backward, update. Those of a dense layer are the paper's
 * (41, 76, 75, 77, 78); those of any other are its instructions, read back.
 *
 * Source     paper, section 2
 */
export function layerEquations(
  training: TrainingTrace,
  node: string,
  maxBatch: number,
): LayerEquations {
  const layer = layerOf(training, node)
  const named = nameLayer(training, layer)
  const equations = markRepeats([
    ...forwardAndBackward(training, layer, named),
    ...updateEquations(training, layer, named),
  ])
  return told(training, maxBatch, {
    node,
    layer: layer.traced.shaped.instance.layer.name,
    symbols: named.symbols,
    equations,
  })
}

/** The equations of an output's loss: ℓ of each row, and ∂L/∂f, where the gradients of all layers begin. */
export function lossEquations(
  training: TrainingTrace,
  head: string,
  maxBatch: number,
): LayerEquations {
  const node = `loss/${head}`
  const { equations, symbols, loss } = headEquations(training, head, node)
  return told(training, maxBatch, { node, layer: loss, symbols, equations })
}

function told(
  training: TrainingTrace,
  maxBatch: number,
  {
    symbols,
    equations,
    ...rest
  }: Pick<LayerEquations, 'node' | 'layer' | 'equations'> & { readonly symbols: Symbols },
): LayerEquations {
  const recorded = training.ops.trace.instructions
  return {
    ...rest,
    symbols: symbols.list,
    equations,
    instructions: instructionsBehind(equations, symbols, recorded),
    parts: symbols.parts,
    program: programOfSymbols(training, symbols, maxBatch),
  }
}

/** A program that gives the values of the symbols for a batch, and changes nothing. */
function programOfSymbols(
  { ops, shaped }: TrainingTrace,
  symbols: Symbols,
  maxBatch: number,
): Program {
  const outputs = symbols.list.map(({ name, value }) => [name, ops.trace.tensor(value)] as const)
  const entry = ops.trace.entry(Object.fromEntries(outputs))
  return optimise(declared(shaped, entry, maxBatch))
}

/** With those states and inputs alone that the entry reads once it is pruned. */
function declared(
  shaped: ShapedGraph,
  entry: Program['entries'][string],
  maxBatch: number,
): Program {
  const pruned = optimise(programOf(shaped, { inspect: entry }, maxBatch))
  return programOf(shaped, pruned.entries, maxBatch)
}

/** The instructions from which the left sides follow, as far as the symbols. */
function instructionsBehind(
  equations: readonly Equation[],
  symbols: Symbols,
  recorded: readonly Instruction[],
): Record<ValueId, Instruction> {
  const found: Record<ValueId, Instruction> = {}
  const visit = (id: ValueId, isLeft: boolean): void => {
    const instruction = recorded[id]
    if (instruction === undefined || (found[id] !== undefined && !isLeft)) return
    found[id] = instruction
    if (!isLeft && symbols.has(id)) return
    for (const operand of instruction.operands) visit(operand, false)
  }
  for (const { value, left } of equations) {
    visit(value, true)
    for (const [part, { symbol }] of Object.entries(symbols.parts))
      if (symbol === left) visit(Number(part), true)
  }
  return found
}
