/** The conformance kit. See the README for the first file to open. */
export {
  type ActivationCase,
  type ActivationConformance,
  checkActivation,
  describeActivation,
} from './activation.ts'
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
export type { Numbers } from './draw.ts'
export { type Finding, formatFinding } from './finding.ts'
export { checkLoss, describeLoss, type LossCase, type LossConformance } from './loss.ts'
export { type Tolerance, tolerances } from './tolerances.ts'
