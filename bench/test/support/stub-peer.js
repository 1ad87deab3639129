/* A peer that misbehaves as its third argument says; it is started as the real ones are. */
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'

const [, , how] = process.argv
const answer = (value) => writeSync(3, `${JSON.stringify(value)}\n`)
for await (const line of createInterface({ input: process.stdin })) {
  if (line.startsWith('open')) {
    answer(how === 'refuses' ? { error: 'no such network' } : { ready: true })
    continue
  }
  if (how === 'dies') {
    console.error('out of memory')
    process.exit(3)
  }
  if (how === 'hangs') for (;;);
  answer(line.startsWith('first') ? [1, 2, 3] : { calls: 10, seconds: 0.1 })
}
