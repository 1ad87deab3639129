/** Answers about texts and data, which need no training. */
import {
  describe,
  generate,
  generatorDefaults,
  generators,
  readCsv,
  readJson,
  type Table,
} from '@chainrule/data'
import { applyEdits, parse } from '@chainrule/language'
import { startingText } from 'chainrule/workbench'
import { changeText } from './change-text.ts'
import { openText } from './open-text.ts'
import type { Files } from './protocol.ts'
import type { Change, DescribedFile, Preview } from './text-protocol.ts'

/** The text with something changed, and where its data are others, its last layer made to fit them. */
export async function changedText(text: string, change: Change, files: Files): Promise<string> {
  const changed = applyEdits(text, changeText(parse(text).ast, text, change))
  return ['generator', 'classes'].includes(change.setting) ? fitted(changed, files) : changed
}

async function fitted(text: string, files: Files): Promise<string> {
  const { diagnostics } = await openText(text, files)
  const widths = diagnostics.filter(({ code }) => code === 'target-width')
  return applyEdits(
    text,
    widths.flatMap(({ edits }) => edits),
  )
}

/** What a table of one's own holds, and a text to begin with. Throws a `DataError`. */
export function describeFile(
  name: string,
  bytes: Uint8Array,
  target: string | undefined,
): DescribedFile {
  const isJson = /\.json[^./]*$/i.test(name)
  const table = isJson ? readJson(bytes, { file: name }) : readCsv(bytes, { file: name })
  const description = describe(table, target)
  const warnings = description.warnings.map(({ message, help }) =>
    help === undefined ? message : `${message}: ${help}`,
  )
  return {
    rows: description.rows,
    columns: description.columns.map((column) => ({
      ...column,
      examples: examplesOf(table, column.name),
    })),
    target: description.target?.column,
    warnings,
    text:
      description.target === undefined
        ? undefined
        : startingText(name, description, table.lists ?? [], description.target),
  }
}

function examplesOf(table: Table, name: string): string[] {
  const cells = table.columns.find((column) => column.name === name)?.cells ?? []
  const distinct = new Set<string>()
  for (let i = 0; i < cells.length && distinct.size < 3; i++)
    if (cells[i] !== null) distinct.add(String(cells[i]).slice(0, 40))
  return [...distinct]
}

/** Points of each generator. */
export function previews(): Preview[] {
  return [...generators.values()].map(({ name, about, target }) => {
    const { noise = 0 } = generatorDefaults(name)
    const { columns } = generate(name, {
      points: 120,
      noise: name === 'xor' ? 0.12 : noise,
      seed: 5,
    })
    const [x, y, targets] = columns.map(({ cells }) => Float32Array.from(cells, Number))
    const none = new Float32Array()
    return {
      name,
      about,
      x: x ?? none,
      y: y ?? none,
      target: targets ?? none,
      isRegression: target === 'y',
    }
  })
}
