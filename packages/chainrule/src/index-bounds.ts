/** What a saved model remembers of its tables, so that it refuses indices that it has nothing for. */
import type { LayerGraph } from '@chainrule/core'
import type { Preprocessing } from '@chainrule/data'

/** The same preprocessing, its inputs called as the graph calls them, with the size of the table that each looks up in. */
export function withBounds(preprocessing: Preprocessing, graph: LayerGraph): Preprocessing {
  const inputs = preprocessing.inputs.map((input) => {
    const below = input.kind === 'columns' ? smallestTable(input.name, graph) : undefined
    return below === undefined ? input : { ...input, below }
  })
  return { ...preprocessing, inputs }
}

/** Of the tables that layers look up an input in, the size of the smallest. */
function smallestTable(input: string, { nodes, instances }: LayerGraph): number | undefined {
  const byName = new Map(instances.map((instance) => [instance.name, instance]))
  const sizes = nodes.flatMap((node) =>
    node.inputs.flatMap((ref, i) => {
      const instance = byName.get(node.instance)
      const argument = instance?.layer.inputs[i]?.below
      const isRead = ref !== undefined && 'input' in ref && ref.input === input
      const size = argument === undefined ? undefined : instance?.config[argument]
      return isRead && typeof size === 'number' ? [size] : []
    }),
  )
  return sizes.length === 0 ? undefined : Math.min(...sizes)
}
