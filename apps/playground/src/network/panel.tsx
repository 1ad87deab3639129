/** The network in the page: a picture, or a table for whoever prefers words. */
import { useEffect, useMemo, useState } from 'preact/hooks'
import { Stale } from '../page/stale.tsx'
import { followHealth, health, select, selected } from '../state/inspection.ts'
import { frame, loaded, network as resolved, setWeight, trainer } from '../state/playground.ts'
import { Layers } from './layers.tsx'
import { Network } from './network.tsx'
import './network.css'
import type { WeightAccess } from './weight-editor.tsx'

export function NetworkPanel() {
  const [isTable, showTable] = useState(false)
  const network = resolved.value
  return (
    <>
      <div class="heading">
        <h2 id="network-title">Network</h2>
        {network !== undefined && (
          <button type="button" aria-pressed={isTable} onClick={() => showTable(!isTable)}>
            As a table
          </button>
        )}
      </div>
      <Stale what="this is the network" follows="the numbers of this network follow" />
      {network === undefined || isTable ? <Layers /> : <Picture />}
    </>
  )
}

const access: WeightAccess = {
  read: async (name, index) => {
    const answer = await trainer.ask({ type: 'read-weight', name, index })
    return answer?.type === 'weight-read' ? answer.value : undefined
  },
  set: setWeight,
}

function Picture() {
  const network = resolved.value
  const model = loaded.value
  // What is drawn is of the network that is trained, not of a text that is not loaded yet.
  const isTrained = useMemo(
    () =>
      model !== undefined && JSON.stringify(model.network.nodes) === JSON.stringify(network?.nodes),
    [model, network],
  )
  const now = isTrained ? frame.value : undefined
  const hasStrips = network?.nodes.some(({ shape }) => (shape.at(-1) ?? 1) > 1) === true
  const needsMeans = hasStrips && (now?.neurons === undefined || network.nodes.length > 7)
  useEffect(() => (needsMeans ? followHealth() : undefined), [needsMeans])
  const layers = health.value?.layers
  const means = useMemo(
    () => new Map(layers?.map(({ node, means: each }) => [node, each] as const)),
    [layers],
  )
  if (network === undefined) return null
  return (
    <Network
      network={network}
      frame={now}
      plane={isTrained ? model?.plane : undefined}
      means={means}
      selected={selected.value}
      onSelect={select}
      weights={access}
    />
  )
}
