/** What `summary` says an engine holds is what it holds. */

import { readFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Engine } from '@chainrule/core'
import { folderSource } from '@chainrule/data/node'
import { expect, test } from 'vitest'
import { builtInRegistry } from '../src/batteries.ts'
import { defaultEngine } from '../src/engines.ts'
import { open } from '../src/open.ts'
import { plannedBytes, prepareTraining, withSettings } from '../src/training.ts'

const example = (name: string): string =>
  fileURLToPath(new URL(`../../../examples/${name}.mlp`, import.meta.url))

/** Bytes held after a training, but for what `bind` took. */
async function held(name: string, text: string): Promise<{ planned: number; used: number }> {
  const source = folderSource(dirname(example(name)), { allowPaths: [] })
  const opened = await open(text, { registry: builtInRegistry(), source })
  const { experiment, data } = opened
  if (experiment === undefined || data === undefined) throw new Error(`${name} has mistakes`)
  const short = withSettings(experiment, { epochs: 1 })
  let bound = 0
  const counting: Engine = {
    name: defaultEngine.name,
    compile: async (program) => {
      const executable = await defaultEngine.compile(program)
      const { bind } = executable
      executable.bind = (...given) => {
        const before = executable.bytes
        bind.apply(executable, given)
        bound += executable.bytes - before
      }
      return executable
    },
  }
  const { session, run } = await prepareTraining(text, short, data, { engine: counting })
  for await (const event of run()) if (event.type === 'stopped') throw new Error(event.message)
  const used = session.executable.bytes - bound
  session.dispose()
  return { planned: await plannedBytes(short, defaultEngine), used }
}

test.each([
  ['xor', (text: string) => text],
  ['iris', (text: string) => text],
  [
    'iris',
    (text: string) =>
      `${text}\ntrain epochs=2 batch=16 accumulate=2\n`.replace(/train epochs=150 batch=16\n/, ''),
  ],
  ['regularised', (text: string) => text],
])('%s is trained in the bytes that are planned', async (name, change) => {
  const { planned, used } = await held(name, change(readFileSync(example(name), 'utf8')))
  expect(used).toBe(planned)
})
