/** A finding: what is wrong with a layer, so that a person can act on it. */
import type { CheckName } from './case.ts'

/** One thing that is wrong, with the case, the numbers and what to look at first. */
export interface Finding {
  readonly layer: string
  /** The case's title. */
  readonly case: string
  readonly check: CheckName
  /** One sentence: what was found. */
  readonly problem: string
  /** The tensor, in the paper's words: `h`, `∂L/∂weight`, `∂L/∂h (input 1)`. */
  readonly quantity?: string
  /** The element that is furthest off, an index an axis. */
  readonly element?: readonly number[]
  readonly found?: number
  readonly expected?: number
  /** How far apart the two may be. */
  readonly allowed?: number
  /** The engine, where it is not the reference. */
  readonly engine?: string
  readonly dtype?: 'f32' | 'f64'
  readonly rows?: number
  /** Gives the same numbers again. */
  readonly seed: number
  /** What to look at first. */
  readonly help: string
  readonly cause?: unknown
}

/** The finding as a person reads it. */
export function formatFinding(finding: Finding): string {
  const { layer, check, problem, quantity, element, found, expected, allowed, seed, help } = finding
  const where = element === undefined ? '' : `[${element.join(', ')}]`
  const run = [
    finding.dtype,
    finding.rows === undefined ? undefined : `${finding.rows} rows`,
    finding.engine === undefined ? undefined : `engine ${finding.engine}`,
    `seed ${seed}`,
  ]
  const lines = [
    `\`${layer}\` fails \`${check}\`: ${problem}`,
    `  case      ${finding.case}`,
    quantity === undefined ? undefined : `  quantity  ${quantity}${where}`,
    found === undefined ? undefined : `  found     ${found}`,
    expected === undefined ? undefined : `  expected  ${expected}`,
    allowed === undefined ? undefined : `  allowed   ${allowed} apart`,
    `  run       ${run.filter((part) => part !== undefined).join(', ')}`,
    `  help      ${help}`,
  ]
  return lines.filter((line) => line !== undefined).join('\n')
}

/** Thrown where a case cannot even be traced: every check of it has this one finding. */
export class Blocked extends Error {
  override readonly name = 'Blocked'
  readonly finding: Finding

  constructor(finding: Finding) {
    super(formatFinding(finding), { cause: finding.cause })
    this.finding = finding
  }
}

/** What `make` throws, as the layer threw it; `undefined` where it goes through. */
export function thrownBy(make: () => unknown): unknown {
  try {
    make()
    return undefined
  } catch (error) {
    return causeOf(error)
  }
}

/** What stopped a case, as the layer threw it. */
export function causeOf(error: unknown): unknown {
  return error instanceof Blocked ? (error.finding.cause ?? error) : error
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
