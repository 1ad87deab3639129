/** How often each class is taken for each, of the last epoch's validation part. */
import { count } from '../page/count.ts'
import { epochs } from '../state/playground.ts'

export function Confusion() {
  const table = Object.values(epochs.value.at(-1)?.tables ?? {})[0]
  if (table === undefined) return null
  const most = Math.max(1, ...table.rows.flat())
  return (
    <table class="confusion">
      <caption>Confusion (rows: what is, columns: what is predicted)</caption>
      <thead>
        <tr>
          <td />
          {table.labels.map((label) => (
            <th key={label} scope="col">
              {label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {table.rows.map((row, i) => (
          <tr key={table.labels[i]}>
            <th scope="row">{table.labels[i]}</th>
            {row.map((times, k) => (
              <td
                key={table.labels[k]}
                style={{ '--share': `${Math.round((100 * times) / most)}%` }}
                class={times === 0 ? undefined : i === k ? 'hit' : 'miss'}
              >
                {count(times)}
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
