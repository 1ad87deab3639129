/** What the services know of a text's surroundings. */
import { type Analysis, analyse } from '@chainrule/language-services'
import { knownGenerators, knownOfData, knownOfPlugins, type Opened } from 'chainrule/workbench'
import { registry } from './open-text.ts'

/** `last`: the text that was opened last; its data and its plugins are known while the next is written. */
export function analysisOf(text: string, last: Opened | undefined): Analysis {
  const data = last?.data === undefined ? {} : knownOfData(last.data)
  const plugins = last === undefined ? { registry } : ofPlugins(last)
  return analyse(text, { ...plugins, ...data, generators: knownGenerators })
}

/** None is made of a manifest here. */
const ofPlugins = (last: Opened) => ({
  ...knownOfPlugins(last, registry),
  described: new Set<string>(),
})
