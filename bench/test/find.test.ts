import { tmpdir } from 'node:os'
import { describe, expect, test } from 'vitest'
import { findField } from '../src/field.ts'
import { fromC, fromNpm, fromPython } from '../src/find.ts'
import { packageVersion } from '../src/package-version.ts'

const context = { temporary: tmpdir() }

describe('peers that are not there', () => {
  test.each([
    { find: fromNpm('@chainrule/no-such-peer', 'none.ts'), how: 'pnpm install' },
    {
      find: fromPython('no_such_peer', 'no-such-peer', 'none.py'),
      how: 'apt-get install python3-no_such_peer (for /usr/bin/python3)',
    },
  ])('are missing, and it is said how to get them: $how', async ({ find, how }) => {
    expect(await find(context)).toEqual({ missing: how })
  })

  test('a C file that cannot be compiled is no peer', async () => {
    expect(await fromC(context, 'no-such-file.c')).toBeUndefined()
  })
})

describe('findField', () => {
  test('with several threads, those that can have them take part with as many and with one', async () => {
    const { ours, others, versions } = await findField(
      { names: ['jax', 'onnx', 'ours'], threads: 2 },
      context,
    )
    expect(ours.threads).toBe(2)
    const entered = others.map(({ peer, threads }) => `${peer.name} ${threads}`)
    expect(entered).toEqual(['jax 1', 'onnx 2', 'onnx 1', 'ours 1'])
    expect(versions).toContain('jax-js, wasm 0.1.25')
  })

  test('an unknown name is refused', async () => {
    await expect(findField({ names: ['steam'], threads: 1 }, context)).rejects.toThrow(
      'no peer `steam`',
    )
  })
})

describe('packageVersion', () => {
  test('is read where a package does not export its package.json, too', () => {
    expect(packageVersion('@jax-js/jax')).toBe('0.1.25')
    expect(packageVersion('vitest')).toMatch(/^5\./)
  })
})
