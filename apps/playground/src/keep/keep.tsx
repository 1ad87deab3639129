/** Share, save, open: the experiment as a link, a session and files. */
import { signal } from '@preact/signals'
import { useEffect, useRef } from 'preact/hooks'
import { Dialog } from '../page/dialog.tsx'
import { closeDialog, dialog, type GivenFile } from '../state/dialogs.ts'
import { examples } from '../state/examples.ts'
import {
  modelFile,
  openFile,
  openFragment,
  type SharedLink,
  shareLink,
  textFile,
} from '../state/experiment.ts'
import { notice, text } from '../state/playground.ts'
import { deleteSession, saveSession, sessions } from '../state/sessions.ts'

const link = signal<SharedLink | undefined>(undefined)
const copied = signal(false)

async function copy(): Promise<void> {
  try {
    await navigator.clipboard.writeText(link.value?.url ?? '')
    copied.value = true
  } catch {
    notice.value = 'This browser does not let the page copy: select the link and copy it yourself.'
  }
}

function download(file: GivenFile | undefined): void {
  if (file === undefined) return
  const url = URL.createObjectURL(new Blob([file.bytes]))
  const anchor = Object.assign(document.createElement('a'), { href: url, download: file.name })
  anchor.click()
  setTimeout(() => URL.revokeObjectURL(url), 10_000)
}

export function KeepDialogs() {
  const opened = dialog.value?.is
  useEffect(() => {
    if (opened !== 'share') return
    copied.value = false
    link.value = undefined
    void shareLink().then((made) => (link.value = made))
  }, [opened])
  return (
    <>
      <Dialog title="A link to this experiment" opens={opened === 'share'}>
        <p class="note">
          It holds the text, small data of your own, and what was done with the weights: who opens
          it has that done again, and the same weights.
        </p>
        <textarea
          readOnly
          rows={3}
          aria-label="Link"
          value={link.value?.url ?? ''}
          onFocus={({ currentTarget }) => currentTarget.select()}
        />
        {link.value?.lacks !== undefined && <p class="failure">{link.value.lacks}</p>}
        <footer>
          <button type="button" class="primary" onClick={() => void copy()}>
            {copied.value ? 'Copied' : 'Copy the link'}
          </button>
        </footer>
      </Dialog>
      <Dialog title="Open and save" opens={opened === 'keep'}>
        <Begin />
        <Files />
        <Sessions />
      </Dialog>
    </>
  )
}

function Begin() {
  return (
    <section>
      <h3>Begin with</h3>
      <div class="row">
        {examples.map((example) => (
          <button
            type="button"
            key={example.name}
            onClick={() => {
              text.value = example.text
              closeDialog()
            }}
          >
            {example.name}
          </button>
        ))}
      </div>
    </section>
  )
}

function Files() {
  return (
    <section>
      <h3>Files</h3>
      <div class="row">
        <button type="button" onClick={() => download(textFile())}>
          Download the text
        </button>
        <button type="button" onClick={() => void modelFile().then(download)}>
          Download the trained model
        </button>
        <label class="button">
          Open a text, a model, data or a layer
          <input
            type="file"
            accept=".mlp,.safetensors,.csv,.tsv,.json,.jsonl,.ndjson,.gz,.js,.mjs"
            onChange={({ currentTarget }) => {
              const [file] = currentTarget.files ?? []
              currentTarget.value = ''
              if (file !== undefined) void openFile(file)
            }}
          />
        </label>
      </div>
      <p class="note">
        The model is a <code>.safetensors</code> file: the command reads it,{' '}
        <code>chainrule predict</code>, and this page reads those that the command trained. A layer
        of your own is a <code>.js</code> file that imports <code>@chainrule/core</code> alone.
      </p>
    </section>
  )
}

function Sessions() {
  const name = useRef<HTMLInputElement>(null)
  const save = async (): Promise<void> => {
    const given = name.current?.value.trim() || new Date().toLocaleString()
    const { url, lacks } = await shareLink()
    saveSession(given, new URL(url).hash)
    if (lacks !== undefined) notice.value = lacks
    if (name.current !== null) name.current.value = ''
  }
  return (
    <section>
      <h3>Sessions in this browser</h3>
      <form
        class="row"
        onSubmit={(event) => {
          event.preventDefault()
          void save()
        }}
      >
        <input ref={name} type="text" aria-label="Name of the session" placeholder="a name" />
        <button type="submit">Save this one</button>
      </form>
      {sessions.value.length === 0 ? (
        <p class="empty">
          None yet. A session is the text, small data and what was done with the weights.
        </p>
      ) : (
        <ul class="sessions">
          {sessions.value.map((session) => (
            <li key={session.name}>
              <button
                type="button"
                class="quiet"
                onClick={() => {
                  closeDialog()
                  void openFragment(session.fragment)
                }}
              >
                {session.name}
              </button>
              <span class="note">{new Date(session.saved).toLocaleString()}</span>
              <button
                type="button"
                class="quiet"
                aria-label={`Delete ${session.name}`}
                onClick={() => deleteSession(session)}
              >
                Delete
              </button>
            </li>
          ))}
        </ul>
      )}
    </section>
  )
}
