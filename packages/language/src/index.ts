export { directives as directiveNames, reservedWords } from '@chainrule/core'
export type * from './ast.ts'
export { childrenOf, layerName, walk } from './ast.ts'
export { maxNesting } from './brackets.ts'
export { type Code, type CodeEntry, type CodeGroup, codes, type Severity } from './codes.ts'
export {
  applyEdits,
  applyFixes,
  type Diagnostic,
  type DiagnosticDetails,
  diagnostic,
  type Edit,
  fixable,
  maxDiagnostics,
  type RelatedSpan,
} from './diagnostic.ts'
export { dataDirectives, directivesWithOn } from './directives.ts'
export type * from './experiment.ts'
export { type FileKind, fileKind } from './file-kind.ts'
export { format } from './format.ts'
export { type JsonDiagnostic, type JsonPosition, type JsonRange, toJson } from './json.ts'
export { type Lexeme, type LexemeKind, lexemes } from './lexemes.ts'
export {
  joinPaths,
  type Linked,
  link,
  linkTexts,
  namesFile,
  type ReadUsed,
  type Used,
  type UsedFile,
} from './link.ts'
export { hyphenReadAsName, missingArrow } from './name-errors.ts'
export { edition, type ParseOptions, type ParseResult, parse, parseBytes } from './parse.ts'
export { printable } from './quote.ts'
export { type Paint, painter, type RenderOptions, renderDiagnostics } from './render.ts'
export type { ReadColumn, ReadColumns } from './resolve/data-defaults.ts'
export {
  type DataRequestOptions,
  type DataRequestResult,
  dataRequest,
} from './resolve/data-request.ts'
export {
  type DirectiveArguments,
  directiveArguments,
  type Named,
} from './resolve/directive-arguments.ts'
export { genericFields } from './resolve/generic-options.ts'
export { withoutLargestSize } from './resolve/largest-size.ts'
export { modelNames } from './resolve/models.ts'
export {
  type Observed,
  type ObservedParameter,
  type ObservedStage,
  type ObservedTensor,
  observe,
} from './resolve/observe.ts'
export { type ResolveOptions, type ResolveResult, resolve } from './resolve/resolve.ts'
export {
  meaningOf,
  type ResolvedTextOptions,
  resolvedBlocks,
  resolvedText,
} from './resolve/resolved-text.ts'
export { namesIn } from './resolve/used-blocks.ts'
export { type Position, SourceText } from './source.ts'
export { type Near, near } from './suggest.ts'
export type { OtherText, Texts } from './texts.ts'
export { nameText } from './word.ts'
