/** Ours, through what is public: a text, a session on an engine, `fit` and `predict`. */
import { type Engine, fit, type Session, type Values } from '@chainrule/core'
import { engineNamed } from '../engines.ts'
import { modelData, openSession, setWeights } from '../our-session.ts'
import { rounds, serve, timed, type Worker } from '../serve.ts'
import { type Arrays, readArrays } from '../work-folder.ts'
import type { NetworkWorkload, Slice } from '../workload.ts'
import { productWorker } from './our-product.ts'

await serve(async (workload, { folder, threads, engine: name }) => {
  const engine = engineNamed(name, threads)
  if (workload.kind === 'product') return productWorker(workload, engine)
  const arrays = readArrays(folder, workload)
  return workload.kind === 'training'
    ? await trainer(workload, arrays, engine)
    : await predictor(workload, arrays, engine)
})

async function trainer(workload: NetworkWorkload, arrays: Arrays, engine: Engine): Promise<Worker> {
  const { batch, rows } = workload
  const session = await openSession(workload, engine)
  setWeights(session, arrays.weights)
  session.bind(modelData(session, arrays, rows))
  const all = session.allRows()
  const settings = { batch, seed: 1, shuffle: false, measureTrain: false }
  return {
    memory: () => heldBy(session, arrays),
    close: () => session.dispose(),
    first: async (count) => {
      const losses: number[] = []
      const train = all.subarray(0, count * batch)
      // A small data set is visited again.
      const epochs = Math.ceil((count * batch) / train.length)
      for await (const event of fit(session, { ...settings, train, epochs, everyStep: true }))
        if (event.type === 'step') losses.push(event.loss)
      return losses.slice(0, count)
    },
    run: (seconds) => train(session, { ...settings, train: all, epochs: 1e9 }, seconds),
  }
}

/** What the engine has handed out; the data set is what `bind` has copied. */
function heldBy({ executable }: Session, { inputs, targets }: Arrays) {
  const planned = executable.bytes
  return { planned, tensors: planned - inputs.byteLength - targets.byteLength }
}

/** One training that is left when the time is over. */
async function train(
  session: Session,
  options: Parameters<typeof fit>[1],
  seconds: number,
): Promise<Slice> {
  const began = performance.now()
  for await (const event of fit(session, options)) {
    if (event.type === 'stopped') throw new Error(event.message)
    if (event.type !== 'progress') continue
    const spent = (performance.now() - began) / 1000
    if (spent >= seconds) return { calls: event.step, seconds: spent }
  }
  throw new Error('internal: the training ended')
}

/** Each call brings rows of its own, as a caller does: they are bound and predicted. */
async function predictor(
  workload: NetworkWorkload,
  { weights, inputs }: Arrays,
  engine: Engine,
): Promise<Worker> {
  const { batch, rows } = workload
  const session = await openSession(workload, engine)
  setWeights(session, weights)
  const size = (inputs.length / rows) * batch
  const batches = Array.from({ length: rows / batch }, (_, i) =>
    modelData(session, { inputs: inputs.subarray(i * size, (i + 1) * size) }, batch),
  )
  const order = Int32Array.from({ length: batch }, (_, row) => row)
  const output = session.shaped.graph.heads[0]?.name ?? ''
  const next = rounds(batches.length)
  const predict = (): Values => {
    const data = batches[next()]
    if (data !== undefined) session.bind(data)
    return session.predict(order)[output] as Values
  }
  return {
    memory: () => ({ planned: session.executable.bytes }),
    close: () => session.dispose(),
    first: (count) => Array.from({ length: count }, () => Array.from(predict())).flat(),
    run: (seconds) => timed(seconds, predict),
  }
}
