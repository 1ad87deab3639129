/** `chainrule train FILE --out MODEL`: trains, tells how it goes, saves. */
import { setImmediate } from 'node:timers/promises'
import type { Experiment } from '@chainrule/language'
import { builtInRegistry } from '../batteries.ts'
import { chooseEngine, type EngineChoice } from '../engines.ts'
import { dataNone } from '../errors.ts'
import { checkWritable, writeWhole } from '../files.ts'
import { trainingUse } from '../memory.ts'
import { writeModel } from '../model-file.ts'
import { follow, prepareTraining, type TrainingSettings, withSettings } from '../training.ts'
import { memoryLimit, withinMemory } from '../within-memory.ts'
import type { Console } from './console.ts'
import { printError, reportedError } from './errors.ts'
import { exits } from './exits.ts'
import { type PluginOptions, pluginsFor } from './plugins.ts'
import { reporterFor } from './progress.ts'
import { acceptable, openFile, type SourceOptions } from './source.ts'

export interface TrainOptions extends SourceOptions, TrainingSettings, PluginOptions {
  readonly out?: string
  readonly format: string
  readonly engine?: string
  readonly numerics?: 'fast' | 'portable'
  readonly threads?: number
}

export async function train(
  console: Console,
  path: string,
  options: TrainOptions,
): Promise<number> {
  const { out, format } = options
  if (out !== undefined) checkWritable(out, [path, options.data])
  const engine = chooseEngine(engineChoice(options))
  const plugins = pluginsFor(path, options, console)
  const written = await openFile(path, builtInRegistry(), options, { plugins, runs: true })
  const useOf = (found: Experiment, rows: number | undefined) =>
    trainingUse(withSettings(found, options), rows)
  const opened = withinMemory(written, useOf, engine)
  if (!acceptable(console, opened, format)) return exits.mistake
  const { experiment: found, data, text } = opened
  if (found === undefined || data === undefined) throw dataNone(path, 'train on')
  const experiment = withSettings(found, options)
  const training = await prepareTraining(text, experiment, data, {
    engine,
    memoryLimit: memoryLimit(engine),
  })
  await heard()
  console.holdInterrupts()
  const reporter = reporterFor(console, format, engine)
  const failure = await follow(training.run({ signal: console.signal }), reporter.event)
  const saved = training.saved()
  if (out !== undefined) {
    writeWhole(out, writeModel(saved))
    reporter.saved(out)
  } else if (format !== 'json') console.err('not saved: `--out FILE` would have kept the model\n')
  reporter.end()
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

function engineChoice({ engine, numerics, threads }: TrainOptions): EngineChoice {
  return {
    ...(engine === undefined ? {} : { engine }),
    ...(numerics === undefined ? {} : { numerics }),
    ...(threads === undefined ? {} : { threads }),
  }
}
