import { type Layer, layerName } from '../ast.ts'
import type { Diagnostic } from '../diagnostic.ts'
import type { Context } from './context.ts'
import { joinedNumber, referenceMeant, unknownPlugin, unknownQualifier } from './name-errors.ts'
import type { Names } from './names.ts'

/** What is said of a layer that nobody knows; nothing where it may come from a file or a plugin that is not known. */
export function unknownLayer(
  stage: Layer,
  context: Context,
  names: Names,
  mayComeFromOutside: boolean,
): Diagnostic | undefined {
  if (stage.qualifier !== undefined) return unknownUnderPrefix(stage, stage.qualifier, context)
  if (mayComeFromOutside) return undefined
  const { name } = stage
  const { registry, crowded, scope } = context
  const known = crowded() ? [] : [...registry.names('layer'), ...scope.blockNames()]
  if (names.get(name.text) !== undefined) return referenceMeant(name)
  const [, start = '', digits = ''] = /^([A-Za-z-]*[A-Za-z])[-_]?(\d+)$/.exec(name.text) ?? []
  return known.includes(start)
    ? joinedNumber(name.span, name.text, `${start} ${digits}`)
    : unknownPlugin('layer', name.span, name.text, known)
}

function unknownUnderPrefix(
  stage: Layer,
  { text, span: { start } }: Layer['name'],
  { registry, scope }: Context,
): Diagnostic {
  const span = { start, end: stage.name.span.end }
  const names = [...scope.blockNames(), ...registry.names('layer')]
  const own = names.filter((each) => each.startsWith(`${text}.`))
  return scope.prefix(text) === undefined && own.length === 0
    ? unknownQualifier(span, text, stage.name.text)
    : unknownPlugin('layer', span, layerName(stage), own)
}
