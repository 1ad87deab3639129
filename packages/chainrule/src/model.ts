/** The library: a model from a text, trained on rows in memory or on what the text names. */
import { ChainruleError, type Engine, type Registry, type TrainingEvent } from '@chainrule/core'
import { type FileSource, readRecords } from '@chainrule/data'
import type { PluginSource } from '@chainrule/plugins'
import { builtInRegistry } from './batteries.ts'
import { type AnyDiagnostic, renderAll } from './diagnostics.ts'
import { defaultEngine } from './engines.ts'
import { dataNotOpened, settingInvalid } from './errors.ts'
import { type GivenRows, hasErrors, type Opened, open } from './open.ts'
import { boundsText, isWithin, settingBounds } from './setting-bounds.ts'
import { openModels, together } from './several-models.ts'
import { type Row, TrainedModel } from './trained-model.ts'
import { follow, prepareTraining, type TrainingSettings, withSettings } from './training.ts'

/** Where a model finds its data, its plugins and its engine. */
export interface LoadOptions {
  /** The file's name, for messages. */
  readonly file?: string
  /** Plugins; the built-in ones where left out. */
  readonly registry?: Registry
  /** The engine; WebAssembly on one thread where left out. */
  readonly engine?: Engine
  /** Opens the files that the text names; `folderSource` of `@chainrule/data/node` is one. */
  readonly source?: FileSource
  /** Finds the plugins that the text names; `installedPlugins` of `@chainrule/plugins/node` is one. */
  readonly plugins?: PluginSource
  /** The model that is meant, where the text holds several. */
  readonly model?: string
}

/** What a training is told beside the text. */
export interface FitSettings extends TrainingSettings {
  /** The column to predict, where the text names none. */
  readonly target?: string
  /** Ends the training; the best weights so far are kept. */
  readonly signal?: AbortSignal
  /** Called with every event. */
  readonly onEvent?: (event: TrainingEvent) => void
}

type ShownText = Pick<Opened, 'text' | 'file' | 'others' | 'diagnostics'>

/** A text with mistakes: the message shows them all, as the command does. */
export class ModelError extends ChainruleError {
  override readonly name = 'ModelError'
  /** All that is wrong with the text, and the warnings beside it. */
  readonly diagnostics: readonly AnyDiagnostic[]

  constructor({ text, file, others, diagnostics }: ShownText) {
    const errors = diagnostics.filter(({ severity }) => severity === 'error')
    super(errors[0]?.code ?? 'model-invalid', renderAll(errors, { text, file, others }))
    this.diagnostics = diagnostics
  }
}

/** A network that is described and not trained yet. */
export class Model {
  /** The text as it was given. */
  readonly text: string
  readonly #options: LoadOptions
  readonly #registry: Registry

  constructor(text: string, options: LoadOptions = {}) {
    if (typeof text !== 'string') throw settingInvalid('text', 'the text of a model', text)
    this.text = text
    this.#options = options
    this.#registry = options.registry ?? builtInRegistry()
  }

  /** Everything that is wrong, or worth knowing, as the command's `check` says it. */
  async check(): Promise<readonly AnyDiagnostic[]> {
    const { model: asked } = this.#options
    const all = await openModels(asked, (model) =>
      this.#open(undefined, {}, { model, isChecked: true }),
    )
    return together(all).diagnostics
  }

  /** Trains on rows, or without any on the data that the text names. Throws a `ModelError` for mistakes in the text. */
  async fit(rows?: readonly Row[], settings: FitSettings = {}): Promise<TrainedModel> {
    for (const name of ['epochs', 'batch', 'seed'] as const) checkWhole(name, settings[name])
    const opened = await this.#open(rows, settings)
    if (hasErrors(opened.diagnostics)) throw new ModelError(opened)
    const { experiment, data, text } = opened
    if (opened.request?.span !== undefined && data === undefined) throw dataNotOpened()
    if (experiment === undefined || data === undefined) {
      throw new ChainruleError('data-none', 'there is nothing to train on', {
        help: 'give rows: `model.fit(rows, { target: "price" })`, or write `data` in the text',
      })
    }
    const engine = this.#options.engine ?? defaultEngine
    const training = await prepareTraining(text, withSettings(experiment, settings), data, {
      engine,
    })
    const { signal, onEvent } = settings
    try {
      const events = training.run(signal === undefined ? {} : { signal })
      const failure = await follow(events, (event) => onEvent?.(event))
      if (failure !== undefined) throw failure
      return await TrainedModel.open(training.saved(), { engine, registry: this.#registry })
    } finally {
      training.session.dispose()
    }
  }

  #open(
    rows?: readonly Row[],
    { target, seed }: FitSettings = {},
    {
      model = this.#options.model,
      isChecked = false,
    }: { model?: string | undefined; isChecked?: boolean } = {},
  ): Promise<Opened> {
    const { file, source, plugins } = this.#options
    return open(this.text, {
      ...(file === undefined ? {} : { file }),
      ...(source === undefined ? {} : { source }),
      ...(plugins === undefined ? {} : { plugins }),
      ...(model === undefined ? {} : { model }),
      ...(rows === undefined ? {} : { rows: givenRows(rows, target) }),
      ...(seed === undefined ? {} : { seed }),
      registry: this.#registry,
      requireModel: !isChecked,
      runs: !isChecked,
    })
  }
}

function checkWhole(name: 'epochs' | 'batch' | 'seed', value: number | undefined): void {
  const bounds = settingBounds[name]
  if (value !== undefined && !isWithin(value, bounds))
    throw settingInvalid(name, boundsText(bounds), value)
}

function givenRows(rows: readonly Row[], target: string | undefined): GivenRows {
  return { data: readRecords(rows), name: 'the rows', ...(target === undefined ? {} : { target }) }
}

/** A model from the text of an `.mlp` file. */
export function load(text: string, options: LoadOptions = {}): Model {
  return new Model(text, options)
}

/** A model from a text in the source: chainrule`dense ${width} relu -> dense 1`. */
export function chainrule(
  strings: TemplateStringsArray,
  ...values: readonly (number | string)[]
): Model {
  return new Model(String.raw({ raw: strings.raw }, ...values))
}

/** A trained model from the bytes of a saved one. */
export function loadModel(
  bytes: Uint8Array,
  options: Pick<LoadOptions, 'engine' | 'registry' | 'file'> = {},
): Promise<TrainedModel> {
  const { engine = defaultEngine, registry = builtInRegistry(), file } = options
  return TrainedModel.fromBytes(bytes, {
    engine,
    registry,
    ...(file === undefined ? {} : { file }),
  })
}
