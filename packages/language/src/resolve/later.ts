import type { PluginKind } from '@chainrule/core'

/** What edition 1 describes and this version does not bring: naming it says so instead of "unknown", and what to do. */

const sequence = 'give every step as columns of its own, and use `dense`'
const image = 'take an image as one line of numbers, such as `input x 784`, and use `dense`'
const joining = 'write one pipeline, of which each layer has one input'
const scaling = 'leave it out; `scale standard` already brings the features to one scale'

const layers: Readonly<Record<string, string>> = {
  ...{ add: joining, concat: joining, multiply: joining },
  ...{ attention: sequence, embed: sequence, gru: sequence, lstm: sequence, rnn: sequence },
  ...{ 'average-pool': image, 'global-pool': image, 'max-pool': image, upsample: image },
  ...{ conv: image, 'conv-transpose': image, flatten: image, reshape: image },
  ...{ 'batch-norm': scaling, 'layer-norm': scaling, norm: scaling },
  dropout:
    'leave it out; against overfitting a layer takes `l2=1e-4`, and `stop patience=10` ends the training in time',
  identity: 'leave it out: it changes nothing',
}

const words: Partial<Record<PluginKind, Readonly<Record<string, string>>>> = {
  layer: layers,
  optimizer: { lbfgs: 'use `adam`' },
}

export const comesLater = (kind: PluginKind, name: string): boolean =>
  Object.hasOwn(words[kind] ?? {}, name)

/** What to write until then. */
export const untilThen = (kind: PluginKind, name: string): string => words[kind]?.[name] ?? ''

export const laterLayers = (): readonly string[] => Object.keys(layers)

export const laterWords = (): string[] => Object.values(words).flatMap((each) => Object.keys(each))
