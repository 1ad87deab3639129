import type { CodeEntry } from '../codes.ts'

/** Codes that the resolver gives for pipelines, shapes, data and training. */
export const modelCodes = {
  // Parameters
  'penalty-without-parameters': {
    severity: 'error',
    group: 'training',
    title: '`regularise` reaches no parameter',
    explanation:
      '`regularise l2 1e-5` adds 1e-5 Σ w² over all parameters that training changes to the loss. `except=[bias]` leaves some alone, `on @enc` keeps it to a layer, a block or a `repeat`. Where nothing is left it would say nothing.',
    wrong:
      'input x 4\n@x -> dense 8 relu bias=false -> dense 1 bias=false\nregularise l2 1e-5 except=[weight]',
    right: 'input x 4\n@x -> dense 8 relu -> dense 1\nregularise l2 1e-5 except=[bias]',
  },

  // Pipelines
  'no-model': {
    severity: 'error',
    group: 'pipelines',
    title: 'The file holds no model',
    explanation: 'A model is at least one pipeline with one layer: `dense 16 relu -> dense 1`.',
    wrong: 'seed 42',
    right: 'seed 42\ndense 1',
  },
  'reference-inside-pipeline': {
    severity: 'error',
    group: 'pipelines',
    title: 'A reference stands inside a pipeline',
    explanation:
      'A reference hands on what it names, so what comes before it in the pipeline would be lost. It begins a pipeline.',
    wrong: 'dense 16 relu as a -> dense 8 relu -> @a -> dense 1',
    right: 'dense 16 relu -> dense 1',
  },
  'pipeline-without-layer': {
    severity: 'error',
    group: 'pipelines',
    title: 'A pipeline has no layer',
    explanation: 'A reference alone changes nothing and trains nothing.',
    wrong: 'input x 4\n@x',
    right: 'input x 4\n@x -> dense 1',
  },
  'input-unclear': {
    severity: 'error',
    group: 'pipelines',
    title: 'A pipeline does not say which input it takes',
    explanation:
      'With one input a pipeline that begins with a layer takes that input. With several it begins with a reference.',
    wrong: 'input a 4\ninput b 4\ndense 8 relu as m\n@m -> dense 1\n@b -> dense 1 as n\n',
  },
  'output-unclear': {
    severity: 'error',
    group: 'pipelines',
    title: 'One of several outputs has no name',
    explanation:
      'A pipeline whose last stage no other pipeline reads is an output of the model. Where there are several, each has a name, so that targets and losses can speak of it. Two pipelines on two lines may also be one of which the `->` is missing.',
    wrong: 'dense 16 relu\ndense 1',
    right: 'dense 16 relu ->\ndense 1',
  },
  'several-tensors': {
    severity: 'error',
    group: 'pipelines',
    title: 'Several tensors stand where one must be',
    explanation:
      'A list such as `[@a, @b]` hands several tensors to the next layer, which must take that many. An output of the model is one tensor.',
    wrong: 'input a 4\ninput b 4\n[@a, @b] -> dense 1',
  },
  'same-without-layers': {
    severity: 'error',
    group: 'pipelines',
    title: '`same` refers to something without layers',
    explanation:
      '`same @enc` applies the layers of `enc` again, so `enc` names a stage of a pipeline.',
    wrong: 'input x 4\n@x -> same @x -> dense 1',
    right: 'input x 4\n@x -> dense 1',
  },
  'too-many-layers': {
    severity: 'error',
    group: 'limits',
    title: 'A model has too many layers, or copies of braces',
    explanation:
      'A model has at most 100,000 layers, those that `same` applies again counted, and its blocks and braces are copied at most about as often.',
  },

  // Shapes
  'shape-mismatch': {
    severity: 'error',
    group: 'shapes',
    title: 'A layer does not take the shape that it is given',
    explanation:
      'The layer asks something of its inputs that the layers before it do not give. Both ends are shown. `B` is the number of rows.',
  },
  'input-unknown': {
    severity: 'error',
    group: 'shapes',
    title: 'The shape of an input is not known',
    explanation: 'Shapes begin at the input. It is declared with `input`, or follows from `data`.',
  },
  'input-shape': {
    severity: 'error',
    group: 'shapes',
    title: 'An input is declared with another shape than the data have',
    explanation:
      'The columns of the data, after categories have become one number for each category, are the numbers of the input. An image keeps the order of its axes, as do the rows and columns of a window; a flat list may be laid out in any shape of its size.',
  },

  // Data
  'unknown-data': {
    severity: 'error',
    group: 'data',
    title: 'Data are of no known kind',
    explanation:
      '`data` names the kind of its source: `csv "file"`, `json "file"`, `idx images="file" labels="file"`, or `synthetic NAME`.',
    wrong: 'data csvv "iris.csv" { target species }\ndense 3',
    right: 'data csv "iris.csv" { target species }\ndense 3',
  },
  'target-missing': {
    severity: 'error',
    group: 'data',
    title: 'Nothing says which column is to be predicted',
    explanation:
      'Data from a table name the column that the model is trained for: `target NAME`. Told of a row, the code means that its cell of that column is empty: it can be predicted, not learned from nor measured.',
    wrong: 'data csv "iris.csv"\ndense 3',
    right: 'data csv "iris.csv" { target species }\ndense 3',
  },
  'target-unclear': {
    severity: 'error',
    group: 'data',
    title: 'Targets and outputs do not pair up',
    explanation:
      'With several outputs each target says with `on @head` which one it is for, and each output has a target.',
    wrong:
      'data csv "a.csv" { target a; target b }\ndense 8 relu as t\n@t -> dense 1 as a\n@t -> dense 1 as b',
    right:
      'data csv "a.csv" { target a on @a; target b on @b }\ndense 8 relu as t\n@t -> dense 1 as a\n@t -> dense 1 as b',
  },
  'features-unclear': {
    severity: 'error',
    group: 'data',
    title: 'Columns and inputs do not pair up',
    explanation:
      'One input takes all columns that are no targets, or those that `features` lists. With several inputs each has a list of its own: `features @image [photo]`.',
    wrong:
      'input a 1\ninput b 1\ndata csv "a.csv" { target y; features [p, q] }\n@a -> dense 1 as m\n@b -> dense 1 as n\n',
  },
  'feature-is-target': {
    severity: 'error',
    group: 'data',
    title: 'A column is both a feature and a target',
    explanation: 'The model would only copy the column.',
    wrong: 'data csv "a.csv" { target y; features [x, y] }\ndense 1',
    right: 'data csv "a.csv" { target y; features [x] }\ndense 1',
  },
  'split-sum': {
    severity: 'error',
    group: 'data',
    title: 'The parts of a split do not add up',
    explanation:
      'The parts for training, validation and test add up to 100 %. Of what is not written, training gets the rest; where it is written, validation does.',
    wrong: 'data csv "a.csv" { target y; split train=80% test=30% }\ndense 1',
    right: 'data csv "a.csv" { target y; split train=70% test=30% }\ndense 1',
  },
  'split-stratify': {
    severity: 'error',
    group: 'data',
    title: 'A split cannot be stratified like this',
    explanation:
      'A stratified split gives each part the same share of every value of a column, so the column holds categories, and the rows are not taken in their order.',
    wrong: 'data csv "a.csv" { target y; split stratify=y order=ordered }\ndense 1',
    right: 'data csv "a.csv" { target y; split order=ordered }\ndense 1',
  },

  'split-time': {
    severity: 'error',
    group: 'data',
    title: 'The parts of a series are not ranges of its time',
    explanation:
      'A series, `data csv "…" time=COLUMN`, is split by shares in the order of time, or by ranges of time that do not overlap, to which both ends belong: `"..2024-12"` ends with the last moment of December. Its rows are not shuffled into the parts, for a model measured between the rows it was trained on has seen the answers.',
    wrong:
      'data csv "a.csv" time=t { target y; split train="..2024-12" test="2024-12.." }\ndense 1',
    right:
      'data csv "a.csv" time=t { target y; split train="..2024-12" test="2025-01.." }\ndense 1',
  },
  'series-without-time': {
    severity: 'error',
    group: 'data',
    title: 'Rows are counted in an order that nothing gives',
    explanation:
      '`window 48` gives an input 48 rows that follow each other, and `target NAME shift=24` the value 24 rows later; `group=` tells several series apart. What follows what is the order of a column of times, which `time=` names.',
    wrong: 'data csv "a.csv" { target y shift=24; window 48 }\ndense 1',
    right: 'data csv "a.csv" time=t { target y shift=24; window 48 }\ndense 1',
  },
  'text-columns': {
    severity: 'error',
    group: 'data',
    title: 'Columns are named of data that have none',
    explanation:
      '`data text` reads a file as one long text. Its rows are windows of characters, `window 64` of 64; the input is the characters of a window, and the target at each place is the character that follows, so that there is nothing to choose.',
    wrong: 'data text "a.txt" { target y }\nembed 90 dim=8 -> dense 90',
    right: 'data text "a.txt"\nembed 90 dim=8 -> dense 90',
  },
  'index-range': {
    severity: 'error',
    group: 'shapes',
    title: 'A table of vectors is too small for its indices',
    explanation:
      '`embed 90` has a vector for each of the whole numbers from 0 to 89. What is larger would be looked up outside of the table, and be zeros that nothing is learnt of. The characters of a text are numbered from 0 in the order of their code points. A saved model remembers the size, and refuses rows to predict that hold other numbers.',
  },

  // Target, loss, metrics
  'target-width': {
    severity: 'error',
    group: 'training',
    title: 'The last layer does not have the size of the target',
    explanation:
      'A target with n classes needs an output of n numbers, one for each class; two classes may share one number. A target of n numbers needs n.',
  },
  'target-shape': {
    severity: 'error',
    group: 'training',
    title: 'The output has more axes than the target',
    explanation: 'A target has one class or one line of numbers a row, and so must the output.',
  },
  'loss-mismatch': {
    severity: 'error',
    group: 'training',
    title: 'The loss does not fit the target',
    explanation:
      'Losses between numbers are for numbers, `cross-entropy` is for classes, `binary-cross-entropy` for yes or no; `hinge` and `focal` are for both of these.',
  },
  'target-range': {
    severity: 'error',
    group: 'training',
    title: 'The loss does not take such numbers',
    explanation:
      '`poisson` is for counts, numbers from 0 on; `kl-divergence` for shares that add up to 1 in each row: `target [first, second, third]`.',
  },
  'class-weights': {
    severity: 'error',
    group: 'training',
    title: 'Weights of classes do not fit the target',
    explanation:
      '`class-weights=` of a loss is `balanced` (rows / (classes × rows of the class), counted in the training part), or a list with one number for each class, in the order of the classes; of yes or no, first no. A target of numbers has no classes.',
    wrong: 'dense 1\nloss mse class-weights=[1, 2]',
    right: 'dense 1\nloss mse',
  },
  'metric-mismatch': {
    severity: 'error',
    group: 'training',
    title: 'The metric does not fit the target',
    explanation: 'Some metrics are for numbers, others for classes.',
    wrong: 'dense 3\nloss cross-entropy\nmetrics [r2]',
    right: 'dense 3\nloss cross-entropy\nmetrics [accuracy]',
  },
  'activation-before-loss': {
    severity: 'error',
    group: 'training',
    title: 'The loss already applies what the last layer does',
    explanation:
      '`cross-entropy`, `binary-cross-entropy`, `focal` and `kl-divergence` take logits: they apply softmax or sigmoid themselves, which is exact where doing it before loses digits. Twice applied, the model learns slowly or not at all.',
    wrong: 'dense 3 softmax\nloss cross-entropy',
    right: 'dense 3\nloss cross-entropy',
  },
  'squeezed-logits': {
    severity: 'warning',
    group: 'training',
    title: 'The last activation keeps logits from their range',
    explanation:
      'A logit, a score (`hinge`) or the logarithm of a rate (`poisson`) may be any number. An activation at the end cuts some of them off, so that no class can become improbable.',
    wrong: 'dense 3 relu\nloss cross-entropy',
    right: 'dense 3\nloss cross-entropy',
  },
  'softmax-of-one': {
    severity: 'warning',
    group: 'training',
    title: 'A softmax stands over a single number',
    explanation:
      'Softmax makes shares that add up to 1, so that the share of a single number is always 1: nothing before it can learn. One number from 0 to 1 is what `sigmoid` gives.',
    wrong: 'input x 4\n@x -> dense 1 softmax\nloss mse',
    right: 'input x 4\n@x -> dense 1 sigmoid\nloss mse',
  },
  'no-activation': {
    severity: 'warning',
    group: 'training',
    title: 'A hidden layer has no activation',
    explanation:
      'Two dense layers with nothing between them do what one does. Where that is meant, `linear` says so.',
    wrong: 'dense 16 -> dense 1',
    right: 'dense 16 relu -> dense 1',
  },
  'learning-rate': {
    severity: 'warning',
    group: 'training',
    title: 'The learning rate is unusual for the optimizer',
    explanation:
      'adam, adamw, nadam, lion and rmsprop move every weight by about the learning rate in each step, so 0.1 is a lot; sgd moves it by learning rate times gradient.',
    wrong: 'dense 1\noptimizer adam lr=0.5',
    right: 'dense 1\noptimizer adam lr=0.001',
  },
  'watch-unknown': {
    severity: 'error',
    group: 'training',
    title: 'The value that is watched is not measured',
    explanation:
      '`stop watch=` names the loss or a metric of the validation part, `val.loss` or `val.accuracy`, or `train.loss`.',
    wrong: 'dense 1\nloss mse\nstop watch=val.los',
    right: 'dense 1\nloss mse\nstop watch=val.loss',
  },
  'plugin-failed': {
    severity: 'error',
    group: 'plugins',
    title: 'A plugin failed, or gave something else than it must',
    explanation:
      'The error names package, plugin and stage. A plugin computes from its arguments alone: it must not throw, give something else than its stage gives, change what it is given, read the clock or draw random numbers of its own, and it comes to an end within ten seconds, a reader in one more for each megabyte.',
  },
} as const satisfies Record<string, CodeEntry>
