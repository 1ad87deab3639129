/** Figures as a person reads them. */

/** Three digits: 0.0123, 4.57, 53,600. */
export function number(value: number): string {
  const rounded = Number(value.toPrecision(3))
  if (!Number.isFinite(rounded)) return String(rounded)
  return rounded >= 1000 ? rounded.toLocaleString('en-US') : String(rounded)
}

export function times(ratio: number): string {
  return `${number(ratio)} ×`
}

export function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`
}
