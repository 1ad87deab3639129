/** What a check cannot know, because it runs no plugin: said in notes, for a training to check. Loaded where there is one. */
import { type File, layerName, type Node, type Use, walk } from '@chainrule/language'
import type { Unknown } from '@chainrule/plugins'
import { type AnyDiagnostic, dataDiagnostic } from './diagnostics.ts'

const code = 'plugin-unchecked'

/** The first layer of a plugin whose shape its manifest cannot say; once for a text. */
export function shapesUnchecked(
  files: readonly File[],
  shapeless: ReadonlySet<string>,
): AnyDiagnostic[] {
  let found: AnyDiagnostic | undefined
  const visit = (node: Node): void => {
    if (found !== undefined || node.kind !== 'layer') return
    const { name, qualifier } = node
    const written = layerName(node)
    if (!shapeless.has(written)) return
    const message = `which shape \`${written}\` gives is known when it runs: shapes behind it are checked by \`train\``
    const span = { start: (qualifier ?? name).span.start, end: name.span.end }
    found = dataDiagnostic('note', { code, message, data: {} }, span)
  }
  for (const ast of files) walk(ast, visit)
  return found === undefined ? [] : [found]
}

/** A `use` of a file whose manifest is missing, or was made of other code. */
export function fileUnchecked({ source }: Use, why: Unknown): AnyDiagnostic {
  const reason =
    why === 'no-manifest'
      ? `what \`${source.value}\` gives is known when it runs: what is named of it is checked by \`train\``
      : `the manifest of \`${source.value}\` was made of other code: what is named of it is checked by \`train\``
  const help = `\`chainrule manifest ${source.value}\` runs your file and writes its manifest, which a check reads`
  return dataDiagnostic('note', { code, message: reason, help, data: {} }, source.span)
}

/** Data whose reader does not run. */
export function dataUnchecked(
  reader: string,
  file: string,
  span: AnyDiagnostic['span'] | undefined,
): AnyDiagnostic {
  const message = `\`${reader}\` reads "${file}" when it runs: columns, and shapes that follow from them, are checked by \`train\``
  return dataDiagnostic('note', { code, message, data: {} }, span)
}
