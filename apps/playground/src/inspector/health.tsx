/** Activations and gradients of every layer as histograms, and warnings of layers that do not learn. */
import { useEffect } from 'preact/hooks'
import { followHealth, health } from '../state/inspection.ts'
import type { Histogram, LayerHealth } from '../worker/inspect-protocol.ts'
import { shortNumber } from './paint-matrix.ts'
import { thresholds, warningsOf } from './warnings.ts'

export function HealthView() {
  useEffect(() => followHealth(), [])
  const layers = health.value?.layers ?? []
  if (layers.length === 0) return null
  const warnings = warningsOf(layers)
  return (
    <section class="health" aria-label="Layers">
      <h3>All layers, on the next batch</h3>
      {warnings.length === 0 ? (
        <p class="fine">No layer is dying, and no gradient vanishes or explodes.</p>
      ) : (
        <ul class="warnings">
          {warnings.map(({ node, kind, message }) => (
            <li key={`${node} ${kind}`}>
              <strong>{kind}</strong> <code>{node}</code>: {message}
            </li>
          ))}
        </ul>
      )}
      <Meaning />
      <ul class="layers" aria-label="All layers in figures">
        {layers.map((layer) => (
          <Layer key={layer.node} layer={layer} />
        ))}
      </ul>
    </section>
  )
}

function Meaning() {
  const { silentShare, vanishing, exploding, relative } = thresholds
  return (
    <details>
      <summary>What the warnings mean</summary>
      <p>
        <b>Dying</b>: at least {silentShare * 100} % of a layer’s units are exactly 0 for every row
        of the batch. <b>Vanishing</b>: the root mean square of ∂L/∂h is below {vanishing} of that
        of the last layer, so the layer hardly learns. <b>Exploding</b>: it is above{' '}
        {exploding.toLocaleString('en-US')} times that, or ∂L/∂W is more than {relative} times as
        large as W.
      </p>
    </details>
  )
}

/** No row of a table: its parts stand below each other where the page is narrow, and nothing has to scroll. */
function Layer({ layer }: { readonly layer: LayerHealth }) {
  const { node, activations, gradients, gradientSize, relativeGradient, silentUnits, units } = layer
  const number = (value: number | undefined): string =>
    value === undefined ? '–' : shortNumber(value)
  return (
    <li>
      <b>{node}</b>
      <Bars histogram={activations} what="activations h" node={node} />
      {gradients === undefined ? (
        <span />
      ) : (
        <Bars histogram={gradients} what="gradients ∂L/∂h" node={node} />
      )}
      <dl>
        <Figure name="size of ∂L/∂h" value={number(gradientSize)} />
        <Figure name="|∂L/∂W| / |W|" value={number(relativeGradient)} />
        <Figure name="silent units" value={`${silentUnits} of ${units}`} />
      </dl>
    </li>
  )
}

function Figure({ name, value }: { readonly name: string; readonly value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{value}</dd>
    </div>
  )
}

const size = { width: 128, height: 32 }

interface BarsProps {
  readonly histogram: Histogram
  readonly what: string
  readonly node: string
}

function Bars({ histogram, what, node }: BarsProps) {
  const { from, to, counts } = histogram
  const most = Math.max(1, ...counts)
  const width = size.width / Math.max(1, counts.length)
  const range = `${shortNumber(from)} to ${shortNumber(to)}`
  const zero = from < 0 && to > 0 ? (size.width * -from) / (to - from) : undefined
  return (
    <figure class="bars">
      <figcaption>
        {what} <small>{range}</small>
      </figcaption>
      <svg
        viewBox={`0 0 ${size.width} ${size.height}`}
        width={size.width}
        height={size.height}
        role="img"
        aria-label={`Histogram of the ${what} of ${node}, from ${range}`}
      >
        {counts.map((count, i) => {
          const height = (size.height * count) / most
          return (
            <rect
              // A bar is known by its place.
              key={`${i * width}`}
              x={i * width}
              y={size.height - height}
              width={width * 0.9}
              height={height}
            />
          )
        })}
        {zero !== undefined && <line x1={zero} x2={zero} y1={0} y2={size.height} />}
      </svg>
    </figure>
  )
}
