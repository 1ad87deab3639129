/** A text trained by the library, as the page's worker trains it. */
import type { TrainingEvent } from '@chainrule/core'
import { prepareTraining } from 'chainrule/workbench'
import { oneThread } from '../../src/worker/engines.ts'
import { openText } from '../../src/worker/open-text.ts'
import type { Files } from '../../src/worker/protocol.ts'

export type Epoch = Extract<TrainingEvent, { readonly type: 'epoch' }>

/** The last epoch of the text's own training, or of its first few; throws where it does not check. */
export async function trained(text: string, files: Files, epochs?: number): Promise<Epoch> {
  const { experiment, data, diagnostics } = await openText(text, files)
  if (experiment === undefined || data === undefined)
    throw new Error(`${diagnostics[0]?.message}\n${text}`)
  const training = await prepareTraining(text, experiment, data, { engine: oneThread })
  try {
    let last: Epoch | undefined
    for await (const event of training.run(epochs === undefined ? {} : { epochs })) {
      if (event.type === 'stopped') throw new Error(event.message)
      if (event.type === 'epoch') last = event
    }
    if (last === undefined) throw new Error(`no epoch was trained\n${text}`)
    return last
  } finally {
    training.session.dispose()
  }
}
