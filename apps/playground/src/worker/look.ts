/** Looks at a loaded model, which change nothing of it. */
import { oneThread } from './engines.ts'
import { imageSize, samplesOf } from './images.ts'
import type { LoadedModel } from './loaded-model.ts'
import { registry } from './open-text.ts'
import type { Message, Request } from './protocol.ts'

const lookTypes = [
  'read-weight',
  'inspect',
  'explain',
  'health',
  'save',
  'samples',
  'predict-image',
] as const

export type Look = Extract<Request, { readonly type: (typeof lookTypes)[number] }>

const types: ReadonlySet<string> = new Set(lookTypes)

export const isLook = (request: Request): request is Look => types.has(request.type)

export async function look(request: Look, loaded: LoadedModel | undefined): Promise<Message> {
  const { id } = request
  if (loaded === undefined) return { type: 'refused', id, message: 'no text is loaded' }
  switch (request.type) {
    case 'read-weight':
      return { type: 'weight-read', id, value: loaded.weight(request.name, request.index) }
    case 'inspect':
      return { type: 'inspected', id, inspection: loaded.inspect(request.rows) }
    case 'explain':
      return explain(request, loaded)
    case 'health':
      return { type: 'examined', id, health: loaded.health() }
    case 'save': {
      const { writeModel } = await import('./model-files.ts')
      return { type: 'saved', id, bytes: writeModel(loaded.saved()) }
    }
    case 'samples': {
      const { training, opened } = loaded
      const samples = opened.data && samplesOf(training, opened.data, request.count)
      return { type: 'sampled', id, samples }
    }
    case 'predict-image':
      return predict(request, loaded)
  }
}

type Asked<T extends Look['type']> = Extract<Look, { readonly type: T }>

async function explain(request: Asked<'explain'>, loaded: LoadedModel): Promise<Message> {
  const { id, node, rows, equations } = request
  try {
    return { type: 'explained', id, explained: await loaded.explain(node, rows, equations) }
  } catch (error) {
    // What cannot be shown must not look as if the training had ended.
    const why = error instanceof Error ? error.message : String(error)
    return { type: 'explained', id, explained: undefined, why }
  }
}

async function predict(
  { id, pixels }: Asked<'predict-image'>,
  { training, opened }: LoadedModel,
): Promise<Message> {
  const size = opened.data && imageSize(opened.data)
  if (size === undefined) return { type: 'said', id, said: [] }
  const { predictImage } = await import('./predict-image.ts')
  const options = { engine: oneThread, registry }
  return { type: 'said', id, said: await predictImage(training, size, pixels, options) }
}
