/** From files and records to encoded rows ready to train. See the README for the way through and the first file to open. */

export { type Applied, type ApplyOptions, apply } from './apply.ts'
export type { AppliedSeries } from './apply-series.ts'
export type { Beginning, UnfitColumn } from './beginning.ts'
export { type ColumnType, type NumericType, numberOf } from './cells.ts'
export { readCharacters, type TextOptions, type TextWindows } from './characters.ts'
export { type DataCodeEntry, dataErrorCodes, dataWarningCodes } from './codes.ts'
export { type CsvOptions, readCsv, writeCsv } from './csv.ts'
export { type Dataset, dataName, imageLabel, labelTable, takeDataRows } from './dataset.ts'
export {
  type ColumnDescription,
  describe,
  type TableDescription,
  type TargetDescription,
} from './describe.ts'
export {
  type EncodedData,
  type FeatureData,
  type Normalise,
  type TargetData,
  takeRows,
} from './encoded.ts'
export {
  type DataDetails,
  DataError,
  type DataErrorCode,
  type DataPlace,
  type DataWarning,
  type DataWarningCode,
} from './errors.ts'
export { type Fitted, fit } from './fit.ts'
export {
  type Generator,
  type GeneratorArguments,
  generate,
  generatorDefaults,
  generators,
} from './generators.ts'
export { type IdxArray, type ImageSet, imageSet, readIdx } from './idx.ts'
export { inferTargetKind, inferType, type TargetKind } from './infer.ts'
export { type NamedColumn, readColumns, readJson, readRecords } from './json.ts'
export type { ListColumn } from './lists.ts'
export {
  type DataSpecification,
  type FileReader,
  type FileSource,
  type Loaded,
  loadData,
  type SourceFile,
} from './load.ts'
export { parsePreprocessing } from './parse-preprocessing.ts'
export {
  dropRowsWithoutTarget,
  type Parts,
  type Prepared,
  type PrepareOptions,
  prepare,
} from './prepare.ts'
export {
  type FeatureEncoder,
  featureNames,
  type InputEncoder,
  inputShape,
  type Preprocessing,
  preprocessingVersion,
  type TargetEncoder,
  targetColumns,
} from './preprocessing.ts'
export type {
  ColumnRule,
  InputRecipe,
  MissingPolicy,
  Recipe,
  Scale,
  SeriesRecipe,
  TargetRecipe,
} from './recipe.ts'
export type { Series } from './series.ts'
export type { TimeSplit } from './series-parts.ts'
export { type Split, type SplitOptions, type SplitParts, split } from './split.ts'
export {
  type Cell,
  type Column,
  columnOf,
  missingWords,
  type Origin,
  type ReadOptions,
  type Table,
  takeTableRows,
} from './table.ts'
export type { TimeBound, TimeRange } from './times.ts'
