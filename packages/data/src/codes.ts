/** What the codes of this package mean, for `chainrule explain CODE`; those of the language have a table there. */
import type { DataErrorCode, DataWarningCode } from './errors.ts'

/** What `chainrule explain` says of a code. */
export interface DataCodeEntry {
  readonly title: string
  readonly explanation: string
}

const damaged = 'Nothing of it was used: fetch or write the file again.'

/** Codes that the language gives too, and explains. */
type LanguageCode =
  | 'feature-is-target'
  | 'features-unclear'
  | 'split-sum'
  | 'split-time'
  | 'target-missing'
  | 'index-range'

type OwnCode = Exclude<DataErrorCode, LanguageCode>

/** Errors but those that the language explains. */
export const dataErrorCodes: Readonly<Record<OwnCode, DataCodeEntry>> = {
  'path-outside': {
    title: 'A path leads out of the folder of the model file',
    explanation:
      "A model file reads nothing outside its own folder, symbolic links resolved, so that a stranger's file is safe to run. `--allow-path DIR` allows another folder; `npm:PACKAGE/path` names a file of an installed package.",
  },
  'path-not-found': {
    title: 'There is no file of that name',
    explanation:
      'A path is relative to the model file, not to the folder in which the command runs.',
  },
  'path-invalid': {
    title: 'A path is no file',
    explanation:
      'It names a folder, or a file that may not be read; it is empty or holds a zero byte; or it begins with `npm:` and names no file of a package, as `npm:PACKAGE/path` does.',
  },
  'package-not-found': {
    title: 'A package is not installed',
    explanation: '`npm:PACKAGE/path` is looked up from the folder of the model file, as Node does.',
  },
  'file-too-large': {
    title: 'A file is too large to be read',
    explanation: 'Data are held in memory as a whole: use a part of the rows, or fewer columns.',
  },
  'file-empty': {
    title: 'A file is empty',
    explanation: 'A table has a line of column names and rows of values.',
  },
  'file-not-text': {
    title: 'A file holds no text',
    explanation:
      'Tables are read from CSV and JSON, plain or packed by gzip; a document, an archive or an image has to be exported as one of them.',
  },
  'data-not-utf-8': {
    title: 'A file is not text in UTF-8',
    explanation: 'Save it in that encoding.',
  },
  'gzip-damaged': { title: 'A compressed file is damaged', explanation: damaged },
  'csv-quotes': {
    title: 'A quoted cell is not closed, or is followed by text',
    explanation:
      'A cell that holds a delimiter or a line end stands in quotes; a quote inside is written twice.',
  },
  'csv-ragged': {
    title: 'A row has another number of cells than the first',
    explanation:
      'Every row has a cell for each column. A cell that holds a delimiter stands in quotes.',
  },
  'json-invalid': {
    title: 'A text is not JSON',
    explanation: 'JSON has no NaN, comments or commas at the end.',
  },
  'json-not-records': {
    title: 'JSON holds no records',
    explanation:
      'A table is a list of records `[{"a": 1}, …]`, a list of rows, an object of columns, or a record a line.',
  },
  'idx-not-idx': {
    title: 'A file is not of the format IDX',
    explanation: 'It begins with two zeros and its type.',
  },
  'idx-type': {
    title: 'An IDX file holds elements that are not read',
    explanation: 'Bytes are read.',
  },
  'idx-length': { title: 'An IDX file is longer or shorter than it says', explanation: damaged },
  'idx-counts': {
    title: 'There are other numbers of images and labels',
    explanation: 'Each image has one label.',
  },
  'generator-unknown': {
    title: 'There is no such generator',
    explanation: '`data synthetic NAME` makes data by a formula, such as `spiral` or `xor`.',
  },
  'generator-argument': {
    title: 'A generator does not take such an argument',
    explanation: 'Its options are `points`, `noise`, `seed`, and for some `classes`.',
  },
  'rows-none': {
    title: 'There are no rows',
    explanation: 'A model needs rows to learn from, or to measure.',
  },
  'rows-one': {
    title: 'There is one row to learn from',
    explanation: 'Of one row no difference can be learnt.',
  },
  'column-not-found': {
    title: 'The data have no such column',
    explanation:
      'Names are compared exactly; spaces round them do not count. Columns without a header are called `column1`, `column2` ….',
  },
  'column-twice': {
    title: 'Two columns have one name',
    explanation: 'Rename one; or there is no line of names: `header=false`.',
  },
  'column-empty': {
    title: 'A column has no values in the training part',
    explanation:
      'What is learnt of a column, such as its mean, comes from the training part alone.',
  },
  'cell-nested': {
    title: 'A cell holds an object, or a list where a single value is needed',
    explanation:
      'A value is a number, a text, true, false or null. A list of numbers may be a feature, not a target, a weight or a time.',
  },
  'list-invalid': {
    title: 'The lists of a column are not of one shape',
    explanation:
      'A feature may be a list of numbers, or lists in lists such as an image of 8x8x3. All rows have one of the same shape, and a trained model takes the shape that it was trained on.',
  },
  'text-in-number': {
    title: 'A column of numbers holds a text',
    explanation:
      'Most cells are numbers, so one that is not is likely a mistake. `column NAME category` makes the column one of texts.',
  },
  'text-in-boolean': {
    title: 'A column of truth values holds something else',
    explanation: 'true, false, yes, no, 1 and 0 are read.',
  },
  'text-in-timestamp': {
    title: 'A column of dates holds something else',
    explanation: 'Dates are written as ISO 8601 has them: `2024-12-31T23:59Z`.',
  },
  'not-integer': {
    title: 'A number is not whole',
    explanation: 'The column was declared `integer`, or the input takes whole numbers as they are.',
  },
  'non-finite': {
    title: 'A number is infinite, or too large',
    explanation:
      'One such number makes every weight useless. Where a value is not known, its cell is empty. A training stops where one comes up, says in which layer and at which step, and keeps the last good weights: lower the learning rate, clip the gradient, or scale the features.',
  },
  'value-missing': {
    title: 'A value is missing that nothing stands for',
    explanation:
      '`column NAME missing=mean`, `median` or `most` says what stands for it; lists and the names of series have nothing.',
  },
  'missing-policy': {
    title: 'A column has no such statistic',
    explanation: 'Only numbers have a mean and a median; `most` and `refuse` fit every column.',
  },
  'time-missing': {
    title: 'A row of a series has no time',
    explanation: 'Its place in the order of the rows is not known.',
  },
  'time-invalid': {
    title: 'The time of a row is neither a date nor a number',
    explanation:
      'The column that `time=` names holds dates as ISO 8601 has them, or numbers such as years; not both.',
  },
  'time-twice': {
    title: 'Two rows of a series have one time',
    explanation:
      'Which of them comes first is not known. Where a table holds several series, `group=COLUMN` tells them apart.',
  },
  'window-too-long': {
    title: 'No whole window fits into a part',
    explanation:
      'A window and its target, `shift` rows later, stay within one part of the split and one series, so each part needs as many rows that follow each other. A text needs the character behind its first window.',
  },
  'features-none': {
    title: 'No column is left to learn from',
    explanation:
      'Columns that name their rows and empty ones are left out, unless `features` names them.',
  },
  'target-none': {
    title: 'Nothing says which column is to be predicted',
    explanation: '`target COLUMN` in `data`, or `--target COLUMN` beside `--data`.',
  },
  'target-type': {
    title: 'A target is of another kind than the loss takes',
    explanation:
      'Numbers are predicted by losses such as `mse`, classes by `cross-entropy`. Where the guess of the kind is wrong, `column NAME category` or `number` says so.',
  },
  'target-one-class': {
    title: 'Every row has the same class',
    explanation: 'There is nothing to tell apart.',
  },
  'target-not-binary': {
    title: 'A target has more than two classes',
    explanation: 'One output is yes or no; more classes need an output each and `cross-entropy`.',
  },
  'target-unseen-class': {
    title: 'A class was not among those that the model was trained on',
    explanation: 'Only those can be measured.',
  },
  'weight-invalid': {
    title: 'A weight of a row is missing or below 0',
    explanation: 'A weight says how much a row counts; 0 leaves it out.',
  },
  'encoding-too-large': {
    title: 'The encoded data are too large',
    explanation: 'Each different text of a category is a column of its own.',
  },
  'stratify-number': {
    title: 'A split cannot be stratified by this column',
    explanation:
      'Each part gets the same share of every value, so the values are classes, and at most half as many as the rows.',
  },
  'split-part': {
    title: 'A part of a split is impossible or empty',
    explanation:
      'A part is a share from 0 to 100 %, or a range of time in which rows lie; the training part is not empty.',
  },
  'data-mismatch': {
    title: 'A model takes data of another kind',
    explanation: 'It takes images or a table, as it was trained on.',
  },
  'preprocessing-invalid': {
    title: 'The preprocessing of a saved model is damaged',
    explanation: damaged,
  },
  'preprocessing-version': {
    title: 'The preprocessing of a saved model is of another version',
    explanation: 'Use the version of Chainrule that saved it, or train again.',
  },
}

/** All warnings about data, and what they mean. */
export const dataWarningCodes: Readonly<Record<DataWarningCode, DataCodeEntry>> = {
  'column-constant': {
    title: 'A column has one value only',
    explanation: 'It tells nothing apart.',
  },
  'column-unscaled': {
    title: 'A column of large numbers is not scaled',
    explanation:
      'Under `scale none` columns stay as they are. Steps of a training suit numbers around 1: larger ones drown the other columns, and often the training.',
  },
  'column-left-out': {
    title: 'A column is not used as a feature',
    explanation:
      'Nobody named it, and it is empty, names the rows, or holds lists of several shapes. `features` takes it all the same. `init` leaves out what could not be read, too.',
  },
  'numbers-as-text': {
    title: 'A column is read as texts and looks like numbers',
    explanation:
      'Numbers are written `1234.5`, without units, separators of thousands or decimal commas. `init` reads a few different values, of which some are no numbers, as categories.',
  },
  'header-of-values': {
    title: 'The first line is read as names and looks like values',
    explanation: '`header=false` makes it a row.',
  },
  'values-filled': {
    title: 'Missing values were filled',
    explanation:
      "The training part's mean or most frequent value stands for them; `missing=` chooses.",
  },
  'rows-without-target': {
    title: 'Rows were left out for want of a target',
    explanation: 'Of a series their values still stand in the windows of others.',
  },
  'rows-without-part': {
    title: 'Rows lie in no part of a split by time',
    explanation: 'They are neither trained on nor measured.',
  },
  'rows-without-window': {
    title: 'Rows have no prediction',
    explanation:
      'A prediction takes a whole window of rows up to its own; the first rows of a series have fewer.',
  },
  'time-uneven': {
    title: 'The times of a series have gaps',
    explanation:
      'A window and a later target count rows, so that across a gap 24 rows are more than 24 hours. Rows with empty cells fill it.',
  },
  'levels-many': {
    title: 'A column has very many different texts',
    explanation: 'Each becomes an input of its own.',
  },
  'level-unseen': {
    title: 'A value was not among those that the model was trained on',
    explanation: 'The model sees zeros in its place.',
  },
  'class-untrained': {
    title: 'A class has no row in the training part',
    explanation: 'It can never be predicted. `split … stratify=` shares its rows out.',
  },
}
