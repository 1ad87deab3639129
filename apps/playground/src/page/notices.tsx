/** What is told once: where somebody looks, in the dialogue that is open or else on the page. */
import { notice } from '../state/playground.ts'

export function Notices() {
  return (
    <div class="notices" role="status">
      {notice.value !== undefined && (
        <p class="notice">
          {notice.value}
          <button
            type="button"
            class="quiet"
            aria-label="Close this note"
            onClick={() => (notice.value = undefined)}
          >
            Close
          </button>
        </p>
      )}
    </div>
  )
}
