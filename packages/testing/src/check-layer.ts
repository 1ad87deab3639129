/** Runs every check on every case of a layer. */
import type { Layer } from '@chainrule/core'
import type { Conformance } from './case.ts'
import type { Check } from './check.ts'
import { derived } from './checks/derived.ts'
import { enginesAgree } from './checks/engines.ts'
import { finiteDifferences } from './checks/finite-differences.ts'
import { innerProduct } from './checks/inner-product.ts'
import { shape } from './checks/shape.ts'
import { Blocked, type Finding } from './finding.ts'
import { Lab } from './lab.ts'

/** All checks, in the order in which their findings are worth reading. */
export const checks: readonly Check[] = [
  shape,
  derived,
  finiteDifferences,
  innerProduct,
  enginesAgree,
]

/**
 * Everything that a layer must hold to, on every case.
 *
 * A case that cannot be traced gives one finding; checks that a case names in `except` are left out.
 */
export async function checkLayer(layer: Layer, conformance: Conformance): Promise<Finding[]> {
  const findings = new Set<Finding>()
  for (const tested of conformance.cases) {
    const lab = new Lab(layer, tested, conformance)
    for (const check of checksOf(lab)) {
      for (const finding of await runCheck(check, lab)) findings.add(finding)
    }
    await lab.dispose()
  }
  return [...findings]
}

/** The checks that there is something to look at for in a case. */
export function checksOf(lab: Lab): Check[] {
  return checks.filter(
    (check) => lab.tested.except?.[check.name] === undefined && (check.applies?.(lab) ?? true),
  )
}

/** What one check finds; where the case cannot be traced, what is wrong with it. */
export async function runCheck(check: Check, lab: Lab): Promise<readonly Finding[]> {
  try {
    return await check.run(lab)
  } catch (error) {
    if (error instanceof Blocked) return [error.finding]
    throw error
  }
}
