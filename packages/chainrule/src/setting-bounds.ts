/** The whole numbers that settings beside the text take: those of the text. Apart, as the command's words load no language. */

export interface Bounds {
  readonly from: number
  /** Left out where something else sets the limit, and says it. */
  readonly to?: number
}

const count: Bounds = { from: 1, to: 1_000_000 }

export const settingBounds = { epochs: count, batch: count, seed: { from: 0, to: 0xffff_ffff } }

export const boundsText = ({ from, to }: Bounds): string =>
  `a whole number from ${from}${to === undefined ? '' : ` to ${to}`}`

export const isWithin = (value: number, { from, to = Number.MAX_SAFE_INTEGER }: Bounds): boolean =>
  Number.isInteger(value) && value >= from && value <= to
