/** A slider over a few values, with the value in words beside it. */
import { useEffect, useId, useState } from 'preact/hooks'
import { figure } from '../page/count.ts'
import { settings } from '../state/playground.ts'

interface SliderProps {
  readonly label: string
  /** Undefined where the text says something that the slider cannot. */
  readonly value: number | undefined
  /** The places of the slider, from left to right. */
  readonly stops: readonly number[]
  readonly shown?: (value: number) => string
  readonly disabled?: boolean
  readonly onChange: (value: number) => void
}

export function Slider(props: SliderProps) {
  const { label, value, stops, shown = exactly, disabled = value === undefined, onChange } = props
  // Where the finger is, until the text that follows was read; it may say the same as before.
  const id = useId()
  const [moved, move] = useState<number | undefined>(undefined)
  const read = settings.value
  useEffect(() => move(undefined), [read])
  const current = moved ?? value
  const text = current === undefined ? '–' : shown(current)
  return (
    <div class="slider">
      <label class="name" for={id}>
        {label}
      </label>
      <output for={id}>{text}</output>
      <input
        id={id}
        type="range"
        min={0}
        max={stops.length - 1}
        step={1}
        value={current === undefined ? 0 : nearestStop(stops, current)}
        aria-valuetext={text}
        disabled={disabled}
        onInput={({ currentTarget }) => {
          const next = stops[Number(currentTarget.value)]
          if (next === undefined || next === current) return
          move(next)
          onChange(next)
        }}
      />
    </div>
  )
}

/** What is written in a text may have more digits than a stop has. */
const exactly = (value: number): string => figure(value, 12)

function nearestStop(stops: readonly number[], value: number): number {
  const distances = stops.map((stop) => Math.abs(stop - value))
  return distances.indexOf(Math.min(...distances))
}

/** From `least` to `most`, so far apart. */
export const evenStops = (least: number, most: number, apart: number): readonly number[] =>
  Array.from({ length: Math.round((most - least) / apart) + 1 }, (_, i) =>
    Number((least + i * apart).toPrecision(6)),
  )
