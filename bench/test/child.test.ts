import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PeerProcess, TooSlow } from '../src/child.ts'

const patience = 30

async function start(how: string): Promise<PeerProcess> {
  const parameters = [join(import.meta.dirname, 'support/stub-peer.js'), how]
  const peer = new PeerProcess({ command: process.execPath, parameters }, 1)
  await peer.open('-', patience)
  return peer
}

describe('a peer in a process of its own', () => {
  test('answers, and ends when it is not needed any more', async () => {
    const peer = await start('works')
    expect(await peer.first(3, patience)).toEqual([1, 2, 3])
    expect(await peer.run(0.1, patience)).toEqual({ calls: 10, seconds: 0.1 })
    await peer.close()
    await expect(peer.run(0.1, patience)).rejects.toThrow('the process ended')
  })

  test('that refuses its work says why', async () => {
    await expect(start('refuses')).rejects.toThrow('no such network')
  })

  test('that dies is told of with its last words', async () => {
    const peer = await start('dies')
    await expect(peer.run(0.1, patience)).rejects.toThrow('the process ended with 3: out of memory')
  })

  test('that hangs is too slow, and can be ended', async () => {
    const peer = await start('hangs')
    await expect(peer.run(0.1, 0.3)).rejects.toThrow(TooSlow)
    await peer.close()
  })

  test('that cannot be started is an error', async () => {
    const launch = { command: join(import.meta.dirname, 'no-such-command'), parameters: [] }
    await expect(new PeerProcess(launch, 1).open('-', patience)).rejects.toThrow('ENOENT')
  })
})
