/** Loss and metrics by epoch. */
import { useEffect, useRef, useState } from 'preact/hooks'
import type uPlot from 'uplot'
import { epochs, loaded } from '../state/playground.ts'
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
  const colours = theme.value
  useEffect(() => {
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
  }, [name, colours])
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
      <div class="plot" ref={host} />
      <p class="figures" aria-live="off">
        {last === undefined ? (
          'The curves begin with the first epoch.'
        ) : (
          <Figures epoch={last} name={name} />
        )}
      </p>
    </section>
  )
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
      epoch {epoch.epoch}:{' '}
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

export const figure = (value: number): string => Number(value.toPrecision(4)).toString()
