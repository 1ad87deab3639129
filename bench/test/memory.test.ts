import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readOptions } from '../src/options.ts'
import { ours } from '../src/peers.ts'
import { memoryOf } from '../src/sections/memory.ts'

// Else one peer that refuses a network would take with it what was measured of the others.
test.each([
  ['refuses', 'no such network'],
  ['dies', 'out of memory'],
])('a peer that %s has an error in the place of its memory', async (how, message) => {
  const stub = join(import.meta.dirname, 'support/stub-peer.js')
  const launch = { command: process.execPath, parameters: [stub, how] }
  const contestant = { peer: { ...ours, name: 'stub' }, threads: 1, launch }
  const found = await memoryOf({ options: readOptions([]) }, contestant, '.')
  expect(found).toBeInstanceOf(Error)
  expect(String(found)).toContain(message)
})
