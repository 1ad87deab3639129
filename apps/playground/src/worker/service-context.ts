/** What the services know of a text's surroundings. */
import { type Analysis, analyse } from '@chainrule/language-services'
import { knownGenerators, knownOfData, type Opened } from 'chainrule/workbench'
import { registry } from './open-text.ts'

/** `last`: the text that was opened last; what it says of the data holds while the next is written. */
export function analysisOf(text: string, last: Opened | undefined): Analysis {
  const known = last?.data === undefined ? {} : knownOfData(last.data)
  return analyse(text, { registry, generators: knownGenerators, ...known })
}
