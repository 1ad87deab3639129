/** brain.js on the processor: rows made beforehand, one `trainPattern` a row, as its own training loop calls it. */
import brain from 'brain.js'
import { rounds, serveNetworks, timed, type Worker } from '../serve.ts'
import { type Arrays, layersOf, targetRows } from '../work-folder.ts'
import type { NetworkWorkload } from '../workload.ts'

/** What the declarations of brain.js leave out. Layer 0 is the input. */
interface Network {
  sizes: number[]
  weights: Float32Array[][]
  biases: Float32Array[]
  initialize(): void
  updateTrainingOptions(options: object): void
  trainPattern(pattern: Pattern, logErrorRate?: boolean): number
  run(input: Float32Array): Float32Array
}

interface Pattern {
  readonly input: Float32Array
  readonly output: Float32Array
}

await serveNetworks((workload, arrays) => {
  const network = networkOf(workload, arrays)
  const patterns = patternsOf(workload, arrays)
  return workload.kind === 'training'
    ? trainer(workload, network, patterns)
    : predictor(workload, network, patterns)
})

function networkOf(workload: NetworkWorkload, { weights }: Arrays): Network {
  const { hidden, sizes, optimizer, loss, learningRate } = workload
  // It follows y - f, where the gradient of mse is 2 (f - y) / outputs.
  const scale = loss === 'mse' ? 2 / (sizes.at(-1) ?? 1) : 1
  const network = new brain.NeuralNetwork({ activation: hidden }) as unknown as Network
  network.sizes = [...sizes]
  network.updateTrainingOptions({
    learningRate: learningRate * scale,
    praxis: optimizer === 'adam' ? 'adam' : null,
    beta1: 0.9,
    beta2: 0.999,
    epsilon: 1e-8,
  })
  network.initialize()
  layersOf(workload, weights).forEach(({ inputs, outputs, weight, bias }, i) => {
    network.weights[i + 1] = Array.from({ length: outputs }, (_, node) =>
      weight.slice(node * inputs, (node + 1) * inputs),
    )
    network.biases[i + 1] = bias.slice()
  })
  return network
}

function patternsOf(workload: NetworkWorkload, arrays: Arrays): Pattern[] {
  const { sizes, rows } = workload
  const [features = 0] = sizes
  const outputs = sizes.at(-1) ?? 0
  const targets = targetRows(workload, arrays)
  return Array.from({ length: rows }, (_, row) => ({
    input: arrays.inputs.slice(row * features, (row + 1) * features),
    output: targets.slice(row * outputs, (row + 1) * outputs),
  }))
}

/** The rows of the next batch, one after the other: brain.js has no batches. */
function eachRow(patterns: readonly Pattern[], batch: number, visit: (pattern: Pattern) => number) {
  const next = rounds(patterns.length)
  return (): number => {
    let sum = 0
    for (let row = 0; row < batch; row++) sum += visit(patterns[next()] as Pattern)
    return sum / batch
  }
}

function trainer({ batch }: NetworkWorkload, network: Network, patterns: Pattern[]): Worker {
  const step = eachRow(patterns, batch, (pattern) => network.trainPattern(pattern, true))
  return {
    first: (count) => Array.from({ length: count }, step),
    run: (seconds) => timed(seconds, step),
  }
}

function predictor({ batch }: NetworkWorkload, network: Network, patterns: Pattern[]): Worker {
  const predict = eachRow(patterns, batch, ({ input }) => network.run(input)[0] ?? 0)
  return {
    first: (count) => Array.from({ length: count }, predict),
    run: (seconds) => timed(seconds, predict),
  }
}
