/** From a text that was opened to a model that is ready to be trained, and what the page is told of it. */
import type { WasmEngine } from '@chainrule/engine-wasm'
import { hasErrors, type Opened, plannedBytes, prepareTraining } from 'chainrule/workbench'
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

export async function prepare(
  { opened, experiment, data, network }: Trainable,
  engine: WasmEngine,
): Promise<Prepared> {
  const training = await prepareTraining(opened.text, experiment, data, { engine, entries })
  const plane = planeOf(data, network.parameters)
  const viewer =
    plane === undefined || experiment.shaped === undefined
      ? undefined
      : await Viewer.create(experiment.shaped, gridRows(data, plane), plane, oneThread)
  const model = new LoadedModel(opened, training, viewer)
  const { train, validation, test } = training.parts
  const told = {
    network,
    rows: { train: train.length, validation: validation?.length ?? 0, test: test?.length ?? 0 },
    batch: experiment.fit.batch,
    stepsPerEpoch: model.course.stepsPerEpoch,
    bytes: await plannedBytes(experiment, engine),
    plane,
    image: imageSize(data),
    threads: engine.threads,
    metrics: experiment.metrics.flatMap(({ metric }) =>
      metric.style === 'tabulating' ? [] : [metric.name],
    ),
  }
  return { model, told }
}
