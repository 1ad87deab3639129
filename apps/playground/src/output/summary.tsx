/** The model in figures. */
import { count } from '../page/count.ts'
import { loaded, threads } from '../state/playground.ts'

export function Summary() {
  const model = loaded.value
  if (model === undefined) return null
  const { network, rows, batch, bytes } = model
  return (
    <dl class="summary">
      <dt>parameters</dt>
      <dd>{count(network.parameters)}</dd>
      <dt>rows</dt>
      <dd>
        {count(rows.train)} to train on
        {rows.validation > 0 ? `, ${count(rows.validation)} to validate` : ''}
        {rows.test > 0 ? `, ${count(rows.test)} to test` : ''}
      </dd>
      <dt>batch</dt>
      <dd>{count(batch)}</dd>
      <dt>memory</dt>
      <dd>{memory(bytes)}</dd>
      <dt>threads</dt>
      <dd>{threadsText(model.threads)}</dd>
    </dl>
  )
}

/** What one may have: where a page is not isolated from others, they may not share memory. */
function threadsText(used: number): string {
  if (used > 1) return String(used)
  return threads.value > 1
    ? '1, as the network is small'
    : '1: this page is not isolated from others'
}

function memory(bytes: number): string {
  return bytes < 1024 ** 2
    ? `${Math.ceil(bytes / 1024)} KiB`
    : `${(bytes / 1024 ** 2).toFixed(1)} MiB`
}
