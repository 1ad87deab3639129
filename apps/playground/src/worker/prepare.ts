/** From a text that was opened to a model that is ready to be trained, and what the page is told of it. */
import type { WasmEngine } from '@chainrule/engine-wasm'
import {
  hasErrors,
  type Opened,
  plannedBytes,
  prepareTraining,
  type Training,
} from 'chainrule/workbench'
import { oneThread } from './engines.ts'
import { imageSize } from './images.ts'
import { LoadedModel } from './loaded-model.ts'
import { gridRows, planeOf } from './plane.ts'
import type { Loaded, NetworkView } from './protocol.ts'
import { Viewer } from './viewer.ts'
import { networkView } from './views.ts'

/** Everything that a training and a look at it may run. */
const entries = [
  ...(['init', 'predict', 'evaluate', 'penalty'] as const),
  ...(['gradient', 'update', 'step', 'inspect'] as const),
]

/** Bytes that a model may take: less than a worker can be given, and half of the machine's memory. */
function memoryLimit(): number {
  const { deviceMemory = 4 } = navigator as { readonly deviceMemory?: number }
  return Math.min(2, deviceMemory / 2) * 2 ** 30
}

/** A text that can be trained. */
export interface Trainable {
  readonly opened: Opened
  readonly experiment: NonNullable<Opened['experiment']>
  readonly data: NonNullable<Opened['data']>
  readonly network: NetworkView
}

/** Or why it cannot be. */
export function trainable(opened: Opened): Trainable | string {
  const { experiment, data } = opened
  if (hasErrors(opened.diagnostics)) return 'the text has errors'
  const network = experiment === undefined ? undefined : networkView(experiment, opened)
  if (data === undefined || experiment === undefined || network === undefined)
    return 'the text names no data to train on'
  return { opened, experiment, data, network }
}

export interface Prepared {
  readonly model: LoadedModel
  readonly told: Omit<Loaded, 'kept'>
}

export async function prepare(ready: Trainable, engine: WasmEngine): Promise<Prepared> {
  const { opened, experiment, data, network } = ready
  const training = await prepareTraining(opened.text, experiment, data, {
    ...{ engine, entries, memoryLimit: memoryLimit() },
  })
  let viewer: Viewer | undefined
  try {
    const plane = planeOf(data, network.parameters)
    if (plane !== undefined && experiment.shaped !== undefined)
      viewer = await Viewer.create(experiment.shaped, gridRows(data, plane), plane, oneThread)
    const bytes = await bytesOf(experiment, engine)
    const model = new LoadedModel(opened, training, viewer)
    const { stepsPerEpoch } = model.course
    const told = { ...summaryOf(ready, training.parts), plane, bytes, stepsPerEpoch }
    return { model, told: { ...told, threads: engine.threads } }
  } catch (error) {
    viewer?.dispose()
    training.session.dispose()
    throw error
  }
}

function summaryOf(
  { experiment, data, network }: Trainable,
  { train, validation, test }: Training['parts'],
) {
  return {
    network,
    rows: { train: train.length, validation: validation?.length ?? 0, test: test?.length ?? 0 },
    batch: experiment.fit.batch,
    image: imageSize(data),
    metrics: experiment.metrics.flatMap(({ metric }) =>
      metric.style === 'tabulating' ? [] : [metric.name],
    ),
  }
}

/** Of the last model: to count them it is compiled once more, and a learning rate does not change them. */
let counted: { readonly key: string; readonly bytes: number } | undefined

async function bytesOf(experiment: Trainable['experiment'], engine: WasmEngine): Promise<number> {
  const { graph, fit, optimizer, metrics } = experiment
  const names = metrics.map(({ metric }) => metric.name)
  const { lr: _, ...settings } = optimizer.config
  const asked = [graph, fit.batch, fit.accumulate, optimizer.name, settings, names, engine.threads]
  const key = JSON.stringify(asked)
  if (counted?.key !== key) counted = { key, bytes: await plannedBytes(experiment, engine) }
  return counted.bytes
}
