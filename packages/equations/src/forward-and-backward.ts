/** The equations of what a layer computes, forward and backward. */
import type { Tensor, ValueId } from '@chainrule/program'
import { layerLabels } from './labels.ts'
import type { NamedLayer, Root } from './name-layer.ts'
import { slopeOf } from './pointwise.ts'
import { type Scope, scopeOf } from './scope.ts'
import { tell } from './tell.ts'
import type { LayerTrace, TrainingTrace } from './trace-training.ts'
import type { Equation } from './types.ts'

export function forwardAndBackward(
  { ops }: TrainingTrace,
  layer: LayerTrace,
  named: NamedLayer,
): Equation[] {
  const { name } = layer.traced.shaped.node
  const { instructions } = ops.trace
  const scope = scopeOf(instructions, new Set([`${name}/forward`, `${name}/backward`]))
  const tensorOf = (id: ValueId): Tensor => ops.trace.tensor(id)
  const roots = [...named.roots, ...slopeRoot(named, scope, name, tensorOf)]
  return tell(roots, named, scope, layerLabels(layer, named, scope), { prefix: name, tensorOf })
}

/** σ'(g), told before it is used. */
function slopeRoot(
  named: NamedLayer,
  scope: Scope,
  name: string,
  tensorOf: (id: ValueId) => Root['tensor'],
): Root[] {
  const slope = slopeOf(named, scope)
  if (slope === undefined) return []
  const tensor = tensorOf(slope)
  const latex = "\\sigma^{n'}\\left(\\mathbf{g}^{n}\\right)"
  const left = named.symbols.add(tensor, { name: `${name}/slope`, latex })
  return [{ part: 'backward', role: 'slope', tensor, left }]
}
