/**
 * The child's side of the protocol. A command is a line on standard input, its answer a line of JSON on descriptor 3:
 * `open FOLDER`, and of what is in the folder `first N`, `run SECONDS`, `memory`. The child ends with its input.
 */
import { writeSync } from 'node:fs'
import { createInterface } from 'node:readline'
import type { Memory } from './child.ts'
import { type Arrays, readArrays, readWorkload } from './work-folder.ts'
import type { NetworkWorkload, Slice, Workload } from './workload.ts'

/** What a peer does with its work. */
export interface Worker {
  /** The losses of the first batches, each before its update; for inference the outputs of the first batches. */
  first(count: number): readonly number[] | Promise<readonly number[]>
  /** Goes on with the work for about so long. */
  run(seconds: number): Slice | Promise<Slice>
  /** Bytes held and needed, where the peer knows. */
  memory?(): Omit<Memory, 'peak'>
  /** Lets go of its memory before other work is opened. */
  close?(): void
}

export interface Assignment {
  readonly folder: string
  readonly threads: number
  readonly engine: string | undefined
}

type Open<W, A extends unknown[]> = (workload: W, ...rest: A) => Worker | Promise<Worker>

/** Serves a peer that takes networks. */
export function serveNetworks(open: Open<NetworkWorkload, [Arrays, Assignment]>): Promise<void> {
  return serve((workload, assignment) => {
    if (workload.kind === 'product') throw new Error('this peer takes no products')
    return open(workload, readArrays(assignment.folder, workload), assignment)
  })
}

/** Obeys until the input ends. */
export async function serve(open: Open<Workload, [Assignment]>): Promise<void> {
  const [threads = '1', engine] = process.argv.slice(2)
  let worker: Worker | undefined
  for await (const line of createInterface({ input: process.stdin })) {
    const [command, argument = ''] = split(line)
    try {
      if (command === 'open') {
        worker?.close?.()
        const assignment = { folder: argument, threads: Number(threads), engine }
        worker = await open(readWorkload(argument), assignment)
        answer({ ready: true })
      } else answer(await obey(worker, command, Number(argument)))
    } catch (error) {
      answer({ error: error instanceof Error ? error.message : String(error) })
    }
  }
  // Whatever a library keeps running, the work is done.
  process.exit(0)
}

/** The first word, and all that follows it. */
function split(line: string): [string, string] {
  const space = line.indexOf(' ')
  return space < 0 ? [line, ''] : [line.slice(0, space), line.slice(space + 1)]
}

async function obey(
  worker: Worker | undefined,
  command: string,
  argument: number,
): Promise<unknown> {
  if (worker === undefined) throw new Error('nothing is open')
  switch (command) {
    case 'first':
      return Array.from(await worker.first(argument))
    case 'run':
      return await worker.run(argument)
    case 'memory':
      return { peak: process.resourceUsage().maxRSS * 1024, ...worker.memory?.() }
    default:
      throw new Error(`no command \`${command}\``)
  }
}

const answers = 3

function answer(value: unknown): void {
  writeSync(answers, `${JSON.stringify(value)}\n`)
}

/** Calls until the time is over, at least once. */
export function timed(seconds: number, call: () => void): Slice {
  const began = performance.now()
  const end = began + seconds * 1000
  let calls = 0
  let now: number
  do {
    call()
    calls++
    now = performance.now()
  } while (now < end)
  return { calls, seconds: (now - began) / 1000 }
}

/** The same for calls that end later. */
export async function timedAsync(seconds: number, call: () => Promise<void>): Promise<Slice> {
  const began = performance.now()
  const end = began + seconds * 1000
  let calls = 0
  let now: number
  do {
    await call()
    calls++
    now = performance.now()
  } while (now < end)
  return { calls, seconds: (now - began) / 1000 }
}

/** Numbers 0 … count - 1 and again, for peers that keep a tensor a batch. */
export function rounds(count: number): () => number {
  let next = count - 1
  return () => {
    next = next + 1 === count ? 0 : next + 1
    return next
  }
}
