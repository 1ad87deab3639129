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
export {
  checkInitializer,
  describeInitializer,
  type InitializerCase,
  type InitializerConformance,
} from './initializer.ts'
export { checkLoss, describeLoss, type TargetConformance } from './loss.ts'
export { checkMetric, describeMetric } from './metric.ts'
export {
  checkOptimizer,
  describeOptimizer,
  type OptimizerCase,
  type OptimizerConformance,
} from './optimizer.ts'
export {
  checkReader,
  describeReader,
  type ReaderCase,
  type ReaderConformance,
  type ReaderRefusal,
} from './reader.ts'
export {
  checkSchedule,
  describeSchedule,
  type ScheduleCase,
  type ScheduleConformance,
} from './schedule.ts'
export type { TargetCase } from './targets.ts'
export { type Tolerance, tolerances } from './tolerances.ts'
