/** A table, a set of images or a text: what all can be asked. */
import { type TextWindows, takeWindows, windowText } from './characters.ts'
import type { ImageSet } from './idx.ts'
import { type Table, takeTableRows } from './table.ts'

/** What a reader gives. */
export type Dataset = Table | ImageSet | TextWindows

/** The column in which the labels of images stand. */
export const imageLabel = 'label'

/** What data are called in messages: their file, or what the caller named them. */
export function dataName(data: Dataset): string {
  return data.kind === 'images' ? data.origin.images : data.origin.file
}

/**
 * Where the targets stand: the table itself, or the labels of images as one with the column `label`. The targets of a text
 * are the text, whose windows are the column `text`.
 */
export function labelTable(data: Dataset): Table {
  if (data.kind === 'table') return data
  if (data.kind === 'text') return windowTable(data)
  const { labels, rows, origin } = data
  return {
    kind: 'table',
    rows,
    columns: labels === undefined ? [] : [{ name: imageLabel, cells: Array.from(labels) }],
    origin: {
      file: origin.labels ?? origin.images,
      counts: 'record',
      positions: Int32Array.from({ length: rows }, (_, row) => row + 1),
      quotable: true,
    },
  }
}

function windowTable(data: TextWindows): Table {
  const { rows, origin } = data
  const cells = Array.from({ length: rows }, (_, row) => windowText(data, row))
  return {
    kind: 'table',
    rows,
    columns: [{ name: 'text', cells }],
    origin: {
      ...origin,
      counts: 'record',
      positions: Int32Array.from({ length: rows }, (_, row) => row + 1),
    },
  }
}

/** Only these rows, in this order. */
export function takeDataRows(data: Dataset, rows: Int32Array): Dataset {
  if (data.kind === 'table') return takeTableRows(data, rows)
  if (data.kind === 'text') return takeWindows(data, rows)
  const size = data.values.length / data.rows
  const values = new Uint8Array(rows.length * size)
  for (const [i, row] of rows.entries()) {
    values.set(data.values.subarray(row * size, (row + 1) * size), i * size)
  }
  const { labels } = data
  const taken = { ...data, rows: rows.length, values }
  return labels === undefined
    ? taken
    : { ...taken, labels: Uint8Array.from(rows, (row) => labels[row] ?? 0) }
}
