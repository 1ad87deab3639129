/** What a model says of an image that is none of the data's; apart, as not every visit asks. */
import type { Engine, Registry } from '@chainrule/core'
import { TrainedModel, type Training } from 'chainrule/workbench'
import type { ImageSize } from './images.ts'
import type { Said } from './text-protocol.ts'

/** What the model as it stands says of an image that is none of the data's. */
export async function predictImage(
  training: Training,
  { width, height }: ImageSize,
  pixels: Uint8Array,
  options: { readonly engine: Engine; readonly registry: Registry },
): Promise<Said[]> {
  const model = await TrainedModel.open(training.saved(), options)
  try {
    const { predictions } = model.predict({
      kind: 'images',
      rows: 1,
      shape: [height, width, 1],
      values: pixels,
      origin: { images: 'the drawing' },
    })
    return Object.entries(predictions).map(([head, [row]]) => ({
      head,
      value: String(row?.value ?? ''),
      shares: Object.entries(row?.probabilities ?? {}).map(([name, share]) => ({ name, share })),
    }))
  } finally {
    model.dispose()
  }
}
