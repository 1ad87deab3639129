import type { Span } from './ast.ts'

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null

/** A copy of a tree, or of diagnostics, with all places moved on by a number. */
export function shifted<T>(value: T, by: number): T {
  if (Array.isArray(value)) return value.map((item) => shifted<unknown>(item, by)) as T
  if (!isObject(value)) return value
  const parts = Object.entries(value).map(([key, part]) => [
    key,
    key === 'span' ? moved(part as Span, by) : shifted(part, by),
  ])
  return Object.fromEntries(parts) as T
}

const moved = ({ start, end }: Span, by: number): Span => ({ start: start + by, end: end + by })
