/** The script of both workers. It says `ready`, and answers one request after the other. */
import { ChainruleError } from '@chainrule/core'
import type { Opened } from 'chainrule/workbench'
import { forgetTable } from './data-memory.ts'
import { oneThread } from './engines.ts'
import { isLook, look } from './look.ts'
import { loadAllPlugins, openText } from './open-text.ts'
import { previews } from './previews.ts'
import type { Message, Request } from './protocol.ts'
import { Trainer } from './trainer.ts'
import { checkedView } from './views.ts'

const send = (message: Message): void => self.postMessage(message)

// Threads share memory, which a page may only where it is isolated from others.
const threads = self.crossOriginIsolated ? Math.min(navigator.hardwareConcurrency || 1, 4) : 1
const trainer = new Trainer(send, threads)

/** What was opened last: what its data are holds while the text is written. */
let last: Opened | undefined

async function answer(request: Request): Promise<void> {
  if (isLook(request)) return send(await look(request, trainer.loaded))
  switch (request.type) {
    case 'paint': {
      const { paintText } = await import('./paint-text.ts')
      return send(paintText(request, last))
    }
    case 'complete':
    case 'hover':
    case 'format': {
      const [{ answerEditor }] = await Promise.all([import('./text-services.ts'), loadAllPlugins()])
      return send(answerEditor(request, last))
    }
    case 'check': {
      const opened = await openText(request.text, request.files)
      forgetTable()
      // A text that could not be read so far says nothing of its data.
      if (opened.data !== undefined) last = opened
      return send({ type: 'checked', id: request.id, checked: checkedView(opened) })
    }
    case 'load':
      return trainer.load(request.id, request.text, request.files, request.keep)
    case 'play':
      return trainer.play(request.stepsPerSecond)
    case 'pause':
      return trainer.pause()
    case 'step':
      return trainer.step()
    case 'reset':
      return trainer.reset()
    case 'again':
      return trainer.again()
    case 'set-weight':
      return trainer.setWeight(request.name, request.index, request.value)
    case 'advance':
      return send(
        (await trainer.advance(request.to))
          ? { type: 'done', id: request.id }
          : { type: 'refused', id: request.id, message: 'something else was asked for' },
      )
    case 'recall':
      return send({ type: 'recalled', id: request.id, acts: await trainer.recall() })
    case 'restore':
      await trainer.restore(request.bytes)
      return send({ type: 'done', id: request.id })
    case 'read-model': {
      const { readModel } = await import('./model-files.ts')
      return send({ type: 'model-read', id: request.id, text: readModel(request.bytes).source })
    }
    case 'show-model': {
      const { savedView } = await import('./saved-view.ts')
      return send({ type: 'model-shown', id: request.id, view: savedView(request.bytes) })
    }
    case 'ask-model': {
      const { askSaved } = await import('./saved-view.ts')
      const said = await askSaved(request.bytes, request.row, oneThread)
      return send({ type: 'said', id: request.id, said })
    }
    case 'change': {
      const { changedText } = await import('./changed-text.ts')
      const text = await changedText(request.text, request.change, request.files)
      return send({ type: 'changed', id: request.id, text })
    }
    case 'describe': {
      const { describeFile } = await import('./describe-file.ts')
      const { id, name, bytes } = request
      const described = await describeFile(name, bytes, request)
      send({ type: 'described', id, described })
      // Read already when somebody trains on it.
      if (described.text !== undefined) await openText(described.text, { [name]: bytes })
      return
    }
    case 'preview':
      return send({ type: 'previews', id: request.id, previews: previews() })
    case 'ping':
      return send({ type: 'pong', id: request.id })
    case 'drawn':
      return trainer.drawn()
  }
}

self.addEventListener('message', ({ data }: MessageEvent<Request>) => {
  answer(data).catch((error: unknown) => {
    const { code, message, help } =
      error instanceof ChainruleError
        ? error
        : { code: 'internal', message: String(error), help: undefined }
    const id = 'id' in data ? { id: data.id } : {}
    send({ type: 'failed', ...id, code, message, ...(help === undefined ? {} : { help }) })
  })
})
/**
 * Holds the lock of its name as long as it lives: the browser says nothing of a worker that it ended, but gives the lock to the page,
 * which waits for it.
 */
function live(): void {
  if (navigator.locks === undefined) {
    send({ type: 'ready', threads })
    return
  }
  void navigator.locks.request(self.name, () => {
    send({ type: 'ready', threads })
    return new Promise(() => {})
  })
}

live()
