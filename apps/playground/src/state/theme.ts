/** Light or dark: as the system has it, until one is chosen. */
import { effect, signal } from '@preact/signals'

type Theme = 'light' | 'dark'

const key = 'chainrule.theme'
const system = matchMedia('(prefers-color-scheme: dark)')
const chosen = signal<Theme | undefined>(stored())
const ofSystem = signal<Theme>(system.matches ? 'dark' : 'light')

export const theme = signal<Theme>(chosen.value ?? ofSystem.value)

function stored(): Theme | undefined {
  try {
    const value = localStorage.getItem(key)
    return value === 'light' || value === 'dark' ? value : undefined
  } catch {
    return undefined
  }
}

export function toggleTheme(): void {
  chosen.value = theme.value === 'dark' ? 'light' : 'dark'
  try {
    localStorage.setItem(key, chosen.value)
  } catch {
    // Where storage is forbidden it holds for this visit.
  }
}

export function startTheme(): void {
  system.addEventListener('change', () => {
    ofSystem.value = system.matches ? 'dark' : 'light'
  })
  effect(() => {
    const next = chosen.value ?? ofSystem.value
    document.documentElement.dataset['theme'] = next
    theme.value = next
  })
}
