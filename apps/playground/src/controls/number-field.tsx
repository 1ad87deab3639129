/** A field for a whole number, and a button that draws another. What is no such number is told and not taken. */
import { useId } from 'preact/hooks'
import { useTypedNumber } from './typed-number.ts'
import { Wrong } from './wrong.tsx'

interface NumberFieldProps {
  readonly label: string
  readonly value: number | undefined
  readonly least: number
  readonly most: number
  /** Where there is a button for another one. */
  readonly another?: string
  /** Whether a number is taken as it is typed. */
  readonly isEager?: boolean
  readonly onChange: (value: number) => void
}

export function NumberField(props: NumberFieldProps) {
  const { label, value, least, most, another, isEager = false, onChange } = props
  const allowed = { least, most, isWhole: true }
  const typed = useTypedNumber(value, allowed, { isEager, onTake: onChange })
  const id = useId()
  return (
    <div class="number-field">
      <label>
        <span class="name">{label}</span>
        <input
          type="number"
          min={least}
          max={most}
          step={1}
          value={typed.text}
          disabled={value === undefined}
          aria-invalid={typed.problem !== undefined}
          aria-describedby={id}
          onInput={({ currentTarget }) => typed.type(currentTarget.value)}
          onChange={typed.finish}
          onBlur={typed.finish}
        />
      </label>
      {another !== undefined && (
        <button
          type="button"
          class="quiet"
          title={another}
          disabled={value === undefined}
          onClick={() => onChange(((value ?? 0) + 1) % (most + 1))}
        >
          +1
        </button>
      )}
      <Wrong id={id} problem={typed.problem} />
    </div>
  )
}
