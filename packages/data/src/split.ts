/** Rows into training, validation and test parts. */
import { DataError } from './errors.ts'
import { createRandom, shuffle } from './random.ts'

/** Parts of 1. All left out: 0.8 to train on, 0.2 to validate. `train` left out: what the others leave. */
export interface SplitParts {
  readonly train?: number
  readonly validate?: number
  readonly test?: number
}

/** Into which parts rows are split, and in which order. */
export interface SplitOptions extends SplitParts {
  /** One value a row: each part gets the same share of every value. */
  readonly stratify?: ArrayLike<unknown>
  /** Training rows first, then validation, then test, as the file has them. */
  readonly ordered?: boolean
  readonly seed?: number
}

/** Row numbers in ascending order; every row is in exactly one part. */
export interface Split {
  readonly train: Int32Array
  readonly validation: Int32Array
  readonly test: Int32Array
}

const splitSite = 0x5370_6c74

/**
 * Splits `rows` rows. Sizes are rounded so that they add up; a part that is asked for is not empty where the rows suffice,
 * the training part first. The same seed gives the same split.
 *
 * Errors     split-sum, split-part
 */
export function split(rows: number, options: SplitOptions = {}): Split {
  const shares = sharesOf(options)
  const { stratify, ordered = false, seed = 0 } = options
  if (ordered && stratify !== undefined) {
    throw new DataError('split-part', 'a split cannot be both ordered and stratified', {
      help: 'leave out one of the two',
    })
  }
  const random = createRandom(seed, splitSite)
  const groups = stratify === undefined ? [allRows(rows)] : groupRows(rows, stratify)
  const carry = shares.map(() => 0)
  const sizes = groups.map((group) => apportion(group.length, shares, carry))
  fillEmpty(sizes, shares)
  if (!ordered) for (const group of groups) shuffle(group, random)
  return {
    train: take(groups, sizes, 0),
    validation: take(groups, sizes, 1),
    test: take(groups, sizes, 2),
  }
}

/** The rows of a part: of each group those after the parts before it. */
function take(groups: readonly Int32Array[], sizes: readonly number[][], part: number): Int32Array {
  const rows: number[] = []
  for (const [i, group] of groups.entries()) {
    const own = sizes[i] ?? []
    const start = own.slice(0, part).reduce((sum, size) => sum + size, 0)
    for (const row of group.subarray(start, start + (own[part] ?? 0))) rows.push(row)
  }
  return Int32Array.from(rows).sort()
}

/** The shares of the three parts, which add up to 1. */
function sharesOf({ train, validate, test }: SplitParts): [number, number, number] {
  const none = train === undefined && validate === undefined && test === undefined
  if (none) return [0.8, 0.2, 0]
  const others = (validate ?? 0) + (test ?? 0)
  const shares: [number, number, number] = [train ?? 1 - others, validate ?? 0, test ?? 0]
  const given = [train, validate, test].filter((share) => share !== undefined)
  for (const share of given) if (!(share >= 0 && share <= 1 + 1e-9)) throw wrongShare(share)
  const sum = shares[0] + others
  if (Math.abs(sum - 1) > 1e-6) throw wrongSum(shares, sum)
  if (shares[0] <= 1e-9) throw wrongShare(shares[0])
  return shares
}

function percent(share: number): string {
  return `${Number((share * 100).toPrecision(6))} %`
}

function wrongSum(shares: readonly number[], sum: number): DataError {
  const [train = 0, validate = 0, test = 0] = shares
  const listed = `train ${percent(train)}, validate ${percent(validate)}, test ${percent(test)}`
  const rest = 1 - sum
  const mend =
    rest > 0
      ? `give the other ${percent(rest)} to a part, such as \`validate\``
      : `take ${percent(-rest)} away`
  return new DataError('split-sum', `the parts of the split add up to ${percent(sum)}: ${listed}`, {
    help: mend,
    data: { train, validate, test },
  })
}

function wrongShare(share: number): DataError {
  return new DataError('split-part', `a part of the split cannot be ${percent(share)}`, {
    help: 'each part is from 0 % to 100 %, and the training part is above 0 %',
    data: { share },
  })
}

function allRows(rows: number): Int32Array {
  return Int32Array.from({ length: rows }, (_, row) => row)
}

function groupRows(rows: number, values: ArrayLike<unknown>): Int32Array[] {
  const groups = new Map<unknown, number[]>()
  for (let row = 0; row < rows; row++) {
    const group = groups.get(values[row])
    if (group === undefined) groups.set(values[row], [row])
    else group.push(row)
  }
  return [...groups.values()].map((group) => Int32Array.from(group))
}

/**
 * Sizes within 1 of their share that add up to `count`, the largest remainders rounded up. `carry` is what earlier groups
 * owe each part, so that small groups do not all round the same way.
 */
function apportion(count: number, shares: readonly number[], carry: number[]): number[] {
  const ideals = shares.map((share) => share * count)
  const sizes = ideals.map((ideal) => Math.floor(ideal + 1e-9))
  const left = count - sizes.reduce((sum, size) => sum + size, 0)
  const claims = ideals.map((ideal, part) => ({
    part,
    claim: (shares[part] ?? 0) > 0 ? ideal - (sizes[part] ?? 0) + (carry[part] ?? 0) : -Infinity,
  }))
  claims.sort((a, b) => b.claim - a.claim || a.part - b.part)
  for (const { part } of claims.slice(0, left)) sizes[part] = (sizes[part] ?? 0) + 1
  // Every group is trained on: a class that is only tested can never be predicted.
  if (sizes[0] === 0 && count > 0) {
    const largest = sizes.indexOf(Math.max(...sizes))
    sizes[largest] = (sizes[largest] ?? 0) - 1
    sizes[0] = 1
  }
  for (const [part, ideal] of ideals.entries())
    carry[part] = (carry[part] ?? 0) + ideal - (sizes[part] ?? 0)
  return sizes
}

/** A part that is asked for and got nothing takes a row from the largest group of a part that can spare one. */
function fillEmpty(sizes: readonly number[][], shares: readonly number[]): void {
  const total = (part: number): number => sizes.reduce((sum, own) => sum + (own[part] ?? 0), 0)
  for (const part of shares.keys()) {
    if ((shares[part] ?? 0) <= 0 || total(part) > 0) continue
    const donors = [...shares.keys()].filter((donor) => total(donor) > 1)
    const cells = sizes.flatMap((own) =>
      donors.map((donor) => ({ own, donor, size: own[donor] ?? 0 })),
    )
    const [largest] = cells.sort((a, b) => b.size - a.size)
    if (largest === undefined) continue
    largest.own[largest.donor] = largest.size - 1
    largest.own[part] = 1
  }
}
