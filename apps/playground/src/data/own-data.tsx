/** One's own table, by file or paste: what its columns are, which of them is predicted, and a text to begin with. */
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { Dialog } from '../page/dialog.tsx'
import { closeDialog, dialog, type GivenFile } from '../state/dialogs.ts'
import { addFile } from '../state/files.ts'
import { failureText, reader, text } from '../state/playground.ts'
import type { DescribedFile } from '../worker/text-protocol.ts'

const given = signal<GivenFile | undefined>(undefined)
const described = signal<DescribedFile | undefined>(undefined)
const failure = signal<string | undefined>(undefined)

async function take(file: GivenFile, target?: string): Promise<void> {
  given.value = file
  const answer = await reader.ask({
    type: 'describe',
    ...file,
    ...(target === undefined ? {} : { target }),
  })
  if (given.value !== file) return
  described.value = answer?.type === 'described' ? answer.described : undefined
  failure.value = answer?.type === 'failed' ? failureText(answer) : undefined
}

function forget(): void {
  given.value = undefined
  described.value = undefined
  failure.value = undefined
}

function use(): void {
  const next = described.value?.text
  if (given.value === undefined || next === undefined) return
  addFile(given.value.name, given.value.bytes)
  text.value = next
  closeDialog()
}

async function readFile(file: File): Promise<void> {
  await take({ name: file.name, bytes: new Uint8Array(await file.arrayBuffer()) })
}

export function OwnData() {
  const opened = dialog.value
  const file = opened?.is === 'own-data' ? opened.file : undefined
  useEffect(() => {
    if (file !== undefined) void take(file)
    return forget
  }, [file])
  return (
    <Dialog title="Your data" opens={opened?.is === 'own-data'}>
      <p class="note">
        A table: CSV, whose first line names the columns, or JSON, a list of records. It is read
        here and leaves this page only where you share it in a link.
      </p>
      <Ways />
      {failure.value !== undefined && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
      {described.value !== undefined && <Columns file={described.value} />}
    </Dialog>
  )
}

/** A file is what its name says; what is pasted has none, and says it by its first signs. */
const pastedName = (pasted: string): string =>
  /^\s*(\[\s*[[{\]]|\{\s*["'}])/.test(pasted) ? 'pasted.json' : 'pasted.csv'

function Ways() {
  return (
    <div class="ways">
      <label class="button">
        Choose a file
        <input
          type="file"
          accept=".csv,.tsv,.json,.jsonl,.ndjson,.gz,text/csv,application/json"
          onChange={({ currentTarget }) => {
            const [file] = currentTarget.files ?? []
            if (file !== undefined) void readFile(file)
          }}
        />
      </label>
      <label class="paste">
        or paste rows or records
        <textarea
          rows={4}
          spellcheck={false}
          placeholder={'area,rooms,price\n80,3,250000\n120,4,410000'}
          onInput={({ currentTarget }) => {
            const pasted = currentTarget.value
            if (pasted.trim() !== '')
              void take({ name: pastedName(pasted), bytes: new TextEncoder().encode(pasted) })
          }}
        />
      </label>
    </div>
  )
}

function Columns({ file }: { readonly file: DescribedFile }) {
  const { rows, columns, target, warnings } = file
  return (
    <>
      <p>
        <strong>{given.value?.name}</strong>: {rows.toLocaleString('en-US')} rows. Which column is
        to be predicted?
      </p>
      <section class="scroll" aria-label="Columns">
        <table>
          <thead>
            <tr>
              <th scope="col">target</th>
              <th scope="col">column</th>
              <th scope="col">type</th>
              <th scope="col">missing</th>
              <th scope="col">such as</th>
            </tr>
          </thead>
          <tbody>
            {columns.map((column) => (
              <tr key={column.name}>
                <td>
                  <input
                    type="radio"
                    name="target"
                    aria-label={`Predict ${column.name}`}
                    checked={column.name === target}
                    onChange={() =>
                      given.value !== undefined && void take({ ...given.value }, column.name)
                    }
                  />
                </td>
                <th scope="row">{column.name}</th>
                <td>{column.type}</td>
                <td>{column.missing === 0 ? '' : column.missing}</td>
                <td class="examples">{column.examples.join(', ')}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </section>
      {warnings.map((warning) => (
        <p key={warning} class="note">
          {warning}
        </p>
      ))}
      <footer>
        {file.text === undefined ? (
          <p class="failure" role="alert">
            No column has two different values to predict.
          </p>
        ) : (
          <button type="button" class="primary" onClick={use}>
            Train on it
          </button>
        )}
      </footer>
    </>
  )
}
