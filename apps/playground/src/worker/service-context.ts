/** What the services know of a text's surroundings. */
import { generatorDefaults, generators } from '@chainrule/data'
import { type Analysis, analyse, type ServiceContext } from '@chainrule/language-services'
import type { Opened } from 'chainrule/workbench'
import { registry } from './open-text.ts'

const known = [...generators.values()].map(({ name, about }) => ({
  name,
  about,
  defaults: generatorDefaults(name),
}))

/** `last`: the text that was opened last; what it says of the data holds while the next is written. */
export const analysisOf = (text: string, last: Opened | undefined): Analysis =>
  analyse(text, contextOf(last))

function contextOf(last: Opened | undefined): ServiceContext {
  const facts = last?.data?.facts
  const columns = last?.data?.preprocessing.inputs.flatMap((input) =>
    input.kind === 'columns'
      ? input.columns.map(({ column, type }) => ({ name: column, about: type }))
      : [],
  )
  const targets = facts?.targets.map(({ name, kind, classes }) => ({
    name,
    about: kind === 'number' ? 'number' : `${classes.length} classes`,
  }))
  return {
    registry,
    generators: known,
    ...(facts === undefined ? {} : { facts }),
    ...(columns === undefined ? {} : { columns: [...columns, ...(targets ?? [])] }),
  }
}
