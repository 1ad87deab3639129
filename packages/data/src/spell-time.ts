/** Times as a file spells them. */
import type { Cell } from './table.ts'

const spelling =
  /^\d{4}-\d{2}(-\d{2})?(?:([T ])\d{2}:\d{2}(:\d{2}(?:\.\d+)?)?\s*(Z|([-+])(\d{2}):?(\d{2}))?)?$/i

/** Seconds since 1970 in the form and zone of another time of the file: as a date alone, with `T` or a space, to the second. */
export function spellTime(time: number, like: string): string {
  const parts = spelling.exec(like.trim())
  const [, day, separator, second, zone = '', sign, hours, minutes] = parts ?? []
  const offset = (sign === '-' ? -60 : 60) * (Number(hours ?? 0) * 60 + Number(minutes ?? 0))
  const iso = new Date((time + offset) * 1000).toISOString()
  const date = iso.slice(0, day === undefined ? 7 : 10)
  if (separator === undefined) return date
  return `${date}${separator}${iso.slice(11, second === undefined ? 16 : 19)}${zone}`
}

/** A time in the spelling of a column; of a column of numbers a number. */
export function cellOfTime(time: number, like: Cell): Cell {
  return typeof like === 'string' && spelling.test(like.trim()) ? spellTime(time, like) : time
}
