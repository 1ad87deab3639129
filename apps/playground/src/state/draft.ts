/** The text, small data and the speed outlive a reload: the tab keeps them as long as it is open. */
import { effect } from '@preact/signals'
import { fromBase64, toBase64 } from './base64.ts'
import { firstText } from './examples.ts'
import { type OwnFiles, ownFiles } from './files.ts'
import { speed, text, usualSpeed } from './playground.ts'

const [textKey, filesKey, speedKey] = ['chainrule.text', 'chainrule.files', 'chainrule.speed']

/** More bytes of data would hold up the page when they are written. */
const mostBytes = 1_000_000

/** Puts back what stood there before the page was loaded again. */
export function takeDraft(): void {
  text.value = kept(textKey) ?? firstText
  const pace = Number(kept(speedKey) ?? usualSpeed)
  speed.value = Number.isFinite(pace) ? pace : undefined
  try {
    ownFiles.value = unpacked(kept(filesKey) ?? '{}')
  } catch {
    // It may hold what others wrote.
  }
}

function kept(key: string): string | undefined {
  try {
    return sessionStorage.getItem(key) ?? undefined
  } catch {
    // Storage may be forbidden.
    return undefined
  }
}

/** Keeps what is there now, and from now on what it becomes. */
export function keepDraft(): void {
  effect(() => store(filesKey, packed(ownFiles.value)))
  effect(() => store(speedKey, speed.value === usualSpeed ? undefined : String(speed.value)))
  effect(() => store(textKey, text.value === firstText ? undefined : text.value))
}

function store(key: string, value: string | undefined): void {
  try {
    if (value === undefined) sessionStorage.removeItem(key)
    else sessionStorage.setItem(key, value)
  } catch {
    // Where storage is full or forbidden nothing is kept.
  }
}

function packed(files: OwnFiles): string | undefined {
  const all = Object.entries(files)
  const bytes = all.reduce((sum, [, { length }]) => sum + length, 0)
  if (bytes === 0 || bytes > mostBytes) return undefined
  return JSON.stringify(Object.fromEntries(all.map(([name, each]) => [name, toBase64(each)])))
}

function unpacked(stored: string): OwnFiles {
  const all = Object.entries(JSON.parse(stored) as Record<string, unknown>)
  return Object.fromEntries(all.map(([name, each]) => [name, fromBase64(String(each))]))
}
