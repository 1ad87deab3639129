/** The experiment as a whole: what a link, a session and a file hold of it. */
import { count } from '../page/count.ts'
import { closeDialog, dialog } from './dialogs.ts'
import { addFile, ownFiles } from './files.ts'
import {
  failureText,
  frame,
  hasEnded,
  loaded,
  loadText,
  notice,
  reader,
  settings,
  text,
  trainer,
} from './playground.ts'
import { decodeExperiment, encodeExperiment, mostSharedBytes } from './share.ts'

export interface SharedLink {
  readonly url: string
  /** What the link does not hold, in a sentence. */
  readonly lacks: string | undefined
}

/** A link that leads to this text, its data and its weights. */
export async function shareLink(): Promise<SharedLink> {
  const { used, lacks } = usedFiles()
  const fragment = await encodeExperiment({
    text: text.value,
    files: used,
    step: hasEnded.value ? 'end' : (frame.value?.step ?? 0),
  })
  const url = new URL(location.href)
  url.hash = fragment
  return { url: url.href, lacks: lacks ?? inexact() }
}

function inexact(): string | undefined {
  if (frame.value?.isExact !== false) return undefined
  return 'Weights were set, or kept from another training: the link leads to those that the text alone gives.'
}

/** Files of the visitor that the text names. */
function usedFiles(): { used: typeof ownFiles.value; lacks: string | undefined } {
  const data = settings.value?.data
  const path = data !== undefined && 'path' in data ? data.path.replace(/^\.\//, '') : ''
  const bytes = ownFiles.value[path]
  if (bytes === undefined) return { used: {}, lacks: undefined }
  if (bytes.length <= mostSharedBytes) return { used: { [path]: bytes }, lacks: undefined }
  const size = Math.round(bytes.length / 1000)
  return {
    used: {},
    lacks: `${path} has ${count(size)} kB, and a link can hold ${mostSharedBytes / 1000}: send the file beside it.`,
  }
}

/** Opens what a fragment holds: the same weights after the same updates. Whether there was something to open. */
export async function openFragment(fragment: string): Promise<boolean> {
  const shared = await decodeExperiment(fragment)
  if (shared === undefined) return false
  if (typeof shared === 'string') {
    notice.value = shared
    return false
  }
  for (const [name, bytes] of Object.entries(shared.files))
    addFile(name, bytes as Uint8Array<ArrayBuffer>)
  await loadText(shared.text, { step: shared.step, play: shared.step === 0 })
  return true
}

/** Opens a model that was trained here or by the command: its text, and its weights where its data are here. */
async function openModel(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const read = await reader.ask({ type: 'read-model', bytes })
  if (read?.type === 'failed') notice.value = `${name}: ${failureText(read)}`
  if (read?.type !== 'model-read') return
  if (!(await loadText(read.text))) return openAlone(name, bytes)
  const restored = await trainer.ask({ type: 'restore', bytes })
  notice.value =
    restored?.type === 'failed'
      ? `${name}: ${failureText(restored)}`
      : `The weights of ${name} are loaded. Play trains on from them.`
}

/** A model whose text cannot be trained here, for want of its data or of others' code. */
async function openAlone(name: string, bytes: Uint8Array<ArrayBuffer>): Promise<void> {
  const answer = await reader.ask({ type: 'show-model', bytes })
  if (answer?.type === 'model-shown') {
    dialog.value = { is: 'model', name, bytes, view: answer.view }
    notice.value = `The text of ${name} is here. Where it lacks only its data, add the file by "Your data", and open the model again.`
  }
  if (answer?.type === 'failed') notice.value = `${name}: ${failureText(answer)}`
}

export interface SavedFile {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

export function textFile(): SavedFile {
  return { name: `${baseName()}.mlp`, bytes: new TextEncoder().encode(text.value) }
}

/** The trained model as the command reads it; nothing where there is none. */
export async function modelFile(): Promise<SavedFile | undefined> {
  if (loaded.value === undefined) return undefined
  const answer = await trainer.ask({ type: 'save' })
  return answer?.type === 'saved'
    ? { name: `${baseName()}.safetensors`, bytes: answer.bytes as Uint8Array<ArrayBuffer> }
    : undefined
}

function baseName(): string {
  const data = settings.value?.data
  if (data === undefined) return 'model'
  const name = data.kind === 'synthetic' ? data.generator : (data.path.split('/').at(-1) ?? 'model')
  return name.replace(/\..*$/, '').replace(/[^A-Za-z0-9_-]/g, '-') || 'model'
}

/** A file that was chosen or dropped: a text, a model, or data. */
export async function openFile(file: File): Promise<void> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  closeDialog()
  if (/\.mlp$/i.test(file.name)) await loadText(new TextDecoder().decode(bytes), { play: true })
  else if (/\.safetensors$/i.test(file.name)) await openModel(file.name, bytes)
  else dialog.value = { is: 'own-data', file: { name: file.name, bytes } }
}
