import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { contest, type Plan } from '../src/contest.ts'
import type { Family } from '../src/family.ts'
import type { Peer } from '../src/peer.ts'
import { ours, peersNamed } from '../src/peers.ts'
import { type Contestant, Roster } from '../src/roster.ts'
import type { NetworkWorkload, Workload } from '../src/workload.ts'
import { productWorkloads, workloads } from '../src/workloads.ts'

const folder = mkdtempSync(join(tmpdir(), 'bench-test-'))
afterAll(async () => {
  await roster.close()
  rmSync(folder, { recursive: true })
})

const plan: Plan = { rounds: 2, slice: 0.02, warmUp: 0.02, patience: 60 }
const roster = new Roster({ engine: 'js', keeps: true })
const setting = { plan, roster, folder }
const base = workloads[0] as NetworkWorkload
const tiny: NetworkWorkload = { ...base, name: 'tiny', sizes: [2, 3, 1], batch: 4, rows: 16 }
const image: Family = {
  input: [4, 4, 2],
  layers: [
    { kind: 'conv', filters: 3, kernel: 3, activation: 'relu' },
    { kind: 'max-pool', size: 2 },
    { kind: 'flatten' },
    { kind: 'dense', units: 3 },
  ],
}
const times: Family = {
  input: [5, 2],
  layers: [
    { kind: 'gru', units: 4 },
    { kind: 'dense', units: 3 },
  ],
}

const tokens: Family = {
  input: [5],
  tokens: 7,
  layers: [
    { kind: 'embed', size: 7, dim: 4 },
    { kind: 'transformer', heads: 2, units: 6 },
    { kind: 'dense', units: 3 },
  ],
}

async function contestant(peer: Peer): Promise<Contestant> {
  const found = await peer.find({ temporary: folder })
  if ('missing' in found) throw new Error(found.missing)
  return { peer, threads: 1, launch: found.launch }
}

/** One that says of itself what `doing` says and computes something else. */
const impostor = async (doing: Peer['doing']): Promise<Contestant> => ({
  peer: { ...ours, name: 'impostor', doing },
  threads: 1,
  launch: {
    command: process.execPath,
    parameters: [join(import.meta.dirname, 'support/stub-peer.js'), 'works'],
  },
})

describe('contest', () => {
  test.each<Workload>([
    tiny,
    { ...tiny, name: 'tiny-inference', kind: 'inference', unit: 'µs' },
    ...productWorkloads([4, 5, 3]),
  ])('ours against ours does the same work: $name', async (workload) => {
    const own = await contestant(ours)
    const [outcome, ...rest] = await contest(workload, own, [own], setting)
    expect(rest).toEqual([])
    expect(outcome).toMatchObject({ workload: workload.name, peer: 'ours', rounds: 2 })
    expect(outcome).toMatchObject({ ratio: expect.any(Number), spread: expect.any(Number) })
    expect(outcome).not.toHaveProperty('status')
  })

  test('a peer of npm does the same work', async () => {
    const [jax] = peersNamed(['jax'])
    const own = await contestant(ours)
    const outcomes = await contest(tiny, own, [await contestant(jax as Peer)], setting)
    expect(outcomes).toMatchObject([{ peer: 'jax', rounds: 2, unit: 'steps/s' }])
  })

  test.each([
    { peer: 'jax', family: image, sizes: [4 * 4 * 2, 3] },
    { peer: 'tfjs', family: times, sizes: [5 * 2, 3] },
    // What is not installed here is told as missing.
    { peer: 'torch', family: image, sizes: [4 * 4 * 2, 3] },
    { peer: 'torch', family: times, sizes: [5 * 2, 3] },
    { peer: 'torch', family: tokens, sizes: [5, 3], loss: 'cross-entropy' as const },
  ])('$peer does the same work with $family.layers.0.kind', async ({ peer: name, ...network }) => {
    const [peer] = peersNamed([name]) as [Peer]
    const found = await peer.find({ temporary: folder })
    if ('missing' in found) {
      expect(found.missing).toContain(name)
      return
    }
    const workload: NetworkWorkload = { ...tiny, ...network, name: `${name}-family` }
    const outcomes = await contest(
      workload,
      await contestant(ours),
      [await contestant(peer)],
      setting,
    )
    expect(outcomes).toMatchObject([{ peer: name, rounds: 2, unit: 'steps/s' }])
  })

  test('other first losses are an error, unless the peer says that it does other work', async () => {
    const own = await contestant(ours)
    const liar = await impostor(() => ({ work: 'same' }))
    const honest = await impostor(() => ({ work: 'other', how: 'counts to ten' }))
    expect(await contest(tiny, own, [liar, honest], setting)).toMatchObject([
      { status: 'error', message: expect.stringMatching(/^it does other work: number 1 is 1\.0/) },
      { note: 'counts to ten', rounds: 2 },
    ])
  })

  test('a peer that cannot do the work is left out in silence', async () => {
    const own = await contestant(ours)
    expect(await contest(tiny, own, [await impostor(() => ({ work: 'none' }))], setting)).toEqual(
      [],
    )
  })

  test('an unknown engine is told for every peer', async () => {
    const own = await contestant(ours)
    const outcomes = await contest(tiny, own, [own], {
      ...setting,
      roster: new Roster({ engine: 'steam', keeps: false }),
    })
    expect(outcomes).toMatchObject([
      { status: 'error', message: expect.stringContaining('ours: there is no engine `steam`') },
    ])
  })
})
