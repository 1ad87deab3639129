/** What losses and metrics are checked on: outputs, and the targets that suit them. */
import type { TargetKind } from '@chainrule/core'
import { type CaseInput, checkCases, type Domain, type LayerCase } from './case.ts'

/** One configuration of a loss or a metric on outputs of one shape. */
export interface TargetCase extends Omit<LayerCase, 'inputs' | 'parameters' | 'statistics'> {
  /** The model's output of one row: [3], or with a time, [4, 3]. */
  readonly shape: readonly number[]
  /** Where outputs are drawn from. */
  readonly output?: Domain
  /** Where targets are drawn from; between 0 and 1 for weights over classes and for `binary`. */
  readonly target?: Domain
  /** What the target is; the first kind that the loss or metric is for where left out. */
  readonly kind?: TargetKind
  /** Class targets come as weights over the classes instead of a class number. */
  readonly weights?: boolean
}

/** What a target is, and whether it comes as a class number. */
export interface Target {
  readonly kind: TargetKind
  readonly integer: boolean
}

/**
 * The cases of each kind of target: as inputs of unlike dtype they are of unlike layers. A case that belongs to none would
 * not be checked, and is refused.
 */
export function casesByTarget(
  plugin: { readonly name: string; readonly targets: readonly TargetKind[] },
  cases: readonly TargetCase[],
): { readonly target: Target; readonly cases: readonly LayerCase[] }[] {
  const { name, targets: kinds } = plugin
  checkCases(plugin, { cases }, '{ shape: [4] }')
  for (const { kind = kinds[0] } of cases) {
    if (kind === undefined || kinds.includes(kind)) continue
    throw new Error(
      `\`${name}\` is not for targets of kind \`${kind}\`: it is for ${kinds.join(' and ')}`,
    )
  }
  const targets = kinds.flatMap((kind): Target[] => [
    { kind, integer: kind === 'class' },
    ...(kind === 'class' ? [{ kind, integer: false }] : []),
  ])
  return targets.flatMap((target) => {
    const chosen = cases.filter(({ kind = kinds[0], weights = false }) => {
      return kind === target.kind && target.integer === (kind === 'class' && !weights)
    })
    if (chosen.length === 0) return []
    return [{ target, cases: chosen.map((tested) => layerCase(tested, target)) }]
  })
}

function layerCase(
  { shape, output, target, weights: _, kind: __, ...rest }: TargetCase,
  { kind, integer }: Target,
): LayerCase {
  const drawn = (domain: Domain | undefined) => (domain === undefined ? {} : { domain })
  const f: CaseInput = { shape, ...drawn(output) }
  const y: CaseInput = integer
    ? { shape: shape.slice(0, -1), below: shape.at(-1) ?? 1 }
    : {
        shape,
        fixed: true,
        ...drawn(target ?? (kind === 'number' ? undefined : { from: 0, to: 1 })),
      }
  return { ...rest, inputs: [f, y] }
}
