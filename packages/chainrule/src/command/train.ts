/** `chainrule train FILE --out MODEL`: trains, tells how it goes, saves. */
import { totalmem } from 'node:os'
import { setImmediate } from 'node:timers/promises'
import { ChainruleError, type Engine, type TrainingEvent } from '@chainrule/core'
import { builtInRegistry, engines } from '../batteries.ts'
import { dataNone } from '../errors.ts'
import { checkWritable, writeWhole } from '../files.ts'
import { writeModel } from '../model-file.ts'
import { prepareTraining } from '../training.ts'
import { type Console, printError } from './console.ts'
import { exits, reportedError } from './errors.ts'
import { reporterFor } from './progress.ts'
import { acceptable, openFile, type SourceOptions } from './source.ts'

export interface TrainOptions extends SourceOptions {
  readonly out?: string
  readonly format: string
  readonly engine?: string
  readonly epochs?: number
  readonly batch?: number
  readonly seed?: number
}

/** The share of the machine's memory that a model may need. */
const memoryShare = 0.8

export async function train(
  console: Console,
  path: string,
  options: TrainOptions,
): Promise<number> {
  const { out, format } = options
  if (out !== undefined) checkWritable(out)
  const engine = engineNamed(options.engine)
  const opened = await openFile(path, builtInRegistry(), options)
  if (!acceptable(console, opened, format)) return exits.mistake
  const { experiment: found, data, text } = opened
  if (found === undefined || data === undefined) {
    throw dataNone(path, 'train on')
  }
  const { epochs = found.fit.epochs, batch = found.fit.batch, seed = found.fit.seed } = options
  const experiment = { ...found, fit: { ...found.fit, epochs, batch, seed } }
  const training = await prepareTraining(text, experiment, data, {
    engine,
    memoryLimit: totalmem() * memoryShare,
  })
  await heard()
  console.holdInterrupts()
  const reporter = reporterFor(console, format)
  const failure = await follow(training.run({ signal: console.signal }), reporter.event)
  const saved = training.saved()
  if (out !== undefined) {
    writeWhole(out, writeModel(saved))
    reporter.saved(out)
  }
  training.session.dispose()
  if (failure === undefined) return exits.success
  printError(console, reportedError(failure), format)
  return exits.mistake
}

/** Signals that came while data were read and compiled; Node hears of them between two turns of its loop. */
async function heard(): Promise<void> {
  await setImmediate()
  await setImmediate()
}

/** Reads the stream to its end; the error of a training that became non-finite. */
async function follow(
  events: AsyncIterable<TrainingEvent>,
  report: (event: TrainingEvent) => void,
): Promise<ChainruleError | undefined> {
  let failure: ChainruleError | undefined
  for await (const event of events) {
    report(event)
    if (event.type === 'stopped') failure = event.error
  }
  return failure
}

function engineNamed(name: string | undefined): Engine {
  const engine = name === undefined ? engines[0] : engines.find((each) => each.name === name)
  if (engine !== undefined) return engine
  throw new ChainruleError('engine-unknown', `there is no engine \`${name}\``, {
    help: `there is ${engines.map((each) => `\`${each.name}\``).join(', ')}`,
  })
}
