/** Numbers as the page writes them all: `1,800`. */
export const count = (value: number): string => value.toLocaleString('en-US')

/** A number with what it counts: `1 row`, `1,800 rows`. */
export const counted = (value: number, one: string, many = `${one}s`): string =>
  `${count(value)} ${value === 1 ? one : many}`

/** A measured number, with so many digits as say something. */
export function figure(value: number, digits = 4): string {
  const short = Number(value.toPrecision(digits))
  // A small one would become zeros, and a huge one is no longer read digit by digit.
  return Math.abs(short) >= 1000 && Math.abs(short) < 1e12 ? count(short) : String(short)
}
