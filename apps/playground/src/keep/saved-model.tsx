/** A trained model without its text's plugins: its layers, their parameters, and what it says of a row. */
import { signal } from '@preact/signals'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { problemOf } from '../controls/typed-number.ts'
import { Wrong } from '../controls/wrong.tsx'
import { Network } from '../network/network.tsx'
import '../network/network.css'
import { storable } from '../network/weight-editor.tsx'
import { figure } from '../page/count.ts'
import { Dialog } from '../page/dialog.tsx'
import { dialog, type OpenDialog } from '../state/dialogs.ts'
import { failureText, reader } from '../state/playground.ts'
import type { NetworkView } from '../worker/protocol.ts'
import type { Said, SavedField, SavedView } from '../worker/text-protocol.ts'

type Given = Extract<OpenDialog, { readonly is: 'model' }>

const none: ReadonlyMap<string, Float32Array> = new Map()
const chosen = signal<string | undefined>(undefined)

export function SavedModel() {
  const opened = dialog.value
  const given = opened?.is === 'model' ? opened : undefined
  return (
    <Dialog title={given?.name ?? 'A trained model'} opens={given !== undefined}>
      {given !== undefined && <Inside {...given} />}
    </Dialog>
  )
}

function Inside({ bytes, view }: Given) {
  return (
    <>
      <p class="note">
        It cannot be trained here, as its text names code of others or data that this page does not
        have. The file holds the computation itself: it predicts, and shows its layers.
      </p>
      <Network
        network={view.network}
        frame={undefined}
        plane={undefined}
        means={none}
        selected={chosen.value}
        onSelect={(name) => (chosen.value = name)}
        weights={undefined}
      />
      {view.fields === undefined ? (
        <p class="empty">
          A row of its data is more than a few values: predict with <code>chainrule predict</code>.
        </p>
      ) : (
        <Ask bytes={bytes} fields={view.fields} heads={view.network.heads} />
      )}
      <Parameters view={view} />
    </>
  )
}

interface AskProps {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly fields: readonly SavedField[]
  readonly heads: NetworkView['heads']
}

function Ask({ bytes, fields, heads }: AskProps) {
  const [row, setRow] = useState<Readonly<Record<string, string>>>(() =>
    Object.fromEntries(fields.map((field) => [field.name, firstValue(field)])),
  )
  const [said, say] = useState<readonly Said[]>([])
  const [failure, fail] = useState<string | undefined>(undefined)
  useEffect(() => {
    let isOld = false
    void reader.ask({ type: 'ask-model', bytes, row }).then((answer) => {
      if (isOld) return
      say(answer?.type === 'said' ? answer.said : [])
      fail(answer?.type === 'failed' ? failureText(answer) : undefined)
    })
    return () => {
      isOld = true
    }
  }, [bytes, row])
  const put = (name: string, value: string): void => setRow({ ...row, [name]: value })
  return (
    <section aria-label="Predict">
      <h3>Predict a row</h3>
      <div class="row">
        {fields.map((field) => (
          <Field
            key={field.name}
            field={field}
            value={row[field.name] ?? ''}
            onPut={(value) => put(field.name, value)}
          />
        ))}
      </div>
      <div class="answers" aria-live="polite">
        {failure !== undefined && <p class="failure">{failure}</p>}
        {said.map(({ head, value, shares }) => (
          <p key={head}>
            {heads.find(({ name }) => name === head)?.target ?? head}: <strong>{value}</strong>{' '}
            <span class="note">
              {shares.map(({ name, share }) => `${name}: ${(100 * share).toFixed(1)} %`).join(', ')}
            </span>
          </p>
        ))}
      </div>
    </section>
  )
}

interface FieldProps {
  readonly field: SavedField
  readonly value: string
  readonly onPut: (value: string) => void
}

function Field({ field, value, onPut }: FieldProps) {
  const id = useId()
  return (
    <span class="asked">
      <label for={id}>{field.name}</label>
      {field.kind === 'number' ? (
        <NumberInput {...{ id, value, onPut }} />
      ) : (
        <select id={id} value={value} onChange={({ currentTarget }) => onPut(currentTarget.value)}>
          {field.levels.map((level) => (
            <option key={level}>{level}</option>
          ))}
        </select>
      )}
    </span>
  )
}

/** An empty one is a value that is missing; what is no number is told and not taken. */
function NumberInput({ id, value, onPut }: Omit<FieldProps, 'field'> & { readonly id: string }) {
  const [text, setText] = useState(value)
  /** What stood there when it was entered: the first signs of what is no number may be one. */
  const before = useRef(value)
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const read = ({ value: typed, validity }: HTMLInputElement): void => {
    const isEmpty = typed === '' && !validity.badInput
    const wrong = isEmpty ? undefined : problemOf(typed, storable)
    setText(typed)
    setProblem(wrong && `${wrong}; ${before.current || 'an empty field'} is kept`)
    onPut(wrong === undefined ? typed : before.current)
  }
  return (
    <>
      <input
        id={id}
        type="number"
        step="any"
        value={text}
        aria-invalid={problem !== undefined}
        aria-describedby={`${id}-wrong`}
        onFocus={() => {
          before.current = value
        }}
        onInput={({ currentTarget }) => read(currentTarget)}
        onBlur={() => setText(value)}
      />
      <Wrong id={`${id}-wrong`} problem={problem} />
    </>
  )
}

function firstValue(field: SavedField): string {
  if (field.kind === 'category') return field.levels[0] ?? ''
  return field.usual === undefined ? '0' : String(Number(field.usual.toPrecision(4)))
}

function Parameters({ view: { network, ranges } }: { readonly view: SavedView }) {
  return (
    <table class="layers">
      <thead>
        <tr>
          <th scope="col">parameter</th>
          <th scope="col">shape</th>
          <th scope="col">least</th>
          <th scope="col">greatest</th>
        </tr>
      </thead>
      <tbody>
        {network.nodes.flatMap(({ name, parameters }) =>
          parameters.map((parameter) => {
            const full = `${name}.${parameter.name}`
            const [low, high] = ranges[full] ?? []
            return (
              <tr key={full}>
                <th scope="row">{full}</th>
                <td>{parameter.shape.join(' × ')}</td>
                <td>{short(low)}</td>
                <td>{short(high)}</td>
              </tr>
            )
          }),
        )}
      </tbody>
    </table>
  )
}

const short = (value: number | undefined): string => (value === undefined ? '–' : figure(value))
