/** One's own table, by file or paste: what its columns are, which of them is predicted, and a text to begin with. */
import { batch, signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { count, counted } from '../page/count.ts'
import { Dialog } from '../page/dialog.tsx'
import { closeDialog, dialog, type GivenFile } from '../state/dialogs.ts'
import { addFile } from '../state/files.ts'
import { failureText, reader, text } from '../state/playground.ts'
import { isCode } from '../worker/code.ts'
import type { DescribedFile } from '../worker/text-protocol.ts'
import { examplesText } from './examples.ts'
import { firstLineLabel, hasLines } from './first-line.ts'

/** What is to be read: its bytes may yet have to come from the disk. */
interface Wanted {
  readonly name: string
  readonly bytes: GivenFile['bytes'] | Promise<GivenFile['bytes']>
  /** The column to predict; guessed where left out. */
  readonly target?: string
  /** Whether the first line of a table of lines names its columns. */
  readonly header: boolean
}

/** What was read. */
interface Shown {
  readonly file: GivenFile
  readonly found: DescribedFile
}

/** The name of the file that is being read. */
const reading = signal<string | undefined>(undefined)
const shown = signal<Shown | undefined>(undefined)
const failure = signal<string | undefined>(undefined)
/** What was asked for last, read or not: its first line may turn out to be another thing than was thought. */
const chosen = signal<Wanted | undefined>(undefined)

/** What was asked for last: the worker reads one file at a time, and of those that wait only this one. */
let wanted: Wanted | undefined
let isBusy = false

async function take(asked: Wanted): Promise<void> {
  wanted = asked
  batch(() => {
    reading.value = asked.name
    chosen.value = asked
    failure.value = undefined
    if (asked.target === undefined) shown.value = undefined
  })
  if (isBusy) return
  isBusy = true
  for (let now: Wanted | undefined = asked; now !== undefined; ) {
    const outcome = await read(now)
    // Another file was chosen meanwhile, or the dialogue was closed.
    const isLast: boolean = now === wanted
    if (isLast) show(outcome)
    now = isLast ? undefined : wanted
  }
  isBusy = false
}

async function read({
  name,
  bytes: coming,
  target,
  header,
}: Wanted): Promise<Shown | string | undefined> {
  if (isCode(name)) return `${name} is code, and no table: open it by "Open and save".`
  try {
    const bytes = await coming
    const asked = target === undefined ? {} : { target }
    const answer = await reader.ask({ type: 'describe', name, bytes, header, ...asked })
    if (answer?.type === 'failed') return failureText(answer)
    return answer?.type === 'described'
      ? { file: { name, bytes }, found: answer.described }
      : `The reading of ${name} broke off: choose it again.`
  } catch {
    return `${name} could not be read: choose it again.`
  }
}

function show(outcome: Shown | string | undefined): void {
  batch(() => {
    wanted = undefined
    reading.value = undefined
    shown.value = typeof outcome === 'object' ? outcome : undefined
    failure.value = typeof outcome === 'string' ? outcome : undefined
  })
}

function use(): void {
  const { file, found } = shown.value ?? {}
  if (file === undefined || found?.text === undefined) return
  addFile(file.name, file.bytes)
  text.value = found.text
  closeDialog()
}

export function OwnData() {
  const opened = dialog.value
  const file = opened?.is === 'own-data' ? opened.file : undefined
  useEffect(() => {
    if (file !== undefined) void take({ ...file, header: true })
    return () => {
      show(undefined)
      chosen.value = undefined
    }
  }, [file])
  return (
    <Dialog title="Your data" opens={opened?.is === 'own-data'}>
      <p class="note">
        A table: CSV, a line a row, or JSON, a list of records. It is read here and leaves this page
        only where you share it in a link.
      </p>
      <Ways />
      <FirstLine />
      <p class="reading" role="status">
        {reading.value !== undefined && `Reading ${reading.value} …`}
      </p>
      {failure.value !== undefined && (
        <p class="failure" role="alert">
          {failure.value}
        </p>
      )}
      {shown.value !== undefined && <Columns {...shown.value} />}
    </Dialog>
  )
}

/** A file is what its name says; what is pasted has none, and says it by its first signs. */
const pastedName = (pasted: string): string =>
  /^\s*(\[\s*[[{\]]|\{\s*["'}])/.test(pasted) ? 'pasted.json' : 'pasted.csv'

/** What is pasted is mended there: what was said of its first line holds on. */
function pastedAs(pasted: string): Wanted {
  const name = pastedName(pasted)
  const header = chosen.value?.name === name ? chosen.value.header : true
  return { name, bytes: new TextEncoder().encode(pasted), header }
}

const bytesOf = async (file: File): Promise<GivenFile['bytes']> =>
  new Uint8Array(await file.arrayBuffer())

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
            if (file !== undefined)
              void take({ name: file.name, bytes: bytesOf(file), header: true })
            // The same file may be chosen again, mended.
            currentTarget.value = ''
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
            if (pasted.trim() !== '') void take(pastedAs(pasted))
          }}
        />
      </label>
    </div>
  )
}

function FirstLine() {
  const asked = chosen.value
  if (asked === undefined || !hasLines(asked.name) || isCode(asked.name)) return null
  const { name, bytes, header } = asked
  return (
    <label>
      <input
        type="checkbox"
        checked={header}
        onChange={({ currentTarget }) => void take({ name, bytes, header: currentTarget.checked })}
      />{' '}
      {firstLineLabel}
    </label>
  )
}

function Columns({ file, found }: Shown) {
  const { rows, columns, target, warnings } = found
  const header = chosen.value?.header ?? true
  return (
    <>
      <p>
        <strong>{file.name}</strong>: {counted(rows, 'row')}. Which column is to be predicted?
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
                    onChange={() => void take({ ...file, header, target: column.name })}
                  />
                </td>
                <th scope="row">{column.name}</th>
                <td>{column.type}</td>
                <td>{column.missing === 0 ? '' : count(column.missing)}</td>
                <td class="examples">{examplesText(column.examples)}</td>
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
        {found.text === undefined ? (
          <p class="failure" role="alert">
            {found.lacks}
          </p>
        ) : (
          <button
            type="button"
            class="primary"
            disabled={reading.value !== undefined}
            onClick={use}
          >
            Train on it
          </button>
        )}
      </footer>
    </>
  )
}
