/** The library's other entry, for Node: files. */
import { dirname } from 'node:path'
import { ChainruleError } from '@chainrule/core'
import { folderSource } from '@chainrule/data/node'
import { installedPlugins } from '@chainrule/plugins/node'
import { checkWritable, readNamedFile, writeWhole } from './files.ts'
import { type LoadOptions, loadModel, Model } from './model.ts'
import type { TrainedModel } from './trained-model.ts'

export { checkModels } from './check-models.ts'

/** What a model from a file is told beside the file: where it may read, and which plugins may run. */
export interface FileOptions extends Omit<LoadOptions, 'file' | 'source' | 'plugins'> {
  /** Folders besides the file's own from which it may read. */
  readonly allowPaths?: readonly string[]
  /** The hash by the name of each plugin whose code may run, beside those that the person has trusted by the command. */
  readonly trust?: Readonly<Record<string, string>>
}

/** A model from an `.mlp` file; its data and its plugins are found from the file's own folder. */
export function loadFile(path: string, options: FileOptions = {}): Model {
  const { allowPaths = [], trust = {}, ...rest } = options
  const text = decode(path)
  return new Model(text, {
    ...rest,
    file: path,
    source: folderSource(dirname(path), { allowPaths }),
    plugins: installedPlugins(dirname(path), { trust: new Map(Object.entries(trust)) }),
  })
}

/** Writes a trained model: whole, or not at all. */
export function saveModel(path: string, model: TrainedModel): void {
  checkWritable(path)
  writeWhole(path, model.toBytes())
}

/** A trained model from its file. */
export function openModel(
  path: string,
  options: Pick<LoadOptions, 'engine' | 'registry'> = {},
): Promise<TrainedModel> {
  return loadModel(readNamedFile(path), { ...options, file: path })
}

function decode(path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(readNamedFile(path))
  } catch (error) {
    if (error instanceof ChainruleError) throw error
    throw new ChainruleError('not-utf-8', `${path} is not text in UTF-8`, {
      help: 'save it in the encoding UTF-8',
    })
  }
}
