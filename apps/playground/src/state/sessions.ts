/** Sessions that are kept in this browser, each as the fragment of a link. */
import { signal } from '@preact/signals'
import { notice } from './playground.ts'

export interface Session {
  readonly name: string
  /** Milliseconds since 1970. */
  readonly saved: number
  readonly fragment: string
}

const key = 'chainrule.sessions'

export const sessions = signal<readonly Session[]>(read())

function read(): readonly Session[] {
  try {
    const stored: unknown = JSON.parse(localStorage.getItem(key) ?? '[]')
    return Array.isArray(stored) ? stored.filter(isSession) : []
  } catch {
    // Storage may be forbidden, or hold what others wrote.
    return []
  }
}

function isSession(value: unknown): value is Session {
  const { name, saved, fragment } = (value ?? {}) as Partial<Session>
  return typeof name === 'string' && typeof saved === 'number' && typeof fragment === 'string'
}

function write(next: readonly Session[]): void {
  try {
    localStorage.setItem(key, JSON.stringify(next))
    sessions.value = next
  } catch (error) {
    const isFull = error instanceof DOMException && error.name === 'QuotaExceededError'
    notice.value = isFull
      ? 'This browser keeps no more: delete sessions, or share a link instead.'
      : 'This browser lets the page keep nothing: allow it to store data of this site, or share a link instead.'
  }
}

/** The one of the same name is replaced. */
export function saveSession(name: string, fragment: string): void {
  const others = sessions.value.filter((each) => each.name !== name)
  write([{ name, saved: Date.now(), fragment }, ...others])
}

export function deleteSession({ name }: Session): void {
  write(sessions.value.filter((each) => each.name !== name))
}
