/**
 * How many samples a second the reference engine trains on: `node --conditions=source bench/mnist-step.ts`.
 *
 * Prints a line for each of several rounds; the machine's other work shows as spread between them.
 */
import { draw24 } from '@chainrule/program'
import { engineJs } from '../src/index.ts'
import { mnistProgram } from './mnist-program.ts'

const rows = 64
const samples = 4096
const rounds = 7
const scratch = new Int32Array(2)
const uniform = (row: number, element: number): number =>
  draw24(1, 2, row, element, scratch) / 2 ** 24

const executable = engineJs.compile(mnistProgram(rows))
const images = Float32Array.from({ length: samples * 784 }, (_, i) =>
  uniform(Math.floor(i / 784), i % 784),
)
const labels = Int32Array.from({ length: samples }, (_, row) => Math.floor(uniform(row, 784) * 10))
executable.bind('image', images)
executable.bind('label', labels)
executable.state('rate')[0] = 1e-4
for (const [index, name] of ['weight1', 'weight2'].entries()) {
  const weight = executable.state(name)
  weight.forEach((_, i) => {
    weight[i] = (uniform(-1 - index, i) - 0.5) * 0.1
  })
}

const order = Int32Array.from({ length: samples }, (_, i) => i)
for (let round = 1; round <= rounds; round++) {
  const begin = performance.now()
  const runs = executable.run('step', rows, order)
  const seconds = (performance.now() - begin) / 1000
  const rate = Math.round((runs * rows) / seconds)
  const loss = (executable.output('step', 'loss')[0] ?? 0) / rows
  console.log(`round ${round}: ${rate} samples/s, loss ${loss.toFixed(4)}`)
}
console.log(`${(executable.bytes / 2 ** 20).toFixed(1)} MiB held, data set included`)
