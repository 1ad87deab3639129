/** Every error that core throws for a mistake of a user or of a plugin's author; one builder a code. */
import { ChainruleError } from '@chainrule/program'

/** The codes of the errors that core has builders for. */
export type CoreErrorCode =
  | 'plugin-clash'
  | 'plugin-reserved-word'
  | 'plugin-gradient'
  | 'plugin-shape'
  | 'plugin-statistic'
  | 'reader-columns'
  | 'file-invalid'
  | 'shape-mismatch'
  | 'graph-invalid'
  | 'data-mismatch'
  | 'driven-random'
  | 'non-finite'
  | 'state-mismatch'

export function pluginClash(kind: string, name: string): ChainruleError {
  return new ChainruleError('plugin-clash', `two plugins give the ${kind} \`${name}\``, {
    help: 'register one of them under another name',
    data: { kind, name },
  })
}

export function pluginReservedWord(kind: string, name: string, word: string): ChainruleError {
  return new ChainruleError(
    'plugin-reserved-word',
    `the ${kind} \`${name}\` uses the word \`${word}\`, which belongs to the language`,
    { help: 'choose another name', data: { kind, name, word } },
  )
}

/** A plugin, and the package that it comes from if it is one of others. */
export interface Named {
  readonly name: string
  readonly package?: string
}

const called = ({ name, package: from }: Named): string =>
  `\`${name}\`${from === undefined ? '' : ` (${from})`}`

export function pluginGradient(layer: Named, problem: string): ChainruleError {
  return new ChainruleError(
    'plugin-gradient',
    `\`backward\` of the layer ${called(layer)} ${problem}`,
    {
      help: 'return one gradient for each parameter and each float input, with the shape of what it belongs to',
      data: { layer: layer.name },
    },
  )
}

export function pluginStatistic(layer: Named, name: string, problem: string): ChainruleError {
  return new ChainruleError(
    'plugin-statistic',
    `\`forward\` of the layer ${called(layer)} gives a running value \`${name}\`, ${problem}`,
    {
      help: 'declare it in `statistics`, with the shape that `forward` gives it',
      data: { layer: layer.name },
    },
  )
}

export function pluginShape(plugin: Named, problem: string): ChainruleError {
  return new ChainruleError('plugin-shape', `${called(plugin)} ${problem}`, {
    data: { plugin: plugin.name },
  })
}

export function readerColumns(reader: Named, problem: string): ChainruleError {
  return new ChainruleError(
    'reader-columns',
    `\`read\` of the reader ${called(reader)} ${problem}`,
    {
      help: 'return the columns by their names, as many values in each: numbers, texts, truth values, lists of numbers, or `null` where one is missing',
      data: { plugin: reader.name, stage: 'read' },
    },
  )
}

/** For a reader's `read`: what is wrong with its file, and where in it; `row 3: …`. */
export function fileInvalid(file: string, problem: string, help?: string): ChainruleError {
  return new ChainruleError('file-invalid', `${file}: ${problem}`, {
    ...(help === undefined ? {} : { help }),
    data: { file },
  })
}

/** For a layer's `shape` function: what it needs of its inputs. */
export function shapeMismatch(message: string, help?: string): ChainruleError {
  return new ChainruleError('shape-mismatch', message, help === undefined ? {} : { help })
}

export function graphInvalid(message: string, help?: string): ChainruleError {
  return new ChainruleError('graph-invalid', message, help === undefined ? {} : { help })
}

export function dataMismatch(message: string, help?: string): ChainruleError {
  return new ChainruleError('data-mismatch', message, help === undefined ? {} : { help })
}

export function stateMismatch(message: string): ChainruleError {
  return new ChainruleError('state-mismatch', message, {
    help: 'restore a state of the same model',
  })
}

/** `layer` is the name of one that draws. */
export function drivenRandom(optimizer: string, layer: string): ChainruleError {
  return new ChainruleError(
    'driven-random',
    `\`${optimizer}\` compares losses, but \`${layer}\` draws random numbers while training`,
    { help: 'leave the layer out, or train with `adam`', data: { optimizer, layer } },
  )
}
