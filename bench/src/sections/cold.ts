/** How long until something has been learnt: from a text, from the library's import, and from an empty command line. */
import { execFile, spawn } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { alternate, type Turn } from '../alternate.ts'
import { asError } from '../as-error.ts'
import { number } from '../figures.ts'
import type { Launch } from '../peer.ts'
import { type Failure, type Outcome, type Result, resultsOf } from '../result.ts'
import type { Picture, Run, Section } from '../section.ts'
import { median, spread, summarise } from '../statistics.ts'
import { valueChart } from '../svg/value-chart.ts'
import { outcomeTable } from '../table.ts'

const root = join(import.meta.dirname, '../../..')
const scripts = join(import.meta.dirname, '../cold')
const command = join(root, 'packages/chainrule/dist/bin.js')
const images = 64

/** Milliseconds that are allowed. `warm`: from the text, in a process where a training has run before. */
const budget = { warm: 60, train: 250 }

export async function coldSection(run: Run): Promise<Section> {
  run.say('cold start: building')
  await build()
  const file = writeModel(join(run.temporary, 'cold'))
  run.say('cold start: the library')
  const library = await libraryStart(run, file)
  run.say('cold start: the command and its peers')
  const outcomes = [...library.outcomes, ...(await commandStart(run, file))]
  return {
    title: 'Cold start',
    body: `Milliseconds until the first step of 784-128-10 with adam on ${images} images is done. \`warm\`: from the text, reading it and the data included, in a process that has trained before, ${number(library.second)} ms the first time after. \`library\`: in a new process, from the import of the built package, which takes ${number(library.imported)} ms of it, to the step; beside it what a warm process needs. \`train\`: \`chainrule train\` from the start of its process where the command has run before, and the same for the peers' shortest scripts.\n\n${outcomeTable(outcomes)}`,
    outcomes,
    pictures: [picture(outcomes)],
  }
}

function picture(outcomes: readonly Outcome[]): Picture {
  const found = resultsOf(outcomes).filter(({ workload }) => workload === 'cold/train')
  const own = median(found.map(({ ours }) => ours))
  const theirs = found.map(({ peer, theirs: value }) => ({ peer, value }))
  return {
    name: 'cold-start',
    text: 'Milliseconds from the start of a process to the first step, ours and the peers',
    svg: valueChart('Milliseconds from the start of the process to the first step', [
      { group: '784-128-10', label: 'chainrule train', value: own, isOurs: true },
      ...theirs.map(({ peer, value }) => ({
        group: '784-128-10',
        label: peer === 'budget' ? 'allowed' : peer,
        value,
        isOurs: false,
      })),
    ]),
  }
}

async function build(): Promise<void> {
  const turbo = join(root, 'node_modules/.bin/turbo')
  try {
    await promisify(execFile)(turbo, ['run', 'build', '--filter=chainrule'], { cwd: root })
  } catch (cause) {
    const said = (cause as { stderr?: string }).stderr?.trim()
    const why = said || asError(cause).message
    throw new Error(`cold start: nothing was measured, for \`pnpm build\` failed: ${why}`, {
      cause,
    })
  }
}

/** A text and its images, in a folder of their own. */
function writeModel(folder: string): string {
  mkdirSync(folder, { recursive: true })
  const idx = (shape: readonly number[], value: (i: number) => number): Uint8Array => {
    const header = Buffer.alloc(4 + 4 * shape.length)
    header.writeUInt32BE(0x0800 + shape.length)
    for (const [i, size] of shape.entries()) header.writeUInt32BE(size, 4 + 4 * i)
    const count = shape.reduce((product, size) => product * size, 1)
    return Buffer.concat([header, Uint8Array.from({ length: count }, (_, i) => value(i))])
  }
  writeFileSync(
    join(folder, 'images'),
    idx([images, 28, 28], (i) => (i * 7919) % 256),
  )
  writeFileSync(
    join(folder, 'labels'),
    idx([images], (i) => i % 10),
  )
  const file = join(folder, 'cold.mlp')
  writeFileSync(
    file,
    `data idx images="images" labels="labels" {
  split train=100%
}

dense 128 relu -> dense 10

loss cross-entropy
optimizer adam lr=1e-3
train epochs=1000 batch=64
`,
  )
  return file
}

/** What is compared with ourselves. */
const ownPeers: ReadonlySet<string> = new Set(['budget', 'warm'])

function outcome(kind: string, peer: string, { field }: Run, summary: Partial<Result>): Result {
  const threads = field.ours.threads
  const names = {
    workload: `cold/${kind}`,
    peer,
    threads,
    theirThreads: ownPeers.has(peer) ? threads : 1,
  }
  return { ...names, ours: 0, theirs: 0, ratio: 0, spread: 0, unit: 'ms', rounds: 1, ...summary }
}

/** Against what is allowed. */
function againstBudget(kind: keyof typeof budget, run: Run, times: readonly number[]): Result {
  const ours = median(times)
  const share = spread(times)
  const met = ours <= budget[kind] * (1 + share)
  const summary = { ours, theirs: budget[kind], ratio: budget[kind] / ours, spread: share }
  return outcome(kind, 'budget', run, {
    ...summary,
    rounds: times.length,
    bar: 1,
    met,
    note: `at most ${budget[kind]} ms`,
  })
}

interface LibraryStart {
  readonly outcomes: readonly Outcome[]
  /** Medians: of the import alone, and of the first training that found the process warm. */
  readonly imported: number
  readonly second: number
}

async function libraryStart(run: Run, file: string): Promise<LibraryStart> {
  const starts: LibraryTimes[] = []
  while (starts.length < run.plan.rounds) {
    const { stdout } = await promisify(execFile)(process.execPath, [
      join(scripts, 'library.js'),
      file,
      run.options.engine ?? '',
    ])
    starts.push(JSON.parse(stdout) as LibraryTimes)
  }
  const rounds = starts.map(({ first, warm }) => {
    const theirs = median(warm)
    return { ours: first, theirs, ratio: theirs / first }
  })
  const fresh = { ...summarise(rounds), rounds: rounds.length, note: 'a new process' }
  const warm = starts.flatMap((start) => start.warm)
  return {
    outcomes: [againstBudget('warm', run, warm), outcome('library', 'warm', run, fresh)],
    imported: median(starts.map(({ imported }) => imported)),
    second: median(starts.flatMap((start) => start.warm.slice(0, 1))),
  }
}

/** What `library.js` measures, in milliseconds: the import, from it to a first step, and the trainings after that. */
interface LibraryTimes {
  readonly imported: number
  readonly first: number
  readonly warm: readonly number[]
}

async function commandStart(run: Run, file: string): Promise<Outcome[]> {
  const { plan, options, field } = run
  const engine = options.engine === undefined ? [] : ['--engine', options.engine]
  const parameters = [command, 'train', file, '--format', 'json', ...engine]
  const peers = ['tfjs', 'jax', 'torch'].filter((name) =>
    field.others.some(({ peer }) => peer.name === name),
  )
  const ours: Turn = () => untilSaid({ command: process.execPath, parameters }, '"progress"')
  const others = peers.map(
    (name): Turn =>
      () =>
        untilSaid(script(name), 'step'),
  )
  // One whole training first: it leaves V8's compiled code for later starts, as torch's first import leaves Python's.
  await promisify(execFile)(process.execPath, [...parameters, '--epochs', '1'])
  const { own, found } = await inTurn(ours, others, plan.rounds)
  const compared = found.map((pairs, i): Outcome => {
    const peer = peers[i] ?? ''
    if (pairs instanceof Error) return failure(run, peer, pairs)
    const rounds = pairs.map(({ ours: mine, theirs }) => ({
      ours: mine.seconds * 1000,
      theirs: theirs.seconds * 1000,
      ratio: theirs.seconds / mine.seconds,
    }))
    return outcome('train', peer, run, { ...summarise(rounds), rounds: rounds.length })
  })
  return [againstBudget('train', run, own), ...compared]
}

/** The milliseconds of each turn of ours too: as many as there are rounds also where nobody else takes part. */
export async function inTurn(ours: Turn, others: readonly Turn[], rounds: number) {
  const own: number[] = []
  const heard: Turn = async () => {
    const slice = await ours()
    own.push(slice.seconds * 1000)
    return slice
  }
  const found = await alternate(heard, others, { rounds })
  while (own.length < rounds) await heard()
  return { own, found }
}

function failure({ field }: Run, peer: string, { message }: Error): Failure {
  const threads = field.ours.threads
  return { workload: 'cold/train', peer, threads, theirThreads: 1, status: 'error', message }
}

function script(name: string): Launch {
  return name === 'torch'
    ? { command: '/usr/bin/python3', parameters: [join(scripts, 'torch_cold.py')] }
    : { command: process.execPath, parameters: [join(scripts, `${name}.js`)] }
}

/** The seconds from the start of a process until it says a word; the process is ended then. */
function untilSaid({ command: program, parameters }: Launch, word: string) {
  return new Promise<{ calls: number; seconds: number }>((resolve, reject) => {
    const began = performance.now()
    let said = ''
    const child = spawn(program, parameters, { stdio: ['ignore', 'pipe', 'pipe'] })
    let seconds: number | undefined
    const hear = (text: Buffer): void => {
      said += text
      if (seconds !== undefined || !said.includes(word)) return
      seconds = (performance.now() - began) / 1000
      child.kill('SIGKILL')
    }
    child.stdout.on('data', hear)
    child.stderr.on('data', (text) => {
      said += String(text).replaceAll(word, '')
    })
    child.on('error', reject)
    child.on('close', () => {
      if (seconds === undefined) reject(new Error(said.trim().split('\n').at(-1)))
      else resolve({ calls: 1, seconds })
    })
  })
}
