/** Play, pause, step, begin anew, speed. */
import { count, figure } from '../page/count.ts'
import {
  frame,
  isPlaying,
  loaded,
  pause,
  play,
  reset,
  setSpeed,
  speed,
  status,
  step,
} from '../state/playground.ts'

const speeds: readonly { readonly name: string; readonly stepsPerSecond: number | undefined }[] = [
  { name: '1 step a second', stepsPerSecond: 1 },
  { name: '5 steps a second', stepsPerSecond: 5 },
  { name: '25 steps a second', stepsPerSecond: 25 },
  { name: '100 steps a second', stepsPerSecond: 100 },
  { name: '300 steps a second', stepsPerSecond: 300 },
  { name: 'as fast as it goes', stepsPerSecond: undefined },
]

export function Controls() {
  const isReady =
    loaded.value !== undefined && status.value.is !== 'loading' && status.value.is !== 'waiting'
  const hasEnded = status.value.is === 'ended' && !status.value.failed
  return (
    <div class="controls" role="toolbar" aria-label="Training">
      <button
        type="button"
        class="primary"
        disabled={!isReady}
        title={hasEnded ? 'Train on, for as many epochs' : undefined}
        onClick={isPlaying.value ? pause : play}
      >
        {isPlaying.value ? 'Pause' : 'Play'}
      </button>
      <button type="button" disabled={!isReady} onClick={step} title="One update">
        Step
      </button>
      <button type="button" disabled={!isReady} onClick={reset} title="Draw the weights anew">
        Reset
      </button>
      <label>
        Speed
        <select
          value={String(speed.value)}
          onChange={({ currentTarget }) =>
            setSpeed(speeds[currentTarget.selectedIndex]?.stepsPerSecond)
          }
        >
          {speeds.map(({ name, stepsPerSecond }) => (
            <option key={name} value={String(stepsPerSecond)}>
              {name}
            </option>
          ))}
        </select>
      </label>
    </div>
  )
}

/** Milliseconds of an update from which on a visitor waits for it. */
const slow = 150

export function Progress() {
  const now = frame.value
  const { value } = status
  const updateTime = now?.updateTime ?? 0
  const rate = now?.rate === undefined ? '' : `${count(Math.round(now.rate))} steps/s`
  return (
    <output class="progress" data-status={value.is}>
      <span>
        epoch <b>{count(now?.epoch ?? 0)}</b> of {count(now?.epochs ?? 0)}
        {now !== undefined && now.before > 0 && ` (${count(now.before)} before)`}
      </span>
      <span>
        step <b>{count(now?.step ?? 0)}</b>
      </span>
      <span class="loss">
        loss <b>{now?.loss === undefined ? '–' : figure(now.loss, 3)}</b>
      </span>
      {rate !== '' && <span class="rate">{rate}</span>}
      {updateTime > slow && (
        <span class="slow">
          an update takes {(updateTime / 1000).toFixed(1)} s, and is finished before a pause
        </span>
      )}
      {'why' in value && <span class="why">{value.why}</span>}
    </output>
  )
}
