/** Runs every check on every case of a layer. */
import type { Layer } from '@chainrule/core'
import { type Conformance, checkCases } from './case.ts'
import { checks } from './checks.ts'
import type { Finding } from './finding.ts'
import { Lab } from './lab.ts'
import { checkRefusal } from './refusals.ts'
import { checksOf, runCheck } from './run-check.ts'

/**
 * Everything that a layer must hold to, on every case.
 *
 * A case that cannot be traced gives one finding; checks that a case names in `except` are left out.
 */
export async function checkLayer(
  layer: Layer,
  conformance: Conformance,
  chosen = checks,
): Promise<Finding[]> {
  checkCases(layer, conformance)
  const findings = new Set<Finding>()
  for (const tested of conformance.cases) {
    const lab = new Lab(layer, tested, conformance)
    for (const check of checksOf(lab, chosen)) {
      for (const finding of await runCheck(check, lab)) findings.add(finding)
    }
    await lab.dispose()
  }
  const refused = conformance.refuses ?? []
  return [...findings, ...refused.flatMap((each) => checkRefusal(layer, each, conformance))]
}
