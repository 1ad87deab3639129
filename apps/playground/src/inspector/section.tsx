/** Where the inspector opens. Until then nothing of it is loaded, and the training is not asked. */
import type { FunctionComponent } from 'preact'
import { useState } from 'preact/hooks'
import { Stale, staleClass } from '../page/stale.tsx'

export function InspectorSection() {
  const [Inside, setInside] = useState<FunctionComponent | undefined>(undefined)
  const [isOpen, open] = useState(false)
  return (
    <section class={staleClass('panel inspector')} aria-label="Inspector">
      <div class="heading">
        <h2>Inspector</h2>
        <button
          type="button"
          aria-expanded={isOpen}
          onClick={() => {
            open(!isOpen)
            if (Inside === undefined)
              void import('./inspector.tsx').then(({ Inspector }) => setInside(() => Inspector))
          }}
        >
          {isOpen ? 'Close' : 'See every gradient'}
        </button>
      </div>
      {isOpen && <Stale what="these are the numbers" />}
      {isOpen && Inside !== undefined && <Inside />}
    </section>
  )
}
