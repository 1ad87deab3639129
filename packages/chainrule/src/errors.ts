/** Errors of model files and of the command line; one builder a code. Each message is one line and says what to do. */
import { ChainruleError } from '@chainrule/core'
import { bytes } from './quantities.ts'

export function dataNone(path: string, purpose: string): ChainruleError {
  return new ChainruleError('data-none', `${path} names no data to ${purpose}`, {
    help: 'write `data csv "…" { target … }` in it, or give `--data FILE --target COLUMN`',
  })
}

/** What was asked for by `--model`, or by a caller of the library. */
export function modelUnknown(asked: string, models: readonly string[]): ChainruleError {
  const names = models.map((name) => `\`${name}\``).join(', ')
  return new ChainruleError('model-unknown', `the text has no model \`${asked}\``, {
    help: models.length === 0 ? 'it has none at all' : `it has ${names}`,
    data: { model: asked },
  })
}

/** A file from outside the model file's folder, whose lines are not shown. */
export function usedFileInvalid(path: string): ChainruleError {
  return new ChainruleError('used-file-invalid', `${path} has mistakes in its syntax`, {
    help: '`chainrule check` of that file shows them',
    data: { file: path },
  })
}

/** `giver` is the package or file that gave the name before; none where it is built in. */
export function pluginTwice(
  kind: string,
  name: string,
  { written, from }: { readonly written: string; readonly from: string },
  giver: string | undefined,
): ChainruleError {
  const before = giver === undefined ? 'is built in' : `comes from ${giver}`
  return new ChainruleError(
    'plugin-clash',
    `${from} gives the ${kind} \`${name}\`, which ${before}`,
    {
      help: `give its names a prefix of their own, \`use "${written}" as NAME\`, or take others only: \`only [a, b]\``,
      data: { kind, name, package: from, giver },
    },
  )
}

/** An item of `only`. */
export function pluginNameUnknown(
  name: string,
  packageName: string,
  names: readonly string[],
): ChainruleError {
  return new ChainruleError('plugin-name-unknown', `${packageName} gives no \`${name}\``, {
    help: `it gives ${names.map((each) => `\`${each}\``).join(', ')}`,
    data: { name, package: packageName, names },
  })
}

/** What a caller of the library gave. */
export function settingInvalid(name: string, required: string, came: unknown): ChainruleError {
  const shown = typeof came === 'object' ? typeof came : String(came)
  return new ChainruleError(
    'setting-invalid',
    `\`${name}\` must be ${required}, but got ${came === null ? 'null' : shown}`,
    { help: `give ${required}`, data: { name, required } },
  )
}

/** `byWeights` tells whether the weights need more of it than a batch's values. */
export function modelTooLarge(needed: number, limit: number, byWeights: boolean): ChainruleError {
  return new ChainruleError(
    'model-too-large',
    `this model needs about ${bytes(needed)}, and ${bytes(limit)} are to be had`,
    {
      help: byWeights
        ? 'use fewer units; the engine `js` may use more memory than `wasm`, slowly'
        : 'use a smaller batch, `train batch=…`, or fewer units',
      data: { bytes: needed, limit },
    },
  )
}

/** The same error with the file that it is about. */
export function inFile(file: string | undefined, error: ChainruleError): ChainruleError {
  const { code, message, help, data } = error
  const place = file === undefined ? '' : `${file}: `
  return new ChainruleError(code, `${place}${shortened(message)}`, {
    ...(help === undefined ? {} : { help: shortened(help) }),
    data: file === undefined ? data : { file, ...data },
    cause: error,
  })
}

/** What a message quotes of a stranger's file may be as long as the file. */
const longestMessage = 400
const shortened = (text: string): string =>
  text.length > longestMessage ? `${text.slice(0, longestMessage)}…` : text

export function modelFileInvalid(problem: string): ChainruleError {
  return new ChainruleError(
    'model-file-invalid',
    `this is not a whole safetensors file: ${problem}`,
    {
      help: 'copy or train the model again; nothing of the file was used',
    },
  )
}

/** For what does not begin as the format does, such as a data file. */
export function modelFileOther(): ChainruleError {
  return new ChainruleError('model-file-invalid', 'this is not a saved model', {
    help: 'give a file that `chainrule train … --out` wrote; the model comes first, then the data',
  })
}

export function modelFileDamaged(): ChainruleError {
  return new ChainruleError(
    'model-file-damaged',
    'the model file was changed after it was written: its checksum does not fit',
    {
      help: 'copy or train the model again; nothing of the file was used',
    },
  )
}

export function modelFileForeign(missing: string): ChainruleError {
  return new ChainruleError(
    'model-file-foreign',
    `this safetensors file is not a Chainrule model: its metadata has no \`${missing}\``,
    {
      help: 'give a file that `chainrule train … --out` wrote',
    },
  )
}

export function modelFileVersion(version: string): ChainruleError {
  return new ChainruleError(
    'model-file-version',
    `this model was written in format ${version}, which this version of Chainrule does not read`,
    {
      help: 'update Chainrule, or train the model again',
    },
  )
}

export function engineUnknown(
  name: string,
  engines: readonly { readonly name: string }[],
): ChainruleError {
  const known = engines.map((engine) => engine.name)
  return new ChainruleError('engine-unknown', `there is no engine \`${name}\``, {
    help: `there is ${known.map((word) => `\`${word}\``).join(', ')}`,
    data: { name, known },
  })
}

export function engineOption(option: string, engine: string): ChainruleError {
  return new ChainruleError(
    'engine-option',
    `\`${option}\` is a setting of the \`wasm\` engine, but \`${engine}\` was asked for`,
    { help: `leave out \`--${option}\`, or \`--engine ${engine}\``, data: { option, engine } },
  )
}

/** A text that names data, in a model that may read no files. */
export function dataNotOpened(): ChainruleError {
  return new ChainruleError('data-none', 'the text names its data, but this model reads no files', {
    help: 'open the text with `loadFile` of `chainrule/node`, give a `source`, or give the rows: `model.fit(rows)`',
  })
}
