/**
 * For tools that show a model while it is written or trained, such as the playground and the language server: the stages that
 * `Model.fit` joins, one by one. Runs in a browser as in Node.
 */
export { builtInRegistry } from './batteries.ts'
export type { AnyDiagnostic } from './diagnostics.ts'
export { chooseEngine, type EngineChoice } from './engines.ts'
export { type Look, type MendedText, mend } from './mend.ts'
export { readModel, writeModel } from './model-file.ts'
export {
  type GivenRows,
  hasErrors,
  type Opened,
  type OpenOptions,
  open,
  openParsed,
  type RememberData,
  requestKey,
} from './open.ts'
export { loadOtherPlugins, otherPluginNames, plainRegistry } from './plain-batteries.ts'
export type { SavedModel } from './saved-model.ts'
export { startingText, type TableFile, type TableKind } from './starting-text.ts'
export {
  type KnownData,
  type KnownPlugins,
  knownGenerators,
  knownOfData,
  knownOfPlugins,
} from './surroundings.ts'
export { TrainedModel } from './trained-model.ts'
export {
  plannedBytes,
  prepareTraining,
  type Training,
  type TrainingOptions,
  type TrainingSettings,
  withSettings,
} from './training.ts'
export { renamed, specification, type TrainingData, trainingData } from './training-data.ts'
