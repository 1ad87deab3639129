import { afterEach, beforeEach } from 'vitest'

/*
 * An unexpected warning fails the test that caused it. A test that expects one says so with
 * `vi.spyOn(console, 'warn').mockImplementation(…)`, which takes the place of the recorder below.
 */
const channels = ['warn', 'error'] as const
const original = { warn: console.warn, error: console.error }
let seen: string[] = []

beforeEach(() => {
  seen = []
  for (const channel of channels) {
    console[channel] = (...parts: unknown[]) => {
      seen.push(`console.${channel}: ${parts.map(String).join(' ')}`)
    }
  }
})

afterEach(() => {
  for (const channel of channels) console[channel] = original[channel]
  if (seen.length > 0) throw new Error(`unexpected warning\n  ${seen.join('\n  ')}`)
})

// Node's own warnings (a leak of listeners, a deprecated call) belong to no test: they fail the run.
process.on('warning', (warning) => {
  throw warning
})
