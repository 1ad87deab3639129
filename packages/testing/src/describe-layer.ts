/** The kit in a test runner: one test for each check of each case. */
import type { Layer } from '@chainrule/core'
import { type Conformance, checkCases } from './case.ts'
import { checks as everyCheck } from './checks.ts'
import { type Finding, formatFinding } from './finding.ts'
import { Lab } from './lab.ts'
import { checkRefusal, titleOfRefusal } from './refusals.ts'
import { checksOf, runCheck } from './run-check.ts'

/** What is needed of a test runner: vitest's, jest's, mocha's and `node:test`'s functions fit. */
export interface TestRunner {
  describe(title: string, define: () => void): unknown
  it(title: string, test: () => Promise<void>): unknown
}

/** Registers one test for each check of each case; a test fails with its findings as a person reads them. */
export function describeLayer(
  { describe, it }: TestRunner,
  layer: Layer,
  conformance: Conformance,
  checks = everyCheck,
): void {
  checkCases(layer, conformance)
  describe(`${layer.name} keeps the contract`, () => {
    for (const tested of conformance.cases) {
      const lab = new Lab(layer, tested, conformance)
      const said = new Set<Finding>()
      describe(lab.title, () => {
        const chosen = checksOf(lab, checks)
        let left = chosen.length
        for (const check of chosen) {
          it(`${check.name}: ${check.title}`, async () => {
            const findings = await runCheck(check, lab)
            left--
            if (left === 0) await lab.dispose()
            report(findings, said)
          })
        }
      })
    }
    for (const refusal of conformance.refuses ?? []) {
      it(titleOfRefusal(layer, refusal, conformance), async () => {
        report(checkRefusal(layer, refusal, conformance))
      })
    }
  })
}

/** What keeps a whole case from being set up is said in full once. */
function report(findings: readonly Finding[], said = new Set<Finding>()): void {
  if (findings.length === 0) return
  const texts = findings.map((finding) =>
    said.has(finding)
      ? `not looked at: ${formatFinding(finding).split('\n')[0]}`
      : formatFinding(finding),
  )
  for (const finding of findings) said.add(finding)
  throw new Error(texts.join('\n\n'))
}
