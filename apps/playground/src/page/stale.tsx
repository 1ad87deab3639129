/** Says of a part of the page that it shows another text than the one that is written. */
import { isChecked, isStale, isUntrainable, loaded } from '../state/playground.ts'
import { isReading } from '../state/reading.ts'

/** A first text has none before it. */
const isLate = (): boolean => (isReading.value || isUntrainable.value) && loaded.value !== undefined

export const staleClass = (name: string): string =>
  isStale.value || isLate() ? `${name} is-stale` : name

interface StaleProps {
  readonly what: string
  /** Of a part that shows a text as soon as it was checked: what comes later. */
  readonly follows?: string
}

export function Stale(props: StaleProps) {
  return (
    <p class="stale" role="status">
      {reasonFor(props)}
    </p>
  )
}

function reasonFor({ what, follows }: StaleProps): string | undefined {
  if (isStale.value) return `The text has errors: ${what} of the last one without any.`
  if (!isLate()) return undefined
  if (isUntrainable.value) return `The text cannot be trained: ${what} of the text before.`
  const said = isChecked.value && follows !== undefined ? follows : `${what} of the text before`
  return `Reading the text and its data …: ${said}.`
}
