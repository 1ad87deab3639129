/** The command line: its words, and one way out for every error. What a command does is loaded when it is asked for. */
import { ChainruleError } from '@chainrule/core'
import { Command, CommanderError, InvalidArgumentError, Option } from 'commander'
import { type Bounds, boundsText, isWithin, settingBounds } from '../setting-bounds.ts'
import { type Console, formatOf } from './console.ts'
import { printError, type ReportedError, reported } from './errors.ts'
import { exits } from './exits.ts'
import { tellFault } from './faults.ts'
import { version } from './version.ts'

/** Runs one command; the code with which the process should end. */
export async function runCommand(console: Console, args: readonly string[]): Promise<number> {
  let code: number = exits.success
  const format = formatOf(args)
  const program = commands(console, format, (result) => {
    code = result
  })
  try {
    await program.parseAsync([...args], { from: 'user' })
    return code
  } catch (error) {
    return exitFor(console, error, format)
  }
}

function exitFor(console: Console, error: unknown, format: string): number {
  if (error instanceof CommanderError) {
    if (error.exitCode === 0) return exits.success
    if (format === 'json') printError(console, usageError(error), format)
    return exits.mistake
  }
  const known = reported(error)
  if (known !== undefined) {
    printError(console, known, format)
    return exits.mistake
  }
  return tellFault(console, error, format)
}

/** Words that the command line does not know; commander has told a person already. */
function usageError({ code, message }: CommanderError): ReportedError {
  const [problem = '', suggestion] = message.split('\n')
  return {
    code: 'usage',
    message: problem.replace(/^error: /, ''),
    help: suggestion?.replace(/^\(|\)$/g, '') ?? 'see `chainrule --help`',
    data: { reason: code.replace(/^commander\./, '') },
  }
}

/** What each command is made of. */
interface Kit {
  readonly console: Console
  /** Remembers the code of exit. */
  readonly end: (code: number) => void
  readonly add: (name: string, description: string) => Command
}

function commands(console: Console, format: string, end: (code: number) => void): Command {
  const program = new Command('chainrule')
    .description('Neural networks as a chain of layers in a small text file.')
    .version(version)
    .exitOverride()
    .configureOutput({
      writeOut: (text) => console.out(text),
      writeErr: (text) => {
        if (format !== 'json') console.err(text)
      },
    })
    .showSuggestionAfterError()
  const add: Kit['add'] = (name, description) => program.command(name).description(description)
  textCommands({ console, end, add })
  modelCommands({ console, end, add })
  authorCommands({ console, end, add })
  return program
}

const formats = (): Option =>
  new Option('--format <format>', 'how to print').choices(['text', 'json']).default('text')

const fromData = (command: Command): Command =>
  command
    .option('--data <file>', 'data for a text that names none: CSV, TSV, JSON')
    .option('--target <column>', 'the column of --data to predict')
    .option('--model <name>', 'which model, where the text holds several')
    .option('--allow-path <folder...>', "folders besides the file's own from which it may read")

const trusting = (command: Command): Command =>
  command.option('--trust <name@hash...>', 'plugins that are run in this call without a question')

/** What says what a text means. */
function textCommands({ console, end, add }: Kit): void {
  fromData(add('check <file...>', 'say everything that is wrong with texts'))
    .option('--fix', 'mend in the file what can be mended')
    .addOption(formats())
    .action(async (files, options) => {
      const { check } = await import('./check.ts')
      end(await check(console, files, options))
    })
  trusting(
    fromData(
      add(
        'show <file>',
        'show the settings with every default filled in, or a stage on the way to the program',
      ),
    ),
  )
    .addOption(
      new Option('--stage <stage>', 'what to show instead').choices(['ast', 'graph', 'program']),
    )
    .addOption(
      new Option('--resolved', 'the whole text with every default written out').conflicts('stage'),
    )
    .action(async (file, options) => {
      const { show } = await import('./show.ts')
      end(await show(console, file, options))
    })
}

/** What trains a model, measures it and uses it. */
function modelCommands({ console, end, add }: Kit): void {
  trusting(fromData(add('train <file>', 'train a model and save it')))
    .option('--out <file>', 'where to save the model (safetensors)')
    .option('--epochs <n>', 'passes over the training rows', whole(settingBounds.epochs))
    .option('--batch <n>', 'rows of a batch', whole(settingBounds.batch))
    .option('--seed <n>', 'decides the first weights and every order', whole(settingBounds.seed))
    .option('--engine <name>', 'what runs the program: wasm, or js, the slow reference', 'wasm')
    .option(
      '--threads <n>',
      'threads that run it together; their number changes no bit',
      whole({ from: 1 }),
    )
    .addOption(
      new Option(
        '--numerics <mode>',
        'fast, or portable: the same bits on every machine and in every browser',
      ).choices(['fast', 'portable']),
    )
    .addOption(formats())
    .action(async (file, options) => {
      const { train } = await import('./train.ts')
      end(await train(console, file, options))
    })
  add('evaluate <model> [data]', 'measure a saved model on data with targets')
    .option('--data <file>', 'the data, where they do not stand behind the model')
    .option('--labels <file>', 'the labels of IDX images')
    .addOption(formats())
    .action(async (model, data, options) => {
      const { evaluate } = await import('./model.ts')
      end(await evaluate(console, model, dataOf(data, options.data), options))
    })
  add('predict <model> [data]', 'predict with a saved model; prints CSV')
    .option('--data <file>', 'the data, where they do not stand behind the model')
    .option('--out <file>', 'write there instead')
    .addOption(formats())
    .action(async (model, data, options) => {
      const { predict } = await import('./model.ts')
      end(await predict(console, model, dataOf(data, options.data), options))
    })
  trusting(fromData(add('gradcheck <file>', 'check every gradient three ways in float64'))).action(
    async (file, options) => {
      const { gradcheck } = await import('./gradcheck.ts')
      end(await gradcheck(console, file, options))
    },
  )
  trusting(
    fromData(
      add('summary <file>', 'layers, shapes, parameters and memory of a text or a saved model'),
    ),
  ).action(async (file, options) => {
    const { summary } = await import('./summary.ts')
    end(await summary(console, file, options))
  })
}

/** What helps the author of a text or of a plugin to write. */
function authorCommands({ console, end, add }: Kit): void {
  add('fmt <file...>', 'write texts in their one form')
    .option('--check', 'write nothing; name the files that would change, and end with 1')
    .action(async (files, options) => {
      const { fmt } = await import('./fmt.ts')
      end(fmt(console, files, options))
    })
  add(
    'explain [name]',
    "say what a diagnostic's code means or what a layer takes, or list all codes",
  ).action(async (code) => {
    const { explain } = await import('./explain.ts')
    end(explain(console, code))
  })
  add('init <data>', 'write a starting text for a data set')
    .option('--out <file>', 'where to write it')
    .option('--target <column>', 'the column to predict')
    .action(async (data, options) => {
      const { init } = await import('./init.ts')
      end(await init(console, data, options))
    })
  add(
    'manifest [path]',
    "write the manifest of a plugin's package, or of a file of your own, from its code",
  ).action(async (given) => {
    const { manifest } = await import('./manifest.ts')
    end(await manifest(console, given ?? '.'))
  })
}

/** The data of `predict` and `evaluate`, in either of two ways. */
function dataOf(behind: string | undefined, option: string | undefined): string {
  const data = behind ?? option
  if (data !== undefined && (behind === undefined || option === undefined)) return data
  const problem = data === undefined ? 'no data are given' : 'the data are given twice'
  throw new ChainruleError('usage', problem, {
    help: 'name one file: `chainrule predict MODEL DATA` or `chainrule predict MODEL --data DATA`',
  })
}

function whole(bounds: Bounds): (text: string) => number {
  return (text) => {
    const value = Number(text)
    if (!/^\d+$/.test(text) || !isWithin(value, bounds))
      throw new InvalidArgumentError(`It must be ${boundsText(bounds)}.`)
    return value
  }
}
