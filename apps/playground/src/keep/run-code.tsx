/** Code of one's own, or that came with a link: it is shown, and runs where the visitor wants it to. */
import { Dialog } from '../page/dialog.tsx'
import { closeDialog, dialog } from '../state/dialogs.ts'

export function RunCode() {
  const opened = dialog.value
  const given = opened?.is === 'code' ? opened : undefined
  return (
    <Dialog title="Run this code?" opens={given !== undefined}>
      <p class="note">
        It runs in a worker of this page, without what the browser keeps for this site. It sees the
        data that you train on and could send them elsewhere: run it where you know who wrote it.
      </p>
      {given?.files.map(({ name, bytes }) => (
        <section key={name}>
          <h3>{name}</h3>
          {given.replaced.includes(name) && <p class="note">It takes the place of yours.</p>}
          <textarea
            readOnly
            class="code"
            rows={12}
            aria-label={`Code of ${name}`}
            spellcheck={false}
            value={new TextDecoder().decode(bytes)}
          />
        </section>
      ))}
      <footer>
        <button
          type="button"
          class="primary"
          onClick={() => {
            closeDialog()
            given?.run()
          }}
        >
          Run it
        </button>
      </footer>
    </Dialog>
  )
}
