/**
 * Chainrule: neural networks as a chain of layers in a small text file.
 *
 *     import { chainrule } from 'chainrule'
 *
 *     const model = chainrule`dense 16 relu -> dense 1`
 *     const trained = await model.fit(rows, { target: 'price' })
 *     trained.predict([{ area: 80, rooms: 3 }])
 */
export type {
  EpochEvent,
  FinishedEvent,
  MetricTable,
  ProgressEvent,
  Report,
  Tables,
  TrainingEvent,
} from '@chainrule/core'
export { ChainruleError, Registry } from '@chainrule/core'
export { DataError } from '@chainrule/data'
export type { Diagnostic } from '@chainrule/language'
export { builtInRegistry } from './batteries.ts'
export type { AnyDiagnostic } from './diagnostics.ts'
export { chooseEngine, defaultEngine, type EngineChoice, engines } from './engines.ts'
export {
  chainrule,
  type FitSettings,
  type LoadOptions,
  load,
  loadModel,
  Model,
  ModelError,
} from './model.ts'
export {
  type Predicted,
  type PredictedSeries,
  type Prediction,
  type Predictions,
  type Row,
  TrainedModel,
} from './trained-model.ts'
