/** A field for a whole number, and a button that draws another. What is no such number is not taken. */
interface NumberFieldProps {
  readonly label: string
  readonly value: number | undefined
  readonly least: number
  readonly most: number
  /** Where there is a button for another one. */
  readonly another?: string
  readonly onChange: (value: number) => void
}

export function NumberField({ label, value, least, most, another, onChange }: NumberFieldProps) {
  const take = (next: number): boolean => {
    const fits = Number.isInteger(next) && next >= least && next <= most
    if (fits && next !== value) onChange(next)
    return fits
  }
  return (
    <div class="number-field">
      <label>
        <span class="name">{label}</span>
        <input
          type="number"
          min={least}
          max={most}
          step={1}
          value={value ?? ''}
          disabled={value === undefined}
          onChange={({ currentTarget }) => {
            if (currentTarget.value === '' || !take(Number(currentTarget.value)))
              currentTarget.value = String(value ?? '')
          }}
        />
      </label>
      {another !== undefined && (
        <button
          type="button"
          class="quiet"
          title={another}
          disabled={value === undefined}
          onClick={() => take(((value ?? 0) + 1) % (most + 1))}
        >
          +1
        </button>
      )}
    </div>
  )
}
