/** Says of a part of the page that it shows another text than the one that is written. */
import { isStale } from '../state/playground.ts'

export const staleClass = (name: string): string => (isStale.value ? `${name} is-stale` : name)

export function Stale({ what }: { readonly what: string }) {
  return (
    <p class="stale" role="status">
      {isStale.value && `The text has errors: ${what} of the last one without any.`}
    </p>
  )
}
