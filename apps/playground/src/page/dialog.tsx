/** A dialogue over the page; Escape closes it. */
import type { ComponentChildren } from 'preact'
import { useEffect, useRef } from 'preact/hooks'
import { closeDialog } from '../state/dialogs.ts'
import { Notices } from './notices.tsx'

interface DialogProps {
  readonly title: string
  readonly opens: boolean
  readonly children: ComponentChildren
}

export function Dialog({ title, opens, children }: DialogProps) {
  const element = useRef<HTMLDialogElement>(null)
  useEffect(() => {
    if (opens && element.current?.open === false) element.current.showModal()
    if (!opens) element.current?.close()
  }, [opens])
  return (
    <dialog ref={element} aria-label={title} onClose={() => opens && closeDialog()}>
      <header>
        <h2>{title}</h2>
        <button type="button" class="quiet" onClick={closeDialog}>
          Close
        </button>
      </header>
      {opens && <Notices />}
      {opens && children}
    </dialog>
  )
}
