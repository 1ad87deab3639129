/**
 * Milliseconds of one training step of LeNet (program 4: 28×28, batch 64, adam) on one thread of engine-wasm:
 * `node --conditions=source bench/lenet-step.ts [seconds]`.
 *
 * Measured is the processor's time, not the clock's: others use the machine too. The figure is the lower quartile of many
 * short rounds.
 */
import { activations } from '@chainrule/activations'
import {
  inferShapes,
  type LayerInstance,
  type RawValue,
  Registry,
  Session,
  type ValueRef,
} from '@chainrule/core'
import { engineWasm } from '@chainrule/engine-wasm'
import { initializers } from '@chainrule/initializers'
import { dense } from '@chainrule/layer-dense'
import { losses } from '@chainrule/losses'
import { optimizers } from '@chainrule/optimizers'
import { spatialLayers } from '../src/index.ts'

const batch = 64
const stepsPerRound = 10

type Stage = readonly [layer: string, positional: RawValue[], named: Record<string, RawValue>]

const lenet: readonly Stage[] = [
  ['conv', [16, [3, 3], 'relu'], { pad: 'same' }],
  ['max-pool', [[2, 2]], {}],
  ['conv', [32, [3, 3], 'relu'], { pad: 'same' }],
  ['max-pool', [[2, 2]], {}],
  ['flatten', [], {}],
  ['dense', [10], {}],
]

const plugins = [dense, ...spatialLayers, ...activations, ...initializers, ...losses, ...optimizers]
const registry = new Registry(plugins)

function instanceOf([call, positional, named]: Stage, at: number): LayerInstance {
  const found = registry.configured('layer', { call, positional, named })
  if (found === undefined || found.configuration.problems.length > 0) throw new Error(call)
  return { name: `layer${at}`, layer: found.plugin, config: found.configuration.config }
}

async function open(): Promise<Session> {
  const instances = lenet.map(instanceOf)
  const nodes = instances.map(({ name }, i) => {
    const from: ValueRef = i === 0 ? { input: 'image' } : { node: `layer${i - 1}` }
    return { name, instance: name, inputs: [from] }
  })
  const graph = {
    inputs: [{ name: 'image', shape: [28, 28, 1], dtype: 'f32' as const }],
    instances,
    nodes,
    heads: [
      { name: 'digit', from: { node: 'layer5' }, loss: registry.make('loss', 'cross-entropy') },
    ],
  }
  const optimizer = registry.make('optimizer', 'adam')
  const session = await Session.create(
    inferShapes(graph),
    { maxBatch: batch, optimizer },
    engineWasm,
  )
  session.initialise(1)
  const rows = 8 * batch
  const pixel = (i: number): number => ((i * 2654435761) >>> 0) / 2 ** 32 - 0.5
  session.bind({
    rows,
    inputs: { image: Float32Array.from({ length: rows * 28 * 28 }, (_, i) => pixel(i)) },
    targets: { digit: Int32Array.from({ length: rows }, (_, i) => i % 10) },
  })
  return session
}

/** Milliseconds of the processor for one step. */
function round(session: Session, order: Int32Array): number {
  const before = process.cpuUsage()
  session.executable.run('step', batch, order)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1000 / stepsPerRound
}

const seconds = Number(process.argv[2] ?? 5)
const session = await open()
const order = Int32Array.from({ length: stepsPerRound * batch }, (_, i) => i % (8 * batch))
const end = performance.now() + seconds * 1000
const rounds: number[] = []
round(session, order)
while (performance.now() < end) rounds.push(round(session, order))
rounds.sort((a, b) => a - b)
const at = (part: number): string =>
  (rounds[Math.floor(part * (rounds.length - 1))] ?? Number.NaN).toFixed(2)
console.log(
  `LeNet, batch ${batch}: ${at(0.25)} ms a step (least ${at(0)}, median ${at(0.5)}, ${rounds.length} rounds)`,
)
session.executable.dispose()
