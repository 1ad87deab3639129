/** Which dialogue is open; what they consist of is loaded then. */
import { effect, signal } from '@preact/signals'
import type { SavedView } from '../worker/text-protocol.ts'
import { notice } from './playground.ts'

export interface GivenFile {
  readonly name: string
  readonly bytes: Uint8Array<ArrayBuffer>
}

export type OpenDialog =
  | { readonly is: 'keep' | 'share' }
  /** With the file that was given already. */
  | { readonly is: 'own-data'; readonly file?: GivenFile }
  /** Files of code, and what is done where the visitor wants them to run. */
  | {
      readonly is: 'code'
      readonly files: readonly GivenFile[]
      /** Names of those that take the place of the visitor's own. */
      readonly replaced: readonly string[]
      readonly run: () => void
    }
  /** A trained model that is shown without its text. */
  | ({ readonly is: 'model'; readonly view: SavedView } & GivenFile)

export const dialog = signal<OpenDialog | undefined>(undefined)

// What was told before is not of the dialogue that opens or closes.
effect(() => {
  void dialog.value
  notice.value = undefined
})

export function closeDialog(): void {
  dialog.value = undefined
}
