/**
 * What the codes of errors mean that are no mistakes in a text or its data: those of the command, the library, plugins and
 * engines. The language and the data have tables of their own.
 */
import type { CodeEntry } from '@chainrule/language'

type Entry = Pick<CodeEntry, 'title' | 'explanation'>

const command: Readonly<Record<string, Entry>> = {
  usage: {
    title: 'The command was called in a way that it does not know',
    explanation:
      '`chainrule --help` lists the commands, and `chainrule COMMAND --help` what one of them takes.',
  },
  system: {
    title: 'The operating system refuses something',
    explanation:
      'A disk that is full, a file that may not be touched, too many open files: the message and its code, such as ENOSPC, are those of the system.',
  },
  internal: {
    title: 'A mistake of Chainrule',
    explanation:
      'Please report it with the file that led to it. CHAINRULE_DEBUG=1 in the environment shows where in the code it was.',
  },
  interrupted: {
    title: 'Ctrl-C came before the training began',
    explanation:
      'Nothing was trained, and nothing saved. Later, Ctrl-C ends the training and saves the best weights so far.',
  },
  'unknown-code': {
    title: 'No diagnostic has this code',
    explanation: 'A code stands in brackets in what was printed: `error[unknown-layer]`.',
  },
  'file-not-found': {
    title: 'A file that was named is not there, or cannot be read',
    explanation: 'A path on the command line starts from the folder in which the command runs.',
  },
  'file-kind': {
    title: 'A file is of another kind than the command takes',
    explanation:
      '`check`, `show`, `train` and `gradcheck` take the text of a model; `predict` and `evaluate` a saved one, then data; `summary` either.',
  },
  'data-kind': {
    title: 'It cannot be told what kind of data a file holds',
    explanation:
      'It is told by the end of its name, `.csv`, `.tsv` or `.json`, with `.gz` or without; IDX files are known by their first bytes.',
  },
  'data-none': {
    title: 'There is nothing to train or measure on',
    explanation:
      'A text names its data by `data`; else the command takes `--data FILE --target COLUMN`, and the library the rows.',
  },
  'target-without-data': {
    title: '`--target` without `--data`',
    explanation: 'Where the text itself names the data, it also names the target: `target COLUMN`.',
  },
  'output-exists': {
    title: 'A file of that name is there already',
    explanation: '`init` overwrites nothing.',
  },
  'output-invalid': {
    title: 'A result cannot be written to that place',
    explanation: 'It names a folder, or lies in one that is not there. Nothing was trained.',
  },
  'output-failed': {
    title: 'A result could not be written',
    explanation:
      'There may be no room, or no right to write there. What was there before is as it was.',
  },
  'model-unknown': {
    title: 'The text has no model of that name',
    explanation: '`--model NAME` chooses among several `model NAME { … }` of one file.',
  },
  'used-file-invalid': {
    title: 'A file that is used has mistakes, and lies outside the folder of the model file',
    explanation:
      'Its lines are not shown, so that a message quotes nothing from elsewhere. `chainrule check` of that file shows them.',
  },
  'resolved-differs': {
    title: 'A text with its defaults written out would mean something else',
    explanation: 'This is a mistake of ours; please report it with the text.',
  },
  'model-too-large': {
    title: 'A model needs more memory than there is',
    explanation:
      'Weights, gradients, what the optimizer keeps, and the values of a batch in every layer. A smaller batch or narrower layers need less; `summary` prints the sum.',
  },
  'model-file-invalid': {
    title: 'A file is no saved model, or not a whole one',
    explanation:
      '`train … --out FILE` writes one. A model is read as data: whatever it holds, nothing of it is executed.',
  },
  'model-file-damaged': {
    title: 'A saved model was changed after it was written',
    explanation: 'Its checksum covers every byte. Take another copy, or train again.',
  },
  'model-file-foreign': {
    title: 'A safetensors file of something else',
    explanation: 'A Chainrule model keeps its program and its preprocessing in the metadata.',
  },
  'model-file-version': {
    title: 'A model in a format that this version does not read',
    explanation: 'Update Chainrule, or train again with this version.',
  },
}

const library: Readonly<Record<string, Entry>> = {
  'setting-invalid': {
    title: 'A setting that the library was given is not what it takes',
    explanation: 'The message says which, what is required, and what came.',
  },
  'state-mismatch': {
    title: 'A state of another model',
    explanation: 'Parameters and moments are restored into the model that they were taken from.',
  },
  'graph-invalid': {
    title: 'A layer graph that cannot be computed',
    explanation:
      'A node reads what comes later, a name stands twice or nowhere, or an input has no shape. Graphs that come from a text are never so.',
  },
}

const plugins: Readonly<Record<string, Entry>> = {
  'unknown-plugin': {
    title: 'No plugin of that kind and name is registered',
    explanation: '`builtInRegistry()` has the built-in ones; `register` adds others.',
  },
  'plugin-clash': {
    title: 'Two plugins of one kind have one name',
    explanation:
      'A name is never replaced in silence. In a text `use "…" as NAME` gives the names of a package a prefix, and `only [a, b]` takes some of them; in a program one is registered under another name.',
  },
  'plugin-name-unknown': {
    title: 'A package gives no plugin of that name',
    explanation:
      '`use "…" only [a, b]` takes the plugins that it lists, so the package gives them.',
  },
  'plugin-name-invalid': {
    title: 'What `use` names is no plugin package and no file',
    explanation:
      'A plugin package is called `chainrule-plugin-NAME` or `@SCOPE/chainrule-plugin-NAME`, so that no other package is run by mistake. A file of your own begins with `./`.',
  },
  'plugin-not-installed': {
    title: 'A plugin package is not installed for the model file',
    explanation:
      "It is looked for in `node_modules` of the model file's folder and of those around it, as Node does. The error has the line that installs it.",
  },
  'plugin-version': {
    title: 'Another version of a plugin is installed than the text asks for',
    explanation: '`use "…" version="^2.1"` asks for a range of versions, as npm writes them.',
  },
  'plugin-api': {
    title: 'A plugin is written for another API of Chainrule',
    explanation:
      'The package.json of a plugin says for which: `"chainrule": { "api": 1, … }`. Install a newer version of that which is older.',
  },
  'plugin-none': {
    title: 'A package is no plugin',
    explanation:
      'The package.json of a plugin has `"chainrule": { "api": 1, "manifest": "./chainrule.json" }`.',
  },
  'plugin-manifest-invalid': {
    title: 'The manifest of a plugin cannot be read',
    explanation:
      '`chainrule manifest` writes it from the code. `check` and editors read it instead of running the plugin.',
  },
  'plugin-manifest-differs': {
    title: 'The manifest of a plugin says other things than its code',
    explanation:
      'A check believed the manifest, so nothing is trained. The author of the plugin writes it anew: `chainrule manifest`.',
  },
  'plugin-untrusted': {
    title: 'The code of a plugin was not trusted, so it was not run',
    explanation:
      'Running a plugin is running code: it can do all that you can, and so can what it depends on. You are asked once, and what you answer is kept in your own configuration folder for exactly these files at their place; where they change or lie elsewhere you are asked again. `chainrule.lock` in the folder of a model is no consent. Where nobody can be asked, `--trust NAME@HASH` trusts for one run.',
  },
  'plugin-locked': {
    title: 'Another version of a plugin is installed than the model was trained with',
    explanation:
      '`chainrule.lock` beside the model says with which versions and files it was trained. Install those, or take the entry out to pin what is installed now.',
  },
  'plugin-not-kept': {
    title: 'What is kept of a plugin could not be written',
    explanation:
      'That you trust a plugin is kept in your own configuration folder, and which version a model was trained with in `chainrule.lock` beside it. One of the two may not be written to.',
  },
  'plugin-load-failed': {
    title: 'The code of a plugin could not be loaded',
    explanation:
      'Its module failed before anything of Chainrule ran, gives no plugin that can be used, or loads a file that was not among those that were trusted. A file in TypeScript needs Node 22.18 or newer, which runs it by leaving the types out.',
  },
  'plugin-reserved-word': {
    title: 'A plugin uses a word of the language as a name of its own',
    explanation:
      'Directives, reserved words, the options that every layer has (`l1`, `l2`, `freeze`) and those that every loss has (`weight`, `class-weights`) mean the same everywhere.',
  },
  'plugin-shape': {
    title: 'A plugin computes another shape than it says',
    explanation: '`forward` must give what `shape` infers, and a loss a number for each place.',
  },
  'plugin-gradient': {
    title: 'The gradients of a layer do not fit what they are gradients of',
    explanation:
      '`backward` gives one for each input and each parameter, of their shapes. The conformance kit of `@chainrule/testing` says which is wrong.',
  },
  'plugin-statistic': {
    title: 'A layer gives running values that it does not declare, or none for one that it does',
    explanation: '`statistics` declares them with shape and first value.',
  },
  'file-invalid': {
    title: 'The reader of a plugin cannot read a file',
    explanation:
      'The file is not what the reader takes. The message says what is wrong, and where.',
  },
  'reader-columns': {
    title: 'The reader of a plugin gives something else than columns',
    explanation:
      '`read` gives columns by their names, as many values in each: numbers, texts, truth values, lists of numbers; `null`, `undefined` or NaN where one is missing.',
  },
}

const notes: Readonly<Record<string, Entry>> = {
  'plugin-unchecked': {
    title: 'Something is checked when the model is trained, because a check runs no plugin',
    explanation:
      'A manifest says what a plugin takes, and of a layer the shape that it gives where that is the shape of its input, or that with another last axis. Other shapes, and what the reader of a plugin finds in its file, are known when its code runs. A file of your own has a manifest once `chainrule manifest FILE` has written one, and again after each change.',
  },
}

const engines: Readonly<Record<string, Entry>> = {
  'engine-unknown': {
    title: 'There is no engine of that name',
    explanation: '`wasm` is the default and fast, `js` the reference.',
  },
  'engine-option': {
    title: 'An engine does not have this option',
    explanation: '`--threads` and `--numerics` are those of the `wasm` engine.',
  },
  'threads-range': {
    title: 'An impossible number of threads',
    explanation: 'One or more; more than the machine has cores are slower.',
  },
  'thread-lost': {
    title: 'A thread ended while it was needed',
    explanation: 'The run cannot be completed. Train with `--threads 1`, or again.',
  },
  'memory-exhausted': {
    title: 'The host gives no more memory',
    explanation:
      'The `wasm` engine holds weights, data and everything between them in one memory of at most 4 GiB.',
  },
  disposed: {
    title: 'An executable is used after it was disposed of',
    explanation: 'Its memory is given back; compile the program again.',
  },
  'rows-range': {
    title: 'More rows than the program was compiled for',
    explanation: 'A program has a largest batch; larger sets are run in pieces.',
  },
  'values-type': {
    title: 'Values of another type than an input has',
    explanation:
      'A Float32Array for f32, an Int32Array for i32, a Uint8Array for bytes and truth values.',
  },
  'values-length': {
    title: 'Values that are no whole number of rows',
    explanation: 'As many elements as the shape of the input has, for each row.',
  },
  'bind-without-rows': {
    title: 'A data set for an input that has no rows',
    explanation: 'Only what differs from row to row can be taken from a data set.',
  },
  'bind-step': {
    title: 'Rows that lie at no possible distance',
    explanation: 'The step from one row to the next is a whole number of elements from 1 on.',
  },
  'order-index': {
    title: 'An order names a row that the data set does not have',
    explanation: 'Rows are counted from 0.',
  },
  'output-before-run': {
    title: 'An output is read that nothing has computed',
    explanation: 'Run the entry first; its outputs are valid until the next run.',
  },
}

const grouped = (
  group: CodeEntry['group'],
  table: Readonly<Record<string, Entry>>,
  severity: CodeEntry['severity'] = 'error',
) =>
  Object.entries(table).map(([code, entry]): [string, CodeEntry] => [
    code,
    { severity, group, ...entry },
  ])

/** All of them, by code. */
export const otherCodes: ReadonlyMap<string, CodeEntry> = new Map([
  ...grouped('command', command),
  ...grouped('library', library),
  ...grouped('plugins', plugins),
  ...grouped('plugins', notes, 'note'),
  ...grouped('engines', engines),
])
