/** What is wrong with the text, in words, below it: also for whoever does not point at a wavy line. */
import { checked, text } from '../state/playground.ts'

export function Problems() {
  const found = checked.value?.diagnostics ?? []
  if (found.length === 0)
    return <p class="problems none">No problems. The text is trained as it stands.</p>
  const mend = (edits: (typeof found)[number]['edits']): void => {
    const ordered = [...edits].sort((a, b) => b.span.start - a.span.start)
    text.value = ordered.reduce(
      (whole, { span, text: put }) => whole.slice(0, span.start) + put + whole.slice(span.end),
      text.value,
    )
  }
  return (
    <ul class="problems" aria-label="Problems">
      {found.slice(0, 6).map(({ severity, code, message, help, edits, span }) => (
        <li key={`${code}${span.start}`} class={severity}>
          <strong>{severity}</strong> line {lineOf(text.value, span.start)}: {message}
          {help.map((each) => (
            <span key={each} class="help">
              {each}
            </span>
          ))}
          {edits.length > 0 && (
            <button type="button" onClick={() => mend(edits)}>
              Mend
            </button>
          )}
        </li>
      ))}
      {found.length > 6 && <li>and {found.length - 6} more</li>}
    </ul>
  )
}

const lineOf = (whole: string, offset: number): number => whole.slice(0, offset).split('\n').length
