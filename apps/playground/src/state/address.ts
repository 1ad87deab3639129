/** A link that stands in the address is opened, then and whenever it becomes another; it leaves the address when its text is changed. */
import { effect } from '@preact/signals'
import { text } from './playground.ts'

/** The text of the link in the address. */
let linked: string | undefined

const isLink = (): boolean => location.hash.startsWith('#e=')

/** Opens the link that the address holds. Whether there is one that could be read: its text is there then, its weights come. */
export async function openAddress(): Promise<boolean> {
  if (!isLink()) return false
  const { hash } = location
  linked = undefined
  const { openFragment } = await import('./experiment.ts')
  const opened = await openFragment(hash)
  if (hash !== location.hash) return opened !== undefined
  linked = opened
  if (opened === undefined) leave()
  return opened !== undefined
}

/** Opens links from now on. */
export function followAddress(): void {
  addEventListener('hashchange', () => void openAddress())
  effect(() => {
    const now = text.value
    if (linked !== undefined && now !== linked) leave()
  })
}

/** What is in the page is no longer what the address leads to. */
function leave(): void {
  linked = undefined
  if (isLink()) history.replaceState(null, '', location.pathname + location.search)
}
