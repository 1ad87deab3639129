import type { CodeEntry } from '../codes.ts'

/** Codes about the files that a text uses, their blocks, and several models in one file. */
export const useCodes = {
  'use-cycle': {
    severity: 'error',
    group: 'edition and file',
    title: 'Files use each other in a circle',
    explanation:
      'A file takes blocks of another by `use "./blocks.mlp"`, and that one of others; none may lead back to where it began. A text uses at most 100 files.',
  },
  'use-without-files': {
    severity: 'error',
    group: 'edition and file',
    title: 'A text that stands in no file uses one, or a plugin',
    explanation:
      '`use` finds a file of blocks or an installed plugin from the folder of the file in which it stands. A text that a program hands over stands in none, unless the program says how they are found.',
    wrong: 'use "./blocks.mlp"\ncell 8 -> dense 1',
    right: 'block cell(w) { dense w relu }\ncell 8 -> dense 1',
  },
  'unknown-block': {
    severity: 'error',
    group: 'names',
    title: 'A file has no block of this name',
    explanation:
      '`use "./blocks.mlp" only [cell]` takes the blocks that it lists, so the file declares them: `block cell { … }`. A file without any block has nothing to use; its models and directives stay its own.',
  },
  'unused-block': {
    severity: 'warning',
    group: 'names',
    title: 'A block is used nowhere',
    explanation:
      'No pipeline names the block, or none of the blocks that a `use` brings. What stands in its braces is checked where it is named, so until then it is not.',
    wrong: 'block cell { dense 8 relu }\ndense 8 relu -> dense 1',
    right: 'block cell { dense 8 relu }\ncell -> dense 1',
  },
  'model-unclear': {
    severity: 'error',
    group: 'names',
    title: 'Several models stand in one file, and none was chosen',
    explanation:
      '`check` looks at all of them; every other command at the one that `--model NAME` chooses, and the library at that of `load(text, { model })`. A pipeline outside of braces is the model `main`.',
    wrong: 'model a { dense 1 }\nmodel b { dense 2 }',
    right: 'model a { dense 1 }',
  },
} as const satisfies Record<string, CodeEntry>
