/** A link that stands in the address is opened, then and whenever it becomes another; it leaves the address when its text is changed. */
import { effect } from '@preact/signals'
import { text } from './playground.ts'

/** The text of the link in the address. */
let linked: string | undefined

const isLink = (): boolean => location.hash.startsWith('#e=')

/** Opens the link that the address holds, where it holds one. */
export async function openAddress(): Promise<void> {
  if (!isLink()) return
  linked = undefined
  const { openFragment } = await import('./experiment.ts')
  const isOpened = await openFragment(location.hash, (shared) => {
    linked = shared
  })
  if (!isOpened) leave()
}

/** Opens links from now on. */
export function followAddress(): void {
  addEventListener('hashchange', () => void openAddress())
  effect(() => {
    if (linked !== undefined && text.value !== linked) leave()
  })
}

/** What is in the page is no longer what the address leads to. */
function leave(): void {
  linked = undefined
  if (isLink()) history.replaceState(null, '', location.pathname + location.search)
}
