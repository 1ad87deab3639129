/** The layers in words: what reads what, its shape and its parameters. */
import { count } from '../page/count.ts'
import { network as resolved } from '../state/playground.ts'
import type { NodeView } from '../worker/protocol.ts'

export function Layers() {
  const network = resolved.value
  if (network === undefined)
    return <p class="empty">The network is shown as soon as the text has no errors.</p>
  return (
    <table class="layers">
      <thead>
        <tr>
          <th scope="col">layer</th>
          <th scope="col">reads</th>
          <th scope="col">shape</th>
          <th scope="col">parameters</th>
        </tr>
      </thead>
      <tbody>
        {network.inputs.map(({ name, shape }) => (
          <tr key={name}>
            <th scope="row">@{name}</th>
            <td />
            <td>{shape.join(' × ')}</td>
            <td />
          </tr>
        ))}
        {network.nodes.map((node) => (
          <tr key={node.name}>
            <th scope="row" title={node.layer}>
              {node.name}
              {node.activation !== undefined && node.activation !== 'linear' && (
                <small> {node.activation}</small>
              )}
            </th>
            <td>{node.from.join(', ')}</td>
            <td>{node.shape.join(' × ')}</td>
            <td>{countOf(node)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}

const countOf = ({ parameters }: NodeView): string =>
  count(parameters.reduce((sum, { shape }) => sum + shape.reduce((size, n) => size * n, 1), 0))
