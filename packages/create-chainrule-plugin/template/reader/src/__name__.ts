import { defineReader, fileInvalid, word } from '@chainrule/core'

const separators = { space: ' ', comma: ',', semicolon: ';' } as const

/**
 * Lines of numbers under a line with their names. Put your reader in its place.
 *
 * Format     # x1 x2 y
 *            0.5 −1 2         a row; ? stands for a number that is missing
 * Errors     file-invalid
 * Source     where the format is described
 */
export const __identifier__ = defineReader({
  name: '__name__',
  summary: 'Lines of numbers under a line with their names.',
  options: { separator: word(['space', 'comma', 'semicolon'], { default: 'space' }) },
  // It is given bytes and opens nothing, so that a text reads what its folder allows, and nothing else.
  read: ({ name, bytes }, { separator }) => {
    const lines = new TextDecoder().decode(bytes).split(/\r?\n/)
    const cellsOf = (line: string): string[] =>
      line.split(separators[separator]).flatMap((cell) => cell.trim() || [])
    const names = cellsOf((lines[0] ?? '').replace(/^#/, ''))
    if (!lines[0]?.startsWith('#') || names.length === 0)
      throw fileInvalid(name, 'line 1: no names of columns', 'write them behind `#`: `# x1 x2 y`')
    if (new Set(names).size < names.length)
      throw fileInvalid(name, 'line 1: a name stands there twice')
    const columns = Object.fromEntries(names.map((column) => [column, [] as (number | null)[]]))
    for (const [i, line] of lines.entries()) {
      if (i === 0 || line.trim() === '') continue
      const cells = cellsOf(line)
      if (cells.length !== names.length)
        throw fileInvalid(name, `line ${i + 1}: ${cells.length} numbers, and ${names.length} names`)
      for (const [k, cell] of cells.entries()) {
        const value = cell === '?' ? null : Number(cell)
        if (Number.isNaN(value)) throw fileInvalid(name, `line ${i + 1}: \`${cell}\` is no number`)
        columns[names[k] ?? '']?.push(value)
      }
    }
    if (columns[names[0] ?? '']?.length === 0) throw fileInvalid(name, 'there is no row')
    return columns
  },
})
