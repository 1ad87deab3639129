/** What goes wrong with a person's data: one code a mistake, its message and what to do about it. */
import { ChainruleError, type ErrorDetails } from '@chainrule/program'

/** The stable names of the mistakes that data may have; `chainrule explain` says more of each. */
export type DataErrorCode =
  // files and their formats
  | 'path-outside'
  | 'path-not-found'
  | 'path-invalid'
  | 'package-not-found'
  | 'file-too-large'
  | 'file-empty'
  | 'file-not-text'
  | 'data-not-utf-8'
  | 'gzip-damaged'
  | 'csv-quotes'
  | 'csv-ragged'
  | 'json-invalid'
  | 'json-not-records'
  | 'idx-not-idx'
  | 'idx-type'
  | 'idx-length'
  | 'idx-counts'
  | 'generator-unknown'
  | 'generator-argument'
  // tables
  | 'rows-none'
  | 'rows-one'
  | 'column-not-found'
  | 'column-twice'
  | 'column-empty'
  | 'cell-nested'
  | 'list-invalid'
  | 'text-in-number'
  | 'text-in-boolean'
  | 'text-in-timestamp'
  | 'not-integer'
  | 'non-finite'
  | 'value-missing'
  | 'missing-policy'
  // series
  | 'time-missing'
  | 'time-invalid'
  | 'time-twice'
  | 'window-too-long'
  // recipes
  | 'features-none'
  | 'features-unclear'
  | 'feature-is-target'
  | 'target-none'
  | 'target-type'
  | 'target-one-class'
  | 'target-not-binary'
  | 'target-unseen-class'
  | 'target-missing'
  | 'weight-invalid'
  | 'encoding-too-large'
  | 'index-range'
  | 'stratify-number'
  | 'split-sum'
  | 'split-part'
  | 'split-time'
  // a model and data that do not fit
  | 'data-mismatch'
  | 'preprocessing-invalid'
  | 'preprocessing-version'

/** Where in which file; `line` counts lines of a text, `record` the records of a JSON file, both from 1. */
export interface DataPlace {
  readonly file?: string
  readonly line?: number
  readonly record?: number
  readonly column?: string
}

/** Where in the data something is wrong, and what it is about. */
export type DataDetails = DataPlace & Readonly<Record<string, unknown>>

export interface DataErrorDetails extends ErrorDetails {
  readonly data?: DataDetails
}

/** A mistake in the data, or in what was asked of it. `message` is one line; `help` says what to do. */
export class DataError extends ChainruleError {
  override readonly name: string = 'DataError'
  /** One of the codes of data. */
  override readonly code: DataErrorCode
  /** Where in the data it is, for programs. */
  override readonly data: DataDetails

  constructor(code: DataErrorCode, message: string, details: DataErrorDetails = {}) {
    super(code, message, details)
    this.code = code
    this.data = details.data ?? {}
  }
}

/** The stable names of what is worth knowing about data and no error. */
export type DataWarningCode =
  | 'column-constant'
  | 'column-unscaled'
  | 'column-left-out'
  | 'numbers-as-text'
  | 'header-of-values'
  | 'values-filled'
  | 'rows-without-target'
  | 'rows-without-part'
  | 'rows-without-window'
  | 'time-uneven'
  | 'levels-many'
  | 'level-unseen'
  | 'class-untrained'

/** What a person should know and nothing stops at. */
export interface DataWarning {
  readonly code: DataWarningCode
  readonly message: string
  readonly help?: string
  readonly data: DataDetails
}
