/** Numbers as people read them. */

/** 1234567 as `1,234,567`. */
export function count(value: number): string {
  return value.toLocaleString('en-US')
}

/** Bytes with a unit of 1024, of which the number that is shown has less than 1024. */
export function bytes(value: number): string {
  const units = ['B', 'KiB', 'MiB', 'GiB', 'TiB', 'PiB']
  let unit = 0
  let shown = value
  const isFull = (): boolean => Number(shown.toFixed(1)) >= 1024
  for (; isFull() && unit < units.length - 1; unit++) shown /= 1024
  return `${unit === 0 ? shown : shown.toFixed(1)} ${units[unit]}`
}
