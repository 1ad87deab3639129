/** What the codes of this package mean, for `chainrule explain CODE`; those of the language have a table there. */
import type { DataErrorCode, DataWarningCode } from './errors.ts'

export interface DataCodeEntry {
  readonly severity: 'error' | 'warning'
  readonly title: string
  readonly explanation: string
}

const error = (title: string, explanation: string): DataCodeEntry => ({
  severity: 'error',
  title,
  explanation,
})
const warning = (title: string, explanation: string): DataCodeEntry => ({
  severity: 'warning',
  title,
  explanation,
})

const damaged = 'Nothing of it was used: fetch or write the file again.'

/** Codes that the language gives too, and explains. */
type LanguageCode =
  | 'feature-is-target'
  | 'features-unclear'
  | 'split-sum'
  | 'split-time'
  | 'target-missing'

type OwnCode = Exclude<DataErrorCode, LanguageCode>

const errors: Readonly<Record<OwnCode, DataCodeEntry>> = {
  'path-outside': error(
    'A path leads out of the folder of the model file',
    "A model file reads nothing outside its own folder, symbolic links resolved, so that a stranger's file is safe to run. `--allow-path DIR` allows another folder; `npm:PACKAGE/path` names a file of an installed package.",
  ),
  'path-not-found': error(
    'There is no file of that name',
    'A path is relative to the model file, not to the folder in which the command runs.',
  ),
  'path-invalid': error(
    'A path is no file',
    'It names a folder, or something that cannot be read.',
  ),
  'package-not-found': error(
    'A package is not installed',
    '`npm:PACKAGE/path` is looked up from the folder of the model file, as Node does.',
  ),
  'file-too-large': error(
    'A file is too large to be read',
    'Data are held in memory as a whole: use a part of the rows, or fewer columns.',
  ),
  'file-empty': error('A file is empty', 'A table has a line of column names and rows of values.'),
  'not-utf8': error('A file is not text in UTF-8', 'Save it in that encoding.'),
  'gzip-damaged': error('A compressed file is damaged', damaged),
  'csv-quotes': error(
    'A quoted cell is not closed, or is followed by text',
    'A cell that holds a delimiter or a line end stands in quotes; a quote inside is written twice.',
  ),
  'csv-ragged': error(
    'A row has another number of cells than the first',
    'Every row has a cell for each column. A cell that holds a delimiter stands in quotes.',
  ),
  'json-invalid': error('A text is not JSON', 'JSON has no NaN, comments or commas at the end.'),
  'json-not-records': error(
    'JSON holds no records',
    'A table is a list of records `[{"a": 1}, …]`, a list of rows, an object of columns, or a record a line.',
  ),
  'idx-not-idx': error('A file is not of the format IDX', 'It begins with two zeros and its type.'),
  'idx-type': error('An IDX file holds elements that are not read', 'Bytes are read.'),
  'idx-length': error('An IDX file is longer or shorter than it says', damaged),
  'idx-counts': error('There are other numbers of images and labels', 'Each image has one label.'),
  'generator-unknown': error(
    'There is no such generator',
    '`data synthetic NAME` makes data by a formula, such as `spiral` or `xor`.',
  ),
  'generator-argument': error(
    'A generator does not take such an argument',
    'Its options are `points`, `noise`, `seed`, and for some `classes`.',
  ),
  'rows-none': error('There are no rows', 'A model needs rows to learn from, or to measure.'),
  'rows-one': error('There is one row to learn from', 'Of one row no difference can be learnt.'),
  'column-not-found': error(
    'The data have no such column',
    'Names are compared exactly; spaces round them do not count. Columns without a header are called `column1`, `column2` ….',
  ),
  'column-twice': error(
    'Two columns have one name',
    'Rename one; or there is no line of names: `header=false`.',
  ),
  'column-empty': error(
    'A column has no values in the training part',
    'What is learnt of a column, such as its mean, comes from the training part alone.',
  ),
  'cell-nested': error(
    'A cell holds an object, or a list where a single value is needed',
    'A value is a number, a text, true, false or null. A list of numbers may be a feature, not a target, a weight or a time.',
  ),
  'list-invalid': error(
    'The lists of a column are not of one shape',
    'A feature may be a list of numbers, or lists in lists such as an image of 8x8x3. All rows have one of the same shape, and a trained model takes the shape that it was trained on.',
  ),
  'text-in-number': error(
    'A column of numbers holds a text',
    'Most cells are numbers, so one that is not is likely a mistake. `column NAME category` makes the column one of texts.',
  ),
  'text-in-boolean': error(
    'A column of truth values holds something else',
    'true, false, yes, no, 1 and 0 are read.',
  ),
  'text-in-timestamp': error(
    'A column of dates holds something else',
    'Dates are written as ISO 8601 has them: `2024-12-31T23:59Z`.',
  ),
  'not-integer': error(
    'A number is not whole',
    'The column was declared `integer`, or the input takes whole numbers as they are.',
  ),
  'non-finite': error(
    'A number is infinite, or too large',
    'One such number makes every weight useless. Where a value is not known, its cell is empty.',
  ),
  'value-missing': error(
    'A value is missing that nothing stands for',
    '`column NAME missing=mean`, `median` or `most` says what stands for it; lists and the names of series have nothing.',
  ),
  'missing-policy': error(
    'A column has no such statistic',
    'Only numbers have a mean and a median; `most` and `refuse` fit every column.',
  ),
  'time-missing': error(
    'A row of a series has no time',
    'Its place in the order of the rows is not known.',
  ),
  'time-invalid': error(
    'The time of a row is neither a date nor a number',
    'The column that `time=` names holds dates as ISO 8601 has them, or numbers such as years; not both.',
  ),
  'time-twice': error(
    'Two rows of a series have one time',
    'Which of them comes first is not known. Where a table holds several series, `group=COLUMN` tells them apart.',
  ),
  'window-too-long': error(
    'No whole window fits into a part',
    'A window and its target, `shift` rows later, stay within one part of the split and one series, so each part needs as many rows that follow each other.',
  ),
  'features-none': error(
    'No column is left to learn from',
    'Columns that name their rows and empty ones are left out, unless `features` names them.',
  ),
  'target-none': error(
    'Nothing says which column is to be predicted',
    '`target COLUMN` in `data`, or `--target COLUMN` beside `--data`.',
  ),
  'target-type': error(
    'A target is of another kind than the loss takes',
    'Numbers are predicted by losses such as `mse`, classes by `cross-entropy`. Where the guess of the kind is wrong, `column NAME category` or `number` says so.',
  ),
  'target-one-class': error('Every row has the same class', 'There is nothing to tell apart.'),
  'target-not-binary': error(
    'A target has more than two classes',
    'One output is yes or no; more classes need an output each and `cross-entropy`.',
  ),
  'target-unseen-class': error(
    'A class was not among those that the model was trained on',
    'Only those can be measured.',
  ),
  'weight-invalid': error(
    'A weight of a row is missing or below 0',
    'A weight says how much a row counts; 0 leaves it out.',
  ),
  'encoding-too-large': error(
    'The encoded data are too large',
    'Each different text of a category is a column of its own.',
  ),
  'stratify-number': error(
    'A split cannot be stratified by a number',
    'Nearly every row has a value of its own, of which no part can have a share.',
  ),
  'split-part': error(
    'A part of a split is impossible or empty',
    'A part is a share from 0 to 100 %, or a range of time in which rows lie; the training part is not empty.',
  ),
  'data-mismatch': error(
    'A model takes data of another kind',
    'It takes images or a table, as it was trained on.',
  ),
  'preprocessing-invalid': error('The preprocessing of a saved model is damaged', damaged),
  'preprocessing-version': error(
    'The preprocessing of a saved model is of another version',
    'Use the version of Chainrule that saved it, or train again.',
  ),
}

const warnings: Readonly<Record<DataWarningCode, DataCodeEntry>> = {
  'column-constant': warning('A column has one value only', 'It tells nothing apart.'),
  'column-unscaled': warning(
    'A column of large numbers is not scaled',
    'Under `scale none` columns stay as they are. Steps of a training suit numbers around 1: larger ones drown the other columns, and often the training.',
  ),
  'column-left-out': warning(
    'A column is not used as a feature',
    'Nobody named it, and it is empty, names the rows, or holds lists of several shapes. `features` takes it all the same.',
  ),
  'numbers-as-text': warning(
    'A column is read as texts and looks like numbers',
    'Numbers are written `1234.5`, without units, separators of thousands or decimal commas.',
  ),
  'header-of-values': warning(
    'The first line is read as names and looks like values',
    '`header=false` makes it a row.',
  ),
  'values-filled': warning(
    'Missing values were filled',
    "The training part's mean or most frequent value stands for them; `missing=` chooses.",
  ),
  'rows-without-target': warning(
    'Rows were left out for want of a target',
    'Of a series their values still stand in the windows of others.',
  ),
  'rows-without-part': warning(
    'Rows lie in no part of a split by time',
    'They are neither trained on nor measured.',
  ),
  'rows-without-window': warning(
    'Rows have no prediction',
    'A prediction takes a whole window of rows up to its own; the first rows of a series have fewer.',
  ),
  'time-uneven': warning(
    'The times of a series have gaps',
    'A window and a later target count rows, so that across a gap 24 rows are more than 24 hours. Rows with empty cells fill it.',
  ),
  'levels-many': warning(
    'A column has very many different texts',
    'Each becomes an input of its own.',
  ),
  'level-unseen': warning(
    'A value was not among those that the model was trained on',
    'The model sees zeros in its place.',
  ),
  'class-untrained': warning(
    'A class has no row in the training part',
    'It can never be predicted. `split … stratify=` shares its rows out.',
  ),
}

/** The codes of errors and warnings of the data but those that the language explains. */
export const dataCodes: Readonly<Record<OwnCode | DataWarningCode, DataCodeEntry>> = {
  ...errors,
  ...warnings,
}
