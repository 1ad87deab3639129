import type { CodeEntry } from './codes.ts'

/**
 * Codes that reading gives, from the bytes to the syntax tree. `wrong` and `right` are tried by the tests: the one gives
 * the diagnostic, the other nothing.
 */
export const syntaxCodes = {
  // Edition and file
  'unknown-edition': {
    severity: 'error',
    group: 'edition and file',
    title: 'The file is written in an edition that this version does not know',
    explanation:
      'A first line `mlp N` names the edition of the language; without it a file is of edition 1, for ever. A later edition may give words another meaning, so nothing else in the file is read. Install a newer version, or, where the file uses nothing new, write `mlp 1`.',
    wrong: 'mlp 7\ndense 1',
    right: 'mlp 1\ndense 1',
  },
  'misplaced-edition': {
    severity: 'error',
    group: 'edition and file',
    title: 'The edition stands on the first line',
    explanation:
      'The edition says how all that follows is to be read, so `mlp 1` comes before every other statement; comments may come before it. It is named once.',
    wrong: 'dense 16\nmlp 1',
    right: 'mlp 1\ndense 16',
  },
  'not-utf-8': {
    severity: 'error',
    group: 'edition and file',
    title: 'The file is not text in UTF-8',
    explanation:
      'An `.mlp` file is UTF-8 text. Editors call this "Encoding" in their "Save as" dialogue. A file that an editor shows as noise is perhaps no model but its weights.',
  },

  // Characters and words
  'unknown-character': {
    severity: 'error',
    group: 'syntax',
    title: 'A character means nothing in the language',
    explanation:
      'Outside of strings and comments only letters, digits, spaces and the signs of the language may stand. What means nothing is an error, never ignored. Invisible characters come in with text copied from web pages.',
    wrong: 'dense 16 $ relu',
    right: 'dense 16 relu',
  },
  'foreign-letter': {
    severity: 'error',
    group: 'syntax',
    title: 'A name holds a letter outside A-Z',
    explanation:
      'Names consist of the letters A-Z and a-z, digits, `_` and inner hyphens, so that two names that look the same are the same. A column with another name stands in quotes.',
    wrong: 'target größe',
    right: 'target "größe"',
  },
  'foreign-arrow': {
    severity: 'error',
    group: 'syntax',
    title: 'Layers are joined by `->`',
    explanation:
      'The arrow is written as a hyphen and a greater-than sign. Word processors turn it into one character, and other languages write `=>` or `|>`.',
    wrong: 'dense 16 → dense 1',
    right: 'dense 16 -> dense 1',
  },
  'foreign-quotes': {
    severity: 'error',
    group: 'syntax',
    title: 'Strings stand in straight double quotes',
    explanation:
      'A string begins and ends with `"`. Word processors turn it into typographic quotes; single quotes and backticks are not used in the language.',
    wrong: 'data csv “iris.csv”',
    right: 'data csv "iris.csv"',
  },
  'foreign-sign': {
    severity: 'error',
    group: 'syntax',
    title: 'A typographic sign stands for a plain one',
    explanation:
      'Minus is the hyphen of the keyboard, and the sizes of a shape are joined by the letter `x`. Typographic signs look the same and are other characters.',
    wrong: 'concat axis=−1',
    right: 'concat axis=-1',
  },
  'foreign-comment': {
    severity: 'error',
    group: 'syntax',
    title: 'Comments begin with `//`',
    explanation: 'A comment runs from `//` to the end of the line, or from `/*` to `*/`.',
    wrong: 'dense 16 # hidden',
    right: 'dense 16 // hidden',
  },
  'unclosed-comment': {
    severity: 'error',
    group: 'syntax',
    title: 'A comment is not closed',
    explanation:
      'A comment that begins with `/*` ends at the next `*/`; comments do not nest. Without it the rest of the file is comment.',
    wrong: 'dense 16 /* hidden',
    right: 'dense 16 /* hidden */',
  },
  'unclosed-string': {
    severity: 'error',
    group: 'syntax',
    title: 'A string is not closed on its line',
    explanation:
      'A string ends on the line on which it begins. A quote inside it is written `\\"`, a backslash `\\\\`.',
    wrong: 'data csv "iris.csv',
    right: 'data csv "iris.csv"',
  },
  'unknown-escape': {
    severity: 'error',
    group: 'syntax',
    title: 'A backslash in a string begins no known escape',
    explanation:
      'Strings know the escapes `\\"`, `\\\\`, `\\/`, `\\n`, `\\t`, `\\r` and `\\u0000` with four hexadecimal digits. Paths are written with `/` on every system.',
    wrong: 'data csv "data\\iris.csv"',
    right: 'data csv "data/iris.csv"',
  },
  'malformed-number': {
    severity: 'error',
    group: 'syntax',
    title: 'A number is not well formed',
    explanation:
      'A number is digits, with a digit before and after the dot, and perhaps an exponent: `16`, `0.5`, `1e-3`. It touches no letter; a shape such as `3x3` has a small `x` between its sizes.',
    wrong: 'dropout .5',
    right: 'dropout 0.5',
  },
  'reserved-word': {
    severity: 'error',
    group: 'syntax',
    title: 'A reserved word cannot be a name',
    explanation:
      'The words mlp, use, let, block, model, branch, residual, repeat, same, as, on, only, true and false have a meaning in the grammar and name nothing else.',
    wrong: 'let model = 64',
    right: 'let width = 64',
  },

  // Brackets
  'unclosed-bracket': {
    severity: 'error',
    group: 'syntax',
    title: 'A bracket is not closed',
    explanation:
      'Inside `()` and `[]` lines run on, so a missing bracket would take the rest of the file with it. It is taken to end with its line, or, after a comma, where a line begins with a directive. A brace ends with the file, or where a line as far to the left as its own begins with a directive; one of `data` also where it begins with a layer.',
    wrong: 'metrics [accuracy, f1\nloss mse',
    right: 'metrics [accuracy, f1]\nloss mse',
  },
  'unmatched-bracket': {
    severity: 'error',
    group: 'syntax',
    title: 'A closing bracket has no opening one',
    explanation: 'Every `)`, `]` and `}` closes a bracket that was opened before it.',
    wrong: 'dense (4 * 4))',
    right: 'dense (4 * 4)',
  },
  'mismatched-bracket': {
    severity: 'error',
    group: 'syntax',
    title: 'A bracket is closed by one of another kind',
    explanation: '`(` is closed by `)`, `[` by `]` and `{` by `}`.',
    wrong: 'metrics [accuracy, auc)',
    right: 'metrics [accuracy, auc]',
  },
  'nested-too-deeply': {
    severity: 'error',
    group: 'limits',
    title: 'Brackets are nested too deeply',
    explanation:
      'Brackets of all kinds nest at most 32 deep. What lies deeper is not read. Name inner parts with `let` and `block`.',
  },
  'brace-on-own-line': {
    severity: 'error',
    group: 'syntax',
    title: '`{` stands at the end of the line that it belongs to',
    explanation:
      'A line break ends a statement, so `{` on a line of its own would begin another. It stands behind what it belongs to, on the same line.',
    wrong: 'model main\n{\n  dense 1\n}',
    right: 'model main {\n  dense 1\n}',
  },

  // Pipelines
  'leading-arrow': {
    severity: 'error',
    group: 'syntax',
    title: 'A pipeline begins with `->`',
    explanation:
      "`->` hands the output of one stage to the next, so a stage stands before it. A pipeline begins with a layer, which then takes the model's input, or with a reference such as `@image`.",
    wrong: '-> dense 16',
    right: 'dense 16',
  },
  'trailing-arrow': {
    severity: 'error',
    group: 'syntax',
    title: 'A pipeline ends with `->`',
    explanation:
      '`->` hands the output of one stage to the next, so a stage follows it. After `->` a pipeline may go on in the next line.',
    wrong: 'dense 16 ->\nloss mse',
    right: 'dense 16\nloss mse',
  },
  'doubled-arrow': {
    severity: 'error',
    group: 'syntax',
    title: 'Nothing stands between two `->`',
    explanation: 'Between two `->` stands one stage; `identity` hands its input on unchanged.',
    wrong: 'dense 16 -> -> dense 1',
    right: 'dense 16 -> dense 1',
  },
  'arrow-after-statement': {
    severity: 'error',
    group: 'syntax',
    title: '`->` follows a statement that is no pipeline',
    explanation:
      'A directive, a constant or a block hands nothing on. A pipeline is a statement of its own; it begins with a layer, or with a reference such as `@image` where there are several inputs.',
    wrong: 'input image 28x28x1\n-> flatten',
    right: 'input image 28x28x1\n@image -> flatten',
  },
  'directive-as-stage': {
    severity: 'error',
    group: 'syntax',
    title: 'A directive stands where a layer belongs',
    explanation:
      'Directives such as `loss` and `input` say something about the whole model and are statements of their own; stages of a pipeline are layers, blocks and references.',
    wrong: 'dense 3 -> loss mse',
    right: 'dense 3\nloss mse',
  },
  'parenthesised-arguments': {
    severity: 'error',
    group: 'syntax',
    title: 'Arguments of layers and directives stand without parentheses',
    explanation:
      'A layer is written like a command: its name, a space, its arguments with spaces between them. Parentheses hold arithmetic, and the arguments of a call inside an argument, such as `cosine(warmup=500)`.',
    wrong: 'dense(16, relu)',
    right: 'dense 16 relu',
  },
  'comma-between-arguments': {
    severity: 'error',
    group: 'syntax',
    title: 'Arguments are separated by spaces',
    explanation:
      'The arguments of a layer or directive are separated by spaces. Commas separate the items of a list and the arguments of a call. Several columns or metrics make a list.',
    wrong: 'dense 16, relu',
    right: 'dense 16 relu',
  },
  'arithmetic-outside-parentheses': {
    severity: 'error',
    group: 'syntax',
    title: 'Arithmetic as an argument stands in parentheses',
    explanation:
      'Arguments are separated by spaces, so a calculation stands in parentheses to be one argument. In `let` and inside parentheses it needs none.',
    wrong: 'dense width * 2',
    right: 'dense (width * 2)',
  },
  'split-as-ratio': {
    severity: 'error',
    group: 'syntax',
    title: 'A split names its parts',
    explanation:
      'A split says what each part is for: `split train=80% validate=20%`, and `test=…` where there is a test part.',
    wrong: 'split 80/20',
    right: 'split train=80% validate=20%',
  },
  'detached-minus': {
    severity: 'error',
    group: 'syntax',
    title: 'A minus sign touches its number',
    explanation:
      'As an argument `-1` is one thing: the sign touches what it negates. With a space after it, it would be a subtraction, which stands in parentheses.',
    wrong: 'concat axis=- 1',
    right: 'concat axis=-1',
  },
  'colon-for-equals': {
    severity: 'error',
    group: 'syntax',
    title: 'A named argument is given with `=`',
    explanation: 'A named argument is its name, `=` and its value, without spaces: `lr=1e-3`.',
    wrong: 'optimizer adam lr: 0.1',
    right: 'optimizer adam lr=0.1',
  },

  // Lists and names
  'missing-comma': {
    severity: 'error',
    group: 'syntax',
    title: 'A comma is missing between two items',
    explanation: 'Inside `[]` and `()` a comma stands between two items.',
    wrong: 'metrics [accuracy auc]',
    right: 'metrics [accuracy, auc]',
  },
  'stray-comma': {
    severity: 'error',
    group: 'syntax',
    title: 'A comma separates nothing',
    explanation: 'A comma stands between two items, not before the first nor after the last.',
    wrong: 'metrics [accuracy, auc,]',
    right: 'metrics [accuracy, auc]',
  },
  'list-in-parentheses': {
    severity: 'error',
    group: 'syntax',
    title: 'A list stands in `[]`',
    explanation:
      'Parentheses hold one value that is calculated. Several values make a list, in `[]`; sizes may also be written as a shape, `3x3`.',
    wrong: 'conv 16 (3, 3)',
    right: 'conv 16 [3, 3]',
  },
  'missing-equals': {
    severity: 'error',
    group: 'syntax',
    title: '`=` is missing between a name and its value',
    explanation:
      'A named argument is its name, `=` and its value, without spaces: `patience=5`. A constant is `let`, its name, `=` and its value. Only the first arguments of a layer or directive stand without a name.',
    wrong: 'let width 64',
    right: 'let width = 64',
  },
  'missing-let': {
    severity: 'error',
    group: 'syntax',
    title: 'A constant is declared with `let`',
    explanation:
      'A statement that gives a name a value begins with `let`. Without it the name would be a layer, and `=` has no place after it.',
    wrong: 'width = 64',
    right: 'let width = 64',
  },
  'directive-with-equals': {
    severity: 'error',
    group: 'syntax',
    title: 'A directive is followed by its argument, without `=`',
    explanation:
      'A directive is written like a command: `seed 42`, `loss mse`. Only named arguments and constants have an `=`.',
    wrong: 'seed = 42',
    right: 'seed 42',
  },
  'missing-at-sign': {
    severity: 'error',
    group: 'syntax',
    title: 'A reference begins with `@`',
    explanation:
      'A stage that was named by `as`, and an input, is referred to with `@`: `@trunk`. The name itself stands without it, in `as trunk` and `input image`.',
    wrong: 'loss mse on price',
    right: 'loss mse on @price',
  },
  'at-sign-on-name': {
    severity: 'error',
    group: 'syntax',
    title: 'A name is given without `@`',
    explanation: '`as trunk` gives the name, `@trunk` refers to it.',
    wrong: 'dense 16 as @trunk',
    right: 'dense 16 as trunk',
  },
  'unquoted-package': {
    severity: 'error',
    group: 'syntax',
    title: 'A package or file stands in quotes',
    explanation:
      '`use` takes the name of a package, or a path that begins with `./`, as a string in double quotes.',
    wrong: 'use chainrule-plugin-glu',
    right: 'use "chainrule-plugin-glu"',
  },
  'unexpected-token': {
    severity: 'error',
    group: 'syntax',
    title: 'Something stands where it does not fit',
    explanation:
      'What stands here has no place at this point of the statement; the diagnostic names what fits. Where two statements stand on one line, a line break or `;` belongs between them.',
    wrong: 'dense 16 on @head',
    right: 'dense 16 as head',
  },

  // Given by the resolver, which knows the names
  'missing-arrow': {
    severity: 'error',
    group: 'names',
    title: "A layer's name stands among the arguments of another",
    explanation: 'Layers are joined by `->`. Without it, what follows is an argument.',
  },
  'hyphen-read-as-name': {
    severity: 'error',
    group: 'names',
    title: 'A subtraction without spaces is read as one name',
    explanation:
      'Names may hold hyphens, as in `max-pool`, so `width-1` is one name. A subtraction has spaces round the minus and, as an argument, stands in parentheses.',
  },

  // Limits
  'more-problems': {
    severity: 'note',
    group: 'limits',
    title: 'There are more problems than are shown',
    explanation: 'At most 100 problems of a file are shown. Mend the first ones and check again.',
  },
} as const satisfies Record<string, CodeEntry>
