/** The editor's questions about a text, answered by the language's services. A chunk of its own: the first check does not wait for it. */
import { generatorDefaults, generators } from '@chainrule/data'
import {
  analyse,
  completions,
  formatting,
  highlight,
  hover,
  inlayHints,
  type ServiceContext,
} from '@chainrule/language-services'
import { builtInRegistry, type Opened } from 'chainrule/workbench'
import type { EditorMessage, EditorRequest } from './editor-protocol.ts'

const registry = builtInRegistry()
const known = [...generators.values()].map(({ name, about }) => ({
  name,
  about,
  defaults: generatorDefaults(name),
}))

/** `last`: the text that was opened last; what it says of the data holds while the next is written. */
export function answerEditor(request: EditorRequest, last: Opened | undefined): EditorMessage {
  const { id, text } = request
  if (request.type === 'format') return { type: 'formatted', id, edits: formatting(text) }
  const analysis = analyse(text, contextOf(last))
  switch (request.type) {
    case 'paint':
      return { type: 'painted', id, tokens: highlight(text), hints: inlayHints(analysis) }
    case 'complete':
      return { type: 'completed', id, completions: completions(analysis, request.offset) }
    case 'hover':
      return { type: 'hovered', id, hover: hover(analysis, request.offset) }
  }
}

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
