/** Ctrl-C saves what there is, and says so where there is nothing; a closed pipe stops nothing. */
import { spawn } from 'node:child_process'
import { closeSync, existsSync, openSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'
import { folder, run } from './support/cli.ts'

const bin = fileURLToPath(new URL('../src/bin.ts', import.meta.url))
const node = ['--conditions=source', '--disable-warning=ExperimentalWarning']

/** Sends itself SIGINT as soon as something listens to it. */
const atOnce = `data:text/javascript,process.on('newListener', (name) => {
  if (name === 'SIGINT') setImmediate(() => process.kill(process.pid, 'SIGINT'))
})`

const rows = Array.from({ length: 120 }, (_, i) => `${i},${i * 3}\n`).join('')
const place = folder({
  'price.mlp': 'dense 16 relu -> dense 1',
  'houses.csv': `area,price\n${rows}`,
})
const { file } = place
const training = (out: string): string[] => {
  const data = ['--data', file('houses.csv'), '--target', 'price']
  return ['train', file('price.mlp'), ...data, '--epochs', '1000000', '--out', file(out)]
}

interface Ended {
  readonly code: unknown
  readonly out: string
  readonly err: string
}

/** Runs the command in a process; `when` sees what it has said so far and tells when to press Ctrl-C. */
async function interrupt(
  args: readonly string[],
  when: 'at once' | ((err: string) => boolean),
): Promise<Ended> {
  const preload = when === 'at once' ? ['--import', atOnce] : []
  const child = spawn(process.execPath, [...node, ...preload, bin, ...args], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let [out, err] = ['', '']
  child.stdout.on('data', (chunk) => {
    out += chunk
  })
  child.stderr.on('data', (chunk) => {
    err += chunk
    if (when !== 'at once' && !child.killed && when(err)) child.kill('SIGINT')
  })
  const code = await new Promise((resolve) => child.on('close', resolve))
  return { code, out, err }
}

test('in training it saves the best weights so far and says where', async () => {
  const { code, out, err } = await interrupt(training('price.st'), (said) =>
    /epoch +1\//.test(said),
  )
  expect(code).toBe(0)
  expect(err).toContain('stopped')
  expect(out).toContain(`saved to ${file('price.st')}`)
  const measured = await run('evaluate', file('price.st'), file('houses.csv'))
  expect(measured.out).toMatch(/^120 rows {2}loss /)
}, 30_000)

test.each(['stdout', 'stderr'] as const)(
  'a reader of %s that goes away does not end it',
  async (name) => {
    const args = [...training(`${name}.st`), '--epochs', '3000']
    const child = spawn(process.execPath, [...node, bin, ...args], { stdio: 'pipe' })
    child.stdout.resume()
    child.stderr.once('data', () => child[name].destroy())
    child.stderr.resume()
    expect(await new Promise((resolve) => child.on('close', resolve))).toBe(0)
    expect(place.names()).toContain(`${name}.st`)
  },
  30_000,
)

// `throw` in the stream's handler printed a trace of ours.
test.skipIf(!existsSync('/dev/full'))(
  'a full disk under what is printed is told on the other stream, in one line',
  async () => {
    writeFileSync(file('ok.mlp'), 'data synthetic xor(points=40)\ndense 2\n')
    const full = openSync('/dev/full', 'w')
    const child = spawn(process.execPath, [...node, bin, 'check', file('ok.mlp')], {
      stdio: ['ignore', full, 'pipe'],
    })
    let err = ''
    child.stderr?.on('data', (chunk) => {
      err += chunk
    })
    const code = await new Promise((resolve) => child.on('close', resolve))
    closeSync(full)
    expect(err).toMatch(/^error\[system\]: what is printed is lost: ENOSPC.*\n$/)
    expect(code).toBe(1)
  },
  30_000,
)

describe('before anything is trained', () => {
  const message = 'interrupted before the training began: nothing was trained, nothing saved'

  test('it says so, saves nothing and ends with 130', async () => {
    const { code, out, err } = await interrupt(training('early.st'), 'at once')
    expect({ code, out, err }).toEqual({
      code: 130,
      out: '',
      err: `error[interrupted]: ${message}\n`,
    })
    expect(place.names()).not.toContain('early.st')
  })

  // Until then the system ends the process without a word: core alone takes as long as Node's own start from the sources.
  test('it is heard before any other package is loaded', () => {
    const loaded = (file: URL): string[] =>
      [...readFileSync(file, 'utf8').matchAll(/^import (?!type )[^'"]*?from '([^']+)'/gm)].flatMap(
        ([, from = '']) => (from.startsWith('.') ? loaded(new URL(from, file)) : [from]),
      )
    const packages = loaded(pathToFileURL(bin)).filter((from) => !from.startsWith('node:'))
    expect(packages).toEqual([])
  })

  test('as a record with --format json', async () => {
    const { code, out, err } = await interrupt(
      [...training('early.st'), '--format', 'json'],
      'at once',
    )
    expect([code, err]).toEqual([130, ''])
    expect(JSON.parse(out)).toEqual({ type: 'error', code: 'interrupted', message, data: {} })
  })
})
