/** Loss and metrics by epoch. */
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks'
import type uPlot from 'uplot'
import { count, figure } from '../page/count.ts'
import { epochs, isPlaying, loaded, status } from '../state/playground.ts'
import { theme } from '../state/theme.ts'
import type { Epoch } from '../worker/protocol.ts'
import type { Columns } from './plot.ts'

export function Curves() {
  const [shown, show] = useState('loss')
  const host = useRef<HTMLDivElement>(null)
  const plot = useRef<uPlot | undefined>(undefined)
  const names = ['loss', ...(loaded.value?.metrics ?? [])]
  const name = names.includes(shown) ? shown : 'loss'
  const list = epochs.value
  const lacks = lackOf(list, name)
  const isEmpty = lacks !== undefined
  const colours = theme.value
  // Before the page is drawn, so that axes do not stand beside what is said in their place.
  useLayoutEffect(() => {
    if (isEmpty) return
    let gone = false
    void import('./plot.ts').then(({ makePlot }) => {
      if (!gone && host.current !== null)
        plot.current = makePlot(host.current, columnsOf(epochs.peek(), name))
    })
    return () => {
      gone = true
      plot.current?.destroy()
      plot.current = undefined
    }
  }, [name, colours, isEmpty])
  useEffect(() => plot.current?.setData(columnsOf(list, name)), [list, name])
  const last = list.at(-1)
  return (
    <section class="curves" aria-label="Curves">
      <div class="tabs" role="tablist">
        {names.map((each) => (
          <button
            type="button"
            key={each}
            role="tab"
            aria-selected={each === name}
            onClick={() => show(each)}
          >
            {each}
          </button>
        ))}
      </div>
      <div class="plot" ref={host}>
        {lacks !== undefined && <p class="empty">{lacks}</p>}
      </div>
      <p class="figures" aria-live="off">
        {last !== undefined && <Figures epoch={last} name={name} />}
      </p>
    </section>
  )
}

/** Why there is nothing to draw, and what to do; axes of nothing would show numbers of nothing. */
function lackOf(list: readonly Epoch[], name: string): string | undefined {
  if (list.length === 0) {
    if (status.value.is === 'ended') return 'The training ended in its first epoch.'
    return isPlaying.value
      ? 'The curves begin after the first epoch.'
      : 'The curves begin after the first epoch: press Play.'
  }
  const isMeasured = list.some(
    ({ train, validation }) => train[name] !== undefined || validation?.[name] !== undefined,
  )
  if (isMeasured) return undefined
  return `${name} is measured on rows that are not trained on: leave some by "trained on" under Data.`
}

/** Metrics are of the validation part, as they are not measured in training. */
function columnsOf(list: readonly Epoch[], name: string): Columns {
  // For uPlot NaN would leave the scale without an end; null is a gap.
  const value = (report: Readonly<Record<string, number>> | undefined): number | null =>
    report?.[name] ?? null
  return [
    list.map(({ epoch }) => epoch),
    list.map(({ train }) => value(train)),
    list.map(({ validation }) => value(validation)),
  ]
}

function Figures({ epoch, name }: { readonly epoch: Epoch; readonly name: string }) {
  const { train, validation } = epoch
  return (
    <>
      epoch {count(epoch.epoch)}:{' '}
      {train[name] !== undefined && (
        <span>
          <i /> training {figure(train[name])}{' '}
        </span>
      )}
      {validation?.[name] !== undefined && (
        <span>
          <i class="dashed" /> validation {figure(validation[name])}
        </span>
      )}
    </>
  )
}
