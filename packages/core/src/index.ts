/** Core: the plugin contract, the layer graph, the training program and the trainer. See the README. */
export type {
  Axes,
  Dimension,
  DType,
  Engine,
  ErrorDetails,
  Executable,
  Operand,
  Ops,
  Program,
  Shape,
  Tensor,
  Values,
} from '@chainrule/program'
export {
  B,
  backpropagate,
  ChainruleError,
  dayStart,
  editDistance,
  exp,
  formatShape,
  isRows,
  log,
  printable,
  sameDimension,
  sameShape,
  sizeOf,
  zoneSeconds,
} from '@chainrule/program'
export {
  type ActivationDefinition,
  type ActivationPlugin,
  activationLayer,
  defineActivation,
} from './activation.ts'
export {
  type ArgumentProblem,
  type Configurable,
  type Configuration,
  configure,
  formatRaw,
  rawText,
} from './configure.ts'
export type {
  Activation,
  Config,
  Initializer,
  RandomSource,
  SampleContext,
  Schedule,
  ScheduleContext,
} from './configured.ts'
export { drawsWhileTraining } from './draws.ts'
export { type CoreErrorCode, fileInvalid, shapeMismatch } from './errors.ts'
export type {
  CheckpointEvent,
  EpochEvent,
  FinishedEvent,
  PartTables,
  ProgressEvent,
  StartedEvent,
  StepEvent,
  StoppedEvent,
  TrainingEvent,
} from './events.ts'
export {
  activation,
  asCall,
  boolean,
  type ConfigOf,
  type Field,
  type Fields,
  initializer,
  integer,
  type Lookup,
  listOf,
  number,
  optional,
  type Parsed,
  positiveInteger,
  type RawCall,
  type RawValue,
  rate,
  schedule,
  word,
} from './fields.ts'
export { type FitOptions, type FitStart, fit, type StopRule } from './fit.ts'
export { hostVectors } from './fit-driven.ts'
export {
  type GraphHead,
  type GraphInput,
  type GraphNode,
  inferShapes,
  type LayerGraph,
  type LayerInstance,
  type ParameterRef,
  refKey,
  type ShapedGraph,
  type ShapedInstance,
  type ShapedNode,
  storedDType,
  type ValueRef,
} from './graph.ts'
export {
  defineInitializer,
  type InitializerDefinition,
  type InitializerPlugin,
  ones,
  zeros,
} from './initializer.ts'
export { assemble, type Joined, type LayerOps, layerOps } from './joined.ts'
export {
  type BackwardResult,
  defineLayer,
  type ForwardResult,
  type InputSpec,
  type Layer,
  type LayerContext,
  type LayerDefinition,
  type OutputGradients,
  type ParameterRole,
  type ParameterSpec,
  repeated,
  type StatisticSpec,
} from './layer.ts'
export {
  defineLoss,
  type Loss,
  type LossDefinition,
  type LossPlugin,
  leadingShape,
  lossOptions,
  type TargetKind,
  type TargetRule,
} from './loss.ts'
export {
  type CollectedRows,
  defineCollectingMetric,
  defineMetric,
  defineTableMetric,
  type Metric,
  type MetricPlugin,
  type MetricProblem,
  type MetricTable,
  type MetricTensors,
} from './metric.ts'
export { type ModelParameter, modelParameters } from './model-parameters.ts'
export {
  type CommonOptions,
  type DrivenHost,
  type DrivenOptimizer,
  type DrivenPlugin,
  defineDrivenOptimizer,
  defineOptimizer,
  type ElementwiseOptimizer,
  type ElementwisePlugin,
  type Optimizer,
  type OptimizerPlugin,
  type UpdateContext,
} from './optimizer.ts'
export { type ParameterSelector, type Penalty, reaches } from './penalty.ts'
export { type RandomState, randomState } from './random-source.ts'
export {
  builtInReaders,
  defineReader,
  type Reader,
  type ReaderDefinition,
  type ReaderFile,
  type ReaderPlugin,
  readBy,
  readerOptions,
} from './reader.ts'
export type {
  GivenColumns,
  NumberList,
  ReadColumn,
  ReadColumnValue,
  ReadValue,
} from './reader-columns.ts'
export {
  directives,
  genericOptions,
  type Plugin,
  type PluginKind,
  type PluginKinds,
  pluginKinds,
  Registry,
  reservedWords,
} from './registry.ts'
export type { Measured, ModelOutline, OutlineHead, Report, Tables } from './report.ts'
export {
  type Inspected,
  type ModelData,
  modelKinds,
  Runner,
  type Snapshot,
} from './runner.ts'
export { defineSchedule, type ScheduleDefinition, type SchedulePlugin } from './schedule.ts'
export { Session } from './session.ts'
export { shuffled } from './shuffle.ts'
export {
  firstRowInput,
  inputName,
  learningRateState,
  parameterName,
  penaltyGradientOutput,
  predictionOutput,
  seedState,
  slotName,
  statisticName,
  stepState,
  targetName,
} from './state-names.ts'
export { type TiedParameter, tieOf } from './ties.ts'
export {
  type GraphGradients,
  type NodeGradients,
  type TracedGraph,
  type TracedNode,
  traceBackward,
  traceForward,
} from './trace-graph.ts'
export type { TracedHead } from './trace-head.ts'
export {
  type EntryName,
  type HeadMetric,
  programOf,
  type TracedStep,
  type TrainingSettings,
  traceTraining,
  trainingProgram,
} from './training-program.ts'
