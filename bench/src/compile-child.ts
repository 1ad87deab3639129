/**
 * Prints as JSON how long a text takes to its first step, in this new process and again, and how large the step's module
 * is: `node --conditions=source src/compile-child.ts WORKLOAD [ENGINE]`, the workload as JSON.
 */
import { engineNamed } from './engines.ts'
import { madeData } from './made-data.ts'
import { modelData, openSession } from './our-session.ts'
import type { NetworkWorkload } from './workload.ts'

const again = 9
const [text = '', engine] = process.argv.slice(2)
const workload = JSON.parse(text) as NetworkWorkload

/** Bytes of the modules that were compiled since it was last emptied. */
const modules: number[] = []
const { Module } = WebAssembly
WebAssembly.Module = class extends Module {
  constructor(source: BufferSource) {
    super(source)
    modules.push(source.byteLength)
  }
}

const data = madeData(workload)

async function firstStep(): Promise<number> {
  const began = performance.now()
  const session = await openSession(workload, engineNamed(engine))
  session.bind(modelData(session, data, workload.rows))
  modules.length = 0
  session.executable.run('step', workload.batch, session.allRows().subarray(0, workload.batch))
  const spent = performance.now() - began
  session.dispose()
  return spent
}

const first = await firstStep()
const [bytes = 0] = modules
const later: number[] = []
while (later.length < again) later.push(await firstStep())
console.log(JSON.stringify({ first, later, bytes }))
