import type { CodeEntry } from '../codes.ts'

/** Codes that the resolver gives for names, constants and arguments. */
export const nameCodes = {
  'not-yet': {
    severity: 'error',
    group: 'names',
    title: 'The language knows this, and this version cannot train it yet',
    explanation:
      'The construct belongs to edition 1 of the language and is read, but what it means is not built into this version. The rest of the file is checked all the same.',
    wrong: 'export onnx "model.onnx"\ndense 1',
    right: 'dense 1',
  },

  // Names
  'unknown-parameter': {
    severity: 'error',
    group: 'names',
    title: 'No parameter has this name',
    explanation:
      'Parameters are spoken of by their kind (`weight`, `bias`, `scale`, `embedding`), by the name that layers have for them (`chainrule summary` of a trained model lists them), or by a layer that is named with `as`: `@enc` is all that it learns, `@enc.weight` one parameter, `@cell.0` a copy of a `repeat`.',
    wrong: 'input x 4\n@x -> dense 8 relu -> dense 1\nregularise l2 1e-5 except=[bais]',
    right: 'input x 4\n@x -> dense 8 relu -> dense 1\nregularise l2 1e-5 except=[bias]',
  },
  'tied-to-itself': {
    severity: 'error',
    group: 'names',
    title: 'A layer is tied to itself',
    explanation:
      '`weights=@embed.weight` lets a layer compute with the weight of another, which keeps it, draws it and saves it. A layer that named its own would have none.',
    wrong: 'input x 4\n@x -> dense 4 weights=@d.weight as d',
    right: 'input x 4\n@x -> dense 4 relu as d -> dense 4 weights=@d.weight',
  },
  'tied-frozen': {
    severity: 'warning',
    group: 'names',
    title: 'A tied weight is frozen in one place and learnt in the other',
    explanation:
      'A tied weight belongs to the layer that keeps it: what is said there by `freeze`, `l1` or `l2` holds for it wherever it is used.',
    wrong: 'input x 4\n@x -> dense 4 relu freeze=true as d -> dense 4 weights=@d.weight',
    right: 'input x 4\n@x -> dense 4 relu as d -> dense 4 weights=@d.weight',
  },
  'unknown-layer': {
    severity: 'error',
    group: 'names',
    title: 'No layer has this name',
    explanation:
      'A stage of a pipeline is a layer or an activation, built in or from a plugin. Plugins give their layers only to files that name them with `use`.',
    wrong: 'dnese 16 relu -> dense 1',
    right: 'dense 16 relu -> dense 1',
  },
  'unknown-directive': {
    severity: 'error',
    group: 'names',
    title: 'No directive has this name',
    explanation:
      'A statement begins with a directive such as `loss` or `train`, with a word such as `let`, or with a layer. The word is none of them, and is read as the one that it is nearest to, so that the rest is checked all the same. Inside the braces of `data` stand directives about the data.',
    wrong: 'dense 1\nlos mse',
    right: 'dense 1\nloss mse',
  },
  'unknown-activation': {
    severity: 'error',
    group: 'names',
    title: 'No activation has this name',
    explanation: 'The word stands where a layer takes its activation, such as `relu` or `tanh`.',
    wrong: 'dense 16 rleu -> dense 1',
    right: 'dense 16 relu -> dense 1',
  },
  'unknown-initializer': {
    severity: 'error',
    group: 'names',
    title: 'No initializer has this name',
    explanation:
      'An initializer says how weights are drawn before training: `init he`, `dense 8 weights=glorot-normal`.',
    wrong: 'dense 1\ninit hee',
    right: 'dense 1\ninit he',
  },
  'unknown-schedule': {
    severity: 'error',
    group: 'names',
    title: 'No schedule has this name',
    explanation: 'A schedule changes the learning rate while a model trains: `schedule=cosine`.',
    wrong: 'dense 1\noptimizer sgd schedule=cosin',
    right: 'dense 1\noptimizer sgd schedule=cosine',
  },
  'unknown-loss': {
    severity: 'error',
    group: 'names',
    title: 'No loss has this name',
    explanation: 'A loss says how far an output is from its target.',
    wrong: 'dense 1\nloss msee',
    right: 'dense 1\nloss mse',
  },
  'unknown-optimizer': {
    severity: 'error',
    group: 'names',
    title: 'No optimizer has this name',
    explanation: 'An optimizer changes the weights by their gradients.',
    wrong: 'dense 1\noptimizer adm',
    right: 'dense 1\noptimizer adam',
  },
  'unknown-metric': {
    severity: 'error',
    group: 'names',
    title: 'No metric has this name',
    explanation: 'A metric is reported beside the loss, in the units of the data.',
    wrong: 'dense 1\nmetrics [mea]',
    right: 'dense 1\nmetrics [mae]',
  },
  'unknown-reference': {
    severity: 'error',
    group: 'names',
    title: 'Nothing has the name that a reference gives',
    explanation:
      'A reference `@name` finds an input, or the output of a stage that is named by `as name` above it.',
    wrong: 'dense 16 relu as trunk\n@trnk -> dense 1',
    right: 'dense 16 relu as trunk\n@trunk -> dense 1',
  },
  'unknown-constant': {
    severity: 'error',
    group: 'names',
    title: 'No constant has this name',
    explanation: 'A constant is declared with `let`.',
    wrong: 'let width = 64\ndense widht relu -> dense 1',
    right: 'let width = 64\ndense width relu -> dense 1',
  },
  'block-recursion': {
    severity: 'error',
    group: 'names',
    title: 'A block stands inside itself',
    explanation:
      'A block stands for the layers in its braces. If these name the block again, directly or by way of another block, they would never end.',
    wrong: 'block cell { dense 8 relu -> cell }\ncell -> dense 1',
    right: 'block cell { dense 8 relu }\nrepeat 3 { cell } -> dense 1',
  },
  'declared-twice': {
    severity: 'error',
    group: 'names',
    title: 'Something is declared a second time',
    explanation:
      'A name is given once, and what a directive says of the model is said once. A constant cannot be assigned again.',
    wrong: 'seed 1\nseed 2\ndense 1',
    right: 'seed 1\ndense 1',
  },
  'declared-below': {
    severity: 'error',
    group: 'names',
    title: 'A name is used above the statement that declares it',
    explanation:
      'Constants are evaluated and pipelines joined from top to bottom: what others of them refer to comes first. Layers and directives may use any constant of the file.',
    wrong: 'let half = width / 2\nlet width = 64\ndense half relu -> dense 1',
    right: 'let width = 64\nlet half = width / 2\ndense half relu -> dense 1',
  },
  'unused-constant': {
    severity: 'warning',
    group: 'names',
    title: 'A constant or a parameter is used nowhere',
    explanation:
      'Nothing in the file reads the constant, or the parameter of the block, perhaps because its name is misspelt there.',
    wrong: 'let width = 64\ndense 16 relu -> dense 1',
    right: 'let width = 64\ndense width relu -> dense 1',
  },
  'unused-name': {
    severity: 'warning',
    group: 'names',
    title: 'An input is used nowhere',
    explanation:
      'No pipeline reads it. A name that a stage is given with `as` may stand alone: weights and summaries have it.',
    wrong: 'input x 4\ninput y 2\n@x -> dense 1',
    right: 'input x 4\n@x -> dense 1',
  },

  // Arguments
  'argument-missing': {
    severity: 'error',
    group: 'arguments',
    title: 'An argument is missing',
    explanation: 'An argument without a default must be written.',
    wrong: 'dense relu -> dense 1',
    right: 'dense 16 relu -> dense 1',
  },
  'argument-type': {
    severity: 'error',
    group: 'arguments',
    title: 'An argument is of another type',
    explanation:
      'What is written is no number, truth value, list or word where one of these must be.',
    wrong: 'dense 3x3 relu -> dense 1',
    right: 'dense 9 relu -> dense 1',
  },
  'argument-range': {
    severity: 'error',
    group: 'arguments',
    title: 'An argument lies outside its range',
    explanation: 'The value is of the right type, and too small or too large.',
    wrong: 'dense 0 relu -> dense 1',
    right: 'dense 16 relu -> dense 1',
  },
  'argument-word': {
    severity: 'error',
    group: 'arguments',
    title: 'A word is none of those that are allowed here',
    explanation: 'The argument takes one of a few words.',
    wrong: 'dense 1\nstop restore=bets',
    right: 'dense 1\nstop restore=best',
  },
  'argument-unknown': {
    severity: 'error',
    group: 'arguments',
    title: 'No argument has this name',
    explanation: 'A named argument is one that the layer or directive declares.',
    wrong: 'dense 1\ntrain epoch=10',
    right: 'dense 1\ntrain epochs=10',
  },
  'argument-extra': {
    severity: 'error',
    group: 'arguments',
    title: 'There are too many arguments without a name',
    explanation:
      'Arguments without a name follow the order that the layer or directive declares; further ones are written as `name=value`.',
    wrong: 'dense 16 relu 8 -> dense 1',
    right: 'dense 16 relu -> dense 1',
  },
  'argument-twice': {
    severity: 'error',
    group: 'arguments',
    title: 'An argument is given twice',
    explanation: 'An argument is given once, by position or by name.',
    wrong: 'dense 16 relu units=8 -> dense 1',
    right: 'dense 16 relu -> dense 1',
  },
  'argument-order': {
    severity: 'error',
    group: 'arguments',
    title: 'An argument without a name follows one with a name',
    explanation: 'Arguments without a name come first, in the order that the layer declares.',
    wrong: 'dense 16 bias=false relu -> dense 1',
    right: 'dense 16 relu bias=false -> dense 1',
  },
  'arithmetic-type': {
    severity: 'error',
    group: 'arguments',
    title: 'A calculation holds something that is no number',
    explanation: 'Only numbers, percentages and constants that are numbers can be calculated with.',
    wrong: 'let act = relu\ndense (act * 2) relu -> dense 1',
    right: 'let width = 8\ndense (width * 2) relu -> dense 1',
  },
  'arithmetic-result': {
    severity: 'error',
    group: 'arguments',
    title: 'A calculation has no finite result',
    explanation:
      'A division by zero, or numbers so large that their product is no longer a number.',
    wrong: 'dense (16 / 0) relu -> dense 1',
    right: 'dense (16 / 2) relu -> dense 1',
  },
  'value-too-large': {
    severity: 'error',
    group: 'limits',
    title: 'A list has too many items',
    explanation: 'A value holds at most 1,000 items, those of the lists inside it counted.',
  },

  // Statements
  'misplaced-statement': {
    severity: 'error',
    group: 'names',
    title: 'A statement stands where it does not belong',
    explanation:
      'Inside the braces of `data` stand only directives about the data; inside the braces of a model, its pipelines, constants and directives.',
    wrong: 'data csv "a.csv" { target y; loss mse }\ndense 1',
    right: 'data csv "a.csv" { target y }\nloss mse\ndense 1',
  },
  'unexpected-braces': {
    severity: 'error',
    group: 'names',
    title: 'A directive has braces that it does not take',
    explanation: 'Of the directives only `data` takes braces.',
    wrong: 'train epochs=10 { }\ndense 1',
    right: 'train epochs=10\ndense 1',
  },
  'unexpected-on': {
    severity: 'error',
    group: 'names',
    title: 'A directive has an `on` that it does not take',
    explanation: '`on @head` says for which output a `loss`, a `target` or `metrics` is meant.',
    wrong: 'dense 1 as y\nseed 42 on @y',
    right: 'dense 1 as y\nseed 42',
  },
} as const satisfies Record<string, CodeEntry>
