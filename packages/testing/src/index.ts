/** The conformance kit. See the README for the first file to open. */
export type {
  CaseInput,
  CheckName,
  Conformance,
  Domain,
  LayerCase,
  Override,
  Refusal,
} from './case.ts'
export { checkLayer } from './check-layer.ts'
export { describeLayer, type TestRunner } from './describe-layer.ts'
export { type Finding, formatFinding } from './finding.ts'
export { type Tolerance, tolerances } from './tolerances.ts'
