/** What the controls show: the values that hold, written in the text or by default. */
import { generatorDefaults } from '@chainrule/data'
import type { DataRequest } from '@chainrule/language'
import type { Opened } from 'chainrule/workbench'
import type { DataSettings, Settings } from './text-protocol.ts'

/** `undefined` where the text has errors that leave them open. */
export function settingsOf({ experiment, request }: Opened): Settings | undefined {
  if (experiment === undefined) return undefined
  const { optimizer, fit } = experiment
  const lr = (optimizer.config as Readonly<Record<string, unknown>>)['lr']
  return {
    optimizer: optimizer.name,
    learningRate: typeof lr === 'number' ? lr : undefined,
    batch: optimizer.style === 'driven' ? undefined : fit.batch,
    epochs: fit.epochs,
    seed: fit.seed,
    data: request === undefined ? undefined : dataSettings(request),
  }
}

export function dataSettings({ source, split, targets }: DataRequest): DataSettings {
  const shares =
    split.by === 'shares'
      ? {
          train: percent(split.train),
          validate: percent(split.validate),
          test: percent(split.test),
        }
      : undefined
  const target = targets[0]?.name.value
  if (source.kind !== 'synthetic')
    return { kind: source.kind, path: pathOf(source), split: shares, target }
  const name = source.generator.value
  const {
    points = 0,
    noise = 0,
    seed = 0,
    classes,
  } = {
    ...generatorDefaults(name),
    ...(source.options as Readonly<Record<string, number>>),
  } as Readonly<Record<string, number>>
  return { kind: 'synthetic', generator: name, points, noise, seed, classes, split: shares, target }
}

const percent = (share: number): number => Math.round(share * 1000) / 10

function pathOf(source: Exclude<DataRequest['source'], { readonly kind: 'synthetic' }>): string {
  return source.kind === 'idx' ? source.images.value : source.path.value
}
