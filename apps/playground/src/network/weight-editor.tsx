/** One parameter element by element, which may be changed while the training runs. */
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { NumberField } from '../controls/number-field.tsx'
import { problemOf } from '../controls/typed-number.ts'
import { Wrong } from '../controls/wrong.tsx'
import type { Frame, NetworkView } from '../worker/protocol.ts'

/** An element of a parameter. */
export interface Edited {
  /** As `dense1.weight`. */
  readonly parameter: string
  readonly index: readonly number[]
  /** It was pressed in the picture: its value is to be typed at once. */
  readonly isPressed?: true
}

/** How numbers of the model are had and changed while it is trained. */
export interface WeightAccess {
  readonly read: (parameter: string, flat: number) => Promise<number | undefined>
  readonly set: (parameter: string, flat: number, value: number) => void
}

export interface WeightEditorProps {
  readonly network: NetworkView
  readonly frame: Frame | undefined
  readonly edited: Edited | undefined
  readonly onEdit: (edited: Edited) => void
  readonly weights: WeightAccess
}

export function WeightEditor({ network, frame, edited, onEdit, weights }: WeightEditorProps) {
  const parameters = parametersOf(network)
  const chosen = parameters.find(({ name }) => name === edited?.parameter) ?? parameters[0]
  const { name, shape } = chosen ?? { name: '', shape: [] }
  const index = shape.map((size, axis) => Math.min(size - 1, edited?.index[axis] ?? 0))
  const flat = index.reduce((at, i, axis) => at * (shape[axis] ?? 1) + i, 0)
  const value = useValue(frame, name, flat, weights)
  const change = (next: number): void => weights.set(name, flat, next)
  if (chosen === undefined) return null
  return (
    <fieldset class="weight">
      <legend>Change a weight</legend>
      <select
        aria-label="Parameter"
        value={name}
        onChange={({ currentTarget }) => onEdit({ parameter: currentTarget.value, index: [] })}
      >
        {parameters.map((each) => (
          <option key={each.name} value={each.name}>
            {each.name}
          </option>
        ))}
      </select>
      {shape.map((size, axis) => (
        <NumberField
          // Axes have no other name than their places.
          key={`${name} ${axis === 0 ? 'row' : axis}`}
          label={axisName(axis, shape.length)}
          least={0}
          most={size - 1}
          value={index[axis]}
          isEager
          onChange={(next) => onEdit({ parameter: name, index: index.with(axis, next) })}
        />
      ))}
      <ValueInput
        key={`${name} ${flat}`}
        pressed={edited?.isPressed === true ? edited : undefined}
        {...{ name, value }}
        onChange={change}
      />
      <button type="button" onClick={() => change(0)} title="Take it out of the network">
        Set to 0
      </button>
    </fieldset>
  )
}

/** An element as it stands: every frame of a small network has it, and of a large one it is asked for alone. */
function useValue(
  frame: Frame | undefined,
  name: string,
  flat: number,
  { read }: WeightAccess,
): number | undefined {
  const [answer, take] = useState<{ of: string; value: number | undefined } | undefined>(undefined)
  const of = `${name} ${flat}`
  useEffect(() => {
    if (frame === undefined || frame.weights !== undefined) return
    void read(name, flat).then((value) => take({ of, value }))
  }, [frame, name, flat])
  if (frame?.weights !== undefined) return frame.weights[name]?.[flat]
  return frame !== undefined && answer?.of === of ? answer.value : undefined
}

interface ValueInputProps {
  readonly name: string
  readonly value: number | undefined
  /** Another for each time that it is pressed. */
  readonly pressed: Edited | undefined
  readonly onChange: (value: number) => void
}

/** What someone has before them while they type. */
interface Draft {
  readonly text: string
  readonly isChanged: boolean
}

/** Shows the value as it moves, but stands still from when it is chosen until it is left. */
function ValueInput({ name, value, pressed, onChange }: ValueInputProps) {
  const host = useRef<HTMLInputElement>(null)
  const [draft, setDraft] = useState<Draft | undefined>(undefined)
  const [problem, setProblem] = useState<string | undefined>(undefined)
  const id = useId()
  const shown = value === undefined ? '' : String(Number(value.toPrecision(4)))
  useEffect(() => {
    if (pressed === undefined) return
    host.current?.focus({ preventScroll: true })
    host.current?.select()
  }, [pressed])
  useEffect(() => {
    if (document.activeElement !== host.current) setDraft(undefined)
  }, [value])
  /** What stands in the field then. */
  const take = ({ value: text, valueAsNumber }: HTMLInputElement): string => {
    if (draft?.isChanged !== true) return text
    const wrong = problemOf(text, storable)
    setProblem(wrong === undefined ? undefined : `${wrong}; ${shown} is kept`)
    if (wrong === undefined) onChange(valueAsNumber)
    return wrong === undefined ? text : shown
  }
  const input = (
    <input
      ref={host}
      type="number"
      class="value"
      step="any"
      aria-label={`Value of ${name}`}
      aria-invalid={problem !== undefined}
      aria-describedby={id}
      value={draft?.text ?? shown}
      onFocus={({ currentTarget }) => setDraft({ text: currentTarget.value, isChanged: false })}
      onInput={({ currentTarget }) => setDraft({ text: currentTarget.value, isChanged: true })}
      onKeyDown={({ key, currentTarget }) => {
        if (key === 'Escape') setDraft({ text: shown, isChanged: false })
        if (key === 'Enter') setDraft({ text: take(currentTarget), isChanged: false })
      }}
      onBlur={({ currentTarget }) => {
        const text = take(currentTarget)
        // What was taken stands there until it has come about.
        setDraft(text === shown ? undefined : { text, isChanged: false })
      }}
    />
  )
  return (
    <>
      <span class="equals">
        <span aria-hidden="true">=</span>
        {input}
      </span>
      <Wrong id={id} problem={problem} />
    </>
  )
}

/** What a parameter can hold. */
const mostWeight = 3.4e38
export const storable = { least: -mostWeight, most: mostWeight, isWhole: false }

function axisName(axis: number, rank: number): string {
  if (rank === 1) return 'Unit'
  return ['Unit', 'Input'][axis] ?? `Axis ${axis + 1}`
}

/** Every parameter once, though several nodes may compute with it. */
function parametersOf({ nodes }: NetworkView): { name: string; shape: readonly number[] }[] {
  const seen = new Map<string, readonly number[]>()
  for (const { instance, parameters } of nodes)
    for (const { name, shape } of parameters) seen.set(`${instance}.${name}`, shape)
  return [...seen].map(([name, shape]) => ({ name, shape }))
}
