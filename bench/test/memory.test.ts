import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { prepare } from '../src/contest.ts'
import { readOptions } from '../src/options.ts'
import type { Peer } from '../src/peer.ts'
import { ours, peersNamed } from '../src/peers.ts'
import { memoryOf } from '../src/sections/memory.ts'
import type { NetworkWorkload } from '../src/workload.ts'
import { workloads } from '../src/workloads.ts'

const temporary = mkdtempSync(join(tmpdir(), 'bench-test-'))
afterAll(() => rmSync(temporary, { recursive: true }))

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

const tiny: NetworkWorkload = {
  ...(workloads[0] as NetworkWorkload),
  name: 'tiny',
  sizes: [2, 3, 1],
  batch: 4,
  rows: 64,
}

async function measured(peer: Peer) {
  const found = await peer.find({ temporary })
  if ('missing' in found) return undefined
  const contestant = { peer, threads: 1, launch: found.launch }
  const memory = await memoryOf(
    { options: readOptions([]) },
    contestant,
    await prepare(tiny, temporary),
  )
  if (memory instanceof Error) throw memory
  return memory
}

test('ours holds the data set beside the tensors of a step', async () => {
  const { planned = 0, tensors = 0 } = (await measured(ours)) ?? {}
  expect(planned - tensors).toBe(4 * (64 * 2 + 64))
})

test('PyTorch tells its batch, what autograd keeps and twice the parameters', async () => {
  const [torch] = peersNamed(['torch']) as [Peer]
  const memory = await measured(torch)
  if (memory === undefined) return
  const parameters = 2 * 3 + 3 + 3 + 1
  const batch = 4 * 2 + 4
  // tanh keeps its output, the loss the prediction.
  const kept = 4 * 3 + 4
  expect(memory.tensors).toBe(4 * (2 * parameters + batch + kept))
})
