/** What the words of the language mean: the documentation of keywords and directives, for completion and hover. */
export interface WordInfo {
  /** How it is written. */
  readonly syntax: string
  /** One sentence. */
  readonly about: string
}

/** Words that begin a statement, beside directives. */
export const statementWords: Readonly<Record<string, WordInfo>> = {
  let: {
    syntax: 'let width = 64',
    about: 'Gives a value a name, which layers and directives may take for it.',
  },
  block: {
    syntax: 'block cell(width, rate = 10%) { … }',
    about: 'Gives a piece of a network a name, under which pipelines take it as a layer.',
  },
  model: {
    syntax: 'model NAME { … }',
    about: 'Gives the pipelines in its braces a name; a file may hold several models.',
  },
  use: {
    syntax: 'use "chainrule-plugin-x" as x',
    about: 'Takes the layers of a plugin package, or the blocks of another file.',
  },
}

/** The edition of the language, which stands at the head of a file. */
export const editionWord: Readonly<Record<string, WordInfo>> = {
  mlp: { syntax: 'mlp 1', about: 'The edition of the language in which the file is written.' },
}

/** Words that begin a stage, beside the names of layers. */
export const stageWords: Readonly<Record<string, WordInfo>> = {
  branch: {
    syntax: 'branch { … }',
    about: 'Gives its input to each pipeline in its braces, and hands on one tensor for each.',
  },
  residual: {
    syntax: 'residual { … }',
    about: 'Adds its input to what its braces make of it: a skip connection.',
  },
  repeat: {
    syntax: 'repeat 4 { … }',
    about: 'So many copies of its braces behind each other, each with weights of its own.',
  },
  same: {
    syntax: 'same @name',
    about: 'The layers up to the name once more, with the same weights.',
  },
}

/** Words behind a stage or a statement. */
export const followingWords: Readonly<Record<string, WordInfo>> = {
  as: {
    syntax: '… as name',
    about: 'Names the output of a stage, which `@name` then finds; of a `use`, its prefix.',
  },
  on: { syntax: '… on @head', about: 'The output of the model that the statement speaks of.' },
  only: { syntax: '… only [a, b]', about: 'The names that are taken, all others left out.' },
}

/** Every directive of the language, those first that most texts have. */
export const directiveWords: Readonly<Record<string, WordInfo>> = {
  data: {
    syntax: 'data csv "file.csv" { target y }',
    about: 'The rows to learn from: a file, or points that are made by a formula.',
  },
  loss: {
    syntax: 'loss cross-entropy',
    about: 'What is made small: how far the outputs are from the targets.',
  },
  optimizer: { syntax: 'optimizer adam lr=0.001', about: 'How gradients change the weights.' },
  train: {
    syntax: 'train epochs=100 batch=32',
    about: 'How long is trained, and how many rows make a step.',
  },
  metrics: {
    syntax: 'metrics [accuracy, auc]',
    about: 'What is measured and reported beside the loss.',
  },
  stop: {
    syntax: 'stop watch=val.loss patience=8 restore=best',
    about: 'When the training ends early, and which weights are kept.',
  },
  seed: {
    syntax: 'seed 42',
    about: 'Decides every random number: the same seed gives the same weights.',
  },
  input: {
    syntax: 'input image 28x28x1',
    about:
      'Declares an input: its name and the shape of a row, and `integer` for indices or `boolean` for a mask.',
  },
  output: {
    syntax: 'output label=@label price=@price',
    about: 'Lists the outputs of the model; left out, they are the ends of its pipelines.',
  },
  init: {
    syntax: 'init he',
    about: 'How weights are drawn where a layer does not say.',
  },
  regularise: {
    syntax: 'regularise l2 1e-5 except=[bias]',
    about: 'Adds a penalty for large weights to the loss.',
  },
  target: { syntax: 'target species', about: 'The column to predict.' },
  features: {
    syntax: 'features [a, b]',
    about: 'The columns that the model sees; left out, all that are no target.',
  },
  split: {
    syntax: 'split train=70% validate=15% test=15%',
    about: 'Which part of the rows is trained on, which validates, which tests.',
  },
  scale: {
    syntax: 'scale standard',
    about: 'How numbers are scaled before they are learnt from: `standard`, `minmax` or `none`.',
  },
  column: {
    syntax: 'column age number missing=median',
    about:
      'The type of a column, and what stands for its missing values, where the guess is wrong.',
  },
  window: { syntax: 'window 48', about: 'How many rows of a series the model sees at once.' },
  export: {
    syntax: 'export',
    about: 'Not in this version: `chainrule train FILE --out MODEL` saves the trained model.',
  },
}

/** Every word that means something by itself. */
export const wordInfo: ReadonlyMap<string, WordInfo> = new Map(
  [statementWords, editionWord, stageWords, followingWords, directiveWords].flatMap((words) =>
    Object.entries(words),
  ),
)

/** What the words among the arguments of a directive mean, by the directive and the argument. */
const argumentWords: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  'data kind': {
    csv: 'A table in a text file, a row a line.',
    json: 'A list of rows in a JSON file, or a row a line; rows may hold images and other lists.',
    text: 'Characters: the model predicts the next one from those before it.',
    idx: 'Images and their labels as MNIST has them.',
    synthetic: 'Points that are made by a formula.',
  },
  'input type': {
    integer: 'Whole numbers, by which something is looked up.',
    boolean: 'A yes or no for each place, as a mask is.',
  },
  'column type': {
    number: 'A number, scaled before it is learnt from.',
    category: 'One of a few words: a 1 for the right one, a 0 for the others.',
    boolean: 'Yes or no, 1 or 0.',
    integer: 'A whole number; one with decimals is an error.',
    timestamp: 'A date or a time, as a number of seconds.',
  },
  'column missing': {
    mean: 'The mean of the training rows stands for what is missing.',
    median: 'The median of the training rows stands for what is missing.',
    most: 'What most training rows have stands for what is missing.',
    refuse: 'A missing value is an error.',
  },
  'split order': {
    random: 'Rows are shared out at random, by the seed.',
    ordered: 'The first rows are trained on, the last ones test.',
  },
  'scale kind': {
    standard: 'Mean 0 and standard deviation 1 over the training rows.',
    minmax: 'From 0 to 1 over the training rows.',
    none: 'Numbers are taken as they are.',
  },
  'regularise kind': {
    l1: 'The sum of the absolute weights: many become 0.',
    l2: 'The sum of the squared weights: all become smaller.',
  },
  'stop restore': {
    best: 'The weights of the best epoch are kept.',
    last: 'The weights of the last epoch are kept.',
  },
  'loss class-weights': {
    balanced: 'Each class counts in inverse proportion to its training rows.',
  },
}

/** What a word means as the value of an argument; nothing where that is for a plugin to say. */
export const argumentWord = (taker: string, argument: string, word: string): string | undefined =>
  argumentWords[`${taker} ${argument}`]?.[word]
