/** The experiment as a whole: what a link, a session and a file hold of it. */
import { count } from '../page/count.ts'
import { isCode } from '../worker/code.ts'
import { closeDialog, dialog, type GivenFile } from './dialogs.ts'
import { addFile, ownFiles } from './files.ts'
import {
  failureText,
  loaded,
  loadText,
  notice,
  reader,
  replay,
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
  const recalled = await trainer.ask({ type: 'recall' })
  const acts = recalled?.type === 'recalled' ? recalled.acts : []
  const texts = [text.value, ...acts.flatMap((act) => ('text' in act ? [act.text] : []))]
  const own = ownFilesOf(texts)
  const models = acts.flatMap((act) =>
    'model' in act ? [['the model that was loaded', act.model] as const] : [],
  )
  const large = [...own, ...models].filter((part) => !isSmall(part))
  const fragment = await encodeExperiment({
    text: text.value,
    files: Object.fromEntries(own.filter(isSmall)),
    acts: models.every(isSmall) ? acts : [],
  })
  const url = new URL(location.href)
  url.hash = fragment
  return { url: url.href, lacks: large.map(tooLarge).join(' ') || undefined }
}

type Part = readonly [name: string, bytes: Uint8Array<ArrayBufferLike>]

/** Files of the visitor that these texts name. */
function ownFilesOf(texts: readonly string[]) {
  const isNamed = (name: string): boolean =>
    spellings(name).some((each) => texts.some((text) => text.includes(each)))
  return Object.entries(ownFiles.value).filter(([name]) => isNamed(name))
}

/** How a text may name a file; of what was built it may name the source. */
const spellings = (name: string): string[] =>
  [name, name.replace(/\.js$/i, '.ts')].flatMap((each) =>
    [each, `./${each}`].map((path) => JSON.stringify(path)),
  )

const isSmall = ([, { length }]: Part): boolean => length <= mostSharedBytes

function tooLarge([name, { length }]: Part): string {
  return `${name} has ${count(Math.round(length / 1000))} kB, and a link holds ${mostSharedBytes / 1000}: send it beside the link, which is opened when "Your data" has it.`
}

/** Counts fragments that are opened: what was asked for one is over with the next. */
let opening = 0

/** Opens what a fragment holds: its text at once, then its weights. The text, or nothing where it could not be read. */
export async function openFragment(fragment: string): Promise<string | undefined> {
  const turn = ++opening
  if (dialog.peek()?.is === 'code') closeDialog()
  const shared = await decodeExperiment(fragment)
  if (turn !== opening) return undefined
  if (typeof shared !== 'object') {
    notice.value = shared
    return undefined
  }
  const files = Object.entries(shared.files).map(([name, bytes]): GivenFile => ({ name, bytes }))
  const code = files.filter(({ name }) => isCode(name))
  addFiles(files.filter(({ name }) => !isCode(name)))
  if (code.length > 0) askToRun(code, () => void replay(shared.text, shared.acts))
  void replay(shared.text, shared.acts)
  return shared.text
}

function addFiles(files: readonly GivenFile[]): void {
  for (const { name, bytes } of files) addFile(name, bytes)
}

/** Until the visitor wants it to run, what it would replace does not run in its place: the text has an error. */
function askToRun(files: readonly GivenFile[], whenAdded: () => void): void {
  const before = ownFiles.value
  const names = files.map(({ name }) => name)
  ownFiles.value = Object.fromEntries(
    Object.entries(before).filter(([name]) => !names.includes(name)),
  )
  const replaced = names.filter((name) => Object.hasOwn(before, name))
  const run = (): void => {
    addFiles(files)
    whenAdded()
  }
  dialog.value = { is: 'code', files, replaced, run }
}

/** Runs a file of code where the visitor wants that, and has the text use it. */
function openCode(file: GivenFile): void {
  askToRun([file], () => {
    const stem = `./${file.name.replace(/\.m?js$/i, '')}.`
    if (!text.value.includes(stem)) text.value = `use "./${file.name}"\n${text.value}`
    notice.value = `The text uses ${file.name} now: its layers and the like are words of it.`
  })
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

export function textFile(): GivenFile {
  return { name: `${baseName()}.mlp`, bytes: new TextEncoder().encode(text.value) }
}

/** The trained model as the command reads it; nothing where there is none. */
export async function modelFile(): Promise<GivenFile | undefined> {
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

/** A file that was chosen or dropped: a text, a model, code, or data. */
export async function openFile(file: File): Promise<void> {
  const bytes = new Uint8Array(await file.arrayBuffer())
  closeDialog()
  if (/\.mlp$/i.test(file.name)) await loadText(new TextDecoder().decode(bytes), { play: true })
  else if (/\.safetensors$/i.test(file.name)) await openModel(file.name, bytes)
  else if (isCode(file.name)) openCode({ name: file.name, bytes })
  else dialog.value = { is: 'own-data', file: { name: file.name, bytes } }
}
