/** What an editor asks of a text while it is written, through the process. */
import { describe, expect, test } from 'vitest'
import type {
  CodeAction,
  CompletionItem,
  DocumentSymbol,
  InitializeResult,
  InlayHint,
  Location,
  SemanticTokens,
  SignatureHelp,
  TextEdit,
  WorkspaceEdit,
} from 'vscode-languageserver-protocol'
import { TextDocument } from 'vscode-languageserver-textdocument'
import { type Client, client, cursorIn, place, sharedClient } from './support/client.ts'

/** A text that is open, and where its cursor is. */
async function opened(marked: string) {
  const { text, position } = cursorIn(marked.includes('‸') ? marked : `${marked}‸`)
  const uri = place({ 'blocks.mlp': '\nblock cell(w) { dense w }\n' }).uri('model.mlp')
  const editor = await sharedClient()
  editor.open(uri, text)
  const ask = <R>(what: string, more: object = {}): Promise<R> => editor.ask(what, uri, more)
  return { editor, uri, text, position, ask }
}

const everywhere = { start: { line: 0, character: 0 }, end: { line: 99, character: 0 } }

function applied(text: string, edits: readonly TextEdit[]): string {
  return TextDocument.applyEdits(TextDocument.create('', '', 0, text), [...edits])
}

/** A text after an edit of the workspace, which speaks of the version that is open. */
function changed(text: string, edit: WorkspaceEdit | undefined): string {
  const [first] = edit?.documentChanges ?? []
  if (first === undefined || !('edits' in first)) throw new Error(JSON.stringify(edit))
  expect(first.textDocument.version).toBe(1)
  return applied(text, first.edits as TextEdit[])
}

describe('completion', () => {
  test('has the likeliest first, writes over the word, and tells more when it is asked', async () => {
    const { editor, text, position, ask } = await opened('input x 4\n@x -> den‸')
    const items = await ask<CompletionItem[]>('completion', { position })
    expect(items.map(({ sortText }) => sortText)).toEqual(
      items.map(({ sortText }) => sortText).sort(),
    )
    const dense = items.find(({ label }) => label === 'dense')
    expect(dense).toMatchObject({ kind: 7, detail: expect.stringMatching(/^dense units /) })
    expect(dense?.documentation).toBeUndefined()
    expect(applied(text, [dense?.textEdit as TextEdit])).toBe('input x 4\n@x -> dense')
    const more = await editor.connection.sendRequest<CompletionItem>(
      'completionItem/resolve',
      dense,
    )
    expect(more.documentation).toMatchObject({ kind: 'markdown' })
  })

  test('an item of a list that is gone comes back as it is', async () => {
    const { editor, position, ask } = await opened('dense 3 ‸')
    const [old] = await ask<CompletionItem[]>('completion', { position })
    await ask('completion', { position: { line: 0, character: 0 } })
    expect(await editor.connection.sendRequest('completionItem/resolve', old)).toEqual(old)
  })

  describe('knows the columns of data', () => {
    const csv = 'id,area,rooms,price\n1,50,2,190\n2,80,3,300\n3,95,4,350\n'
    const text = (rest: string, data = 'a.csv'): string =>
      `data csv "${data}" {\n  target price\n  features [area]\n  ${rest}\n}\ndense 1\nloss mse\n`
    const offered = async (editor: Client, uri: string): Promise<string[]> => {
      const position = { line: 3, character: 9 }
      const items = await editor.ask<CompletionItem[]>('completion', uri, { position })
      return items.filter(({ kind }) => kind === 5).map(({ label }) => label)
    }

    test.each<[what: string, rest: string]>([
      ['where all is well but for the column that is written', 'column '],
      ['where something else is wrong', 'column \n  nonsense 3'],
    ])('%s', async (_, rest) => {
      const at = place({ 'a.csv': csv })
      const editor = await sharedClient()
      editor.open(at.uri('model.mlp'), text(rest))
      const found = await offered(editor, at.uri('model.mlp'))
      expect(found.toSorted()).toEqual(['area', 'id', 'price', 'rooms'])
    })

    test('of the file as it is now, and of the one that is named now', async () => {
      const at = place({ 'b.csv': 'width,price\n1,2\n3,4\n5,6\n' })
      const uri = at.uri('model.mlp')
      const editor = await sharedClient()
      editor.open(uri, text('column '))
      expect(await offered(editor, uri)).toEqual([])
      at.put({ 'a.csv': csv })
      editor.change(uri, { text: `${text('column ')}\n` })
      expect(await offered(editor, uri)).toContain('rooms')
      editor.change(uri, { text: text('column ', 'b.csv') })
      expect(await offered(editor, uri)).toContain('width')
    })
  })
})

test('a box tells how it is written, what it is and its shape', async () => {
  const { position, ask } = await opened('input x 4\n@x -> den‸se 16 relu\n')
  expect(await ask('hover', { position })).toMatchObject({
    contents: { kind: 'markdown', value: expect.stringContaining('output: `[B, 16]`') },
    range: { start: { line: 1, character: 6 }, end: { line: 1, character: 11 } },
  })
  expect(await ask('hover', { position: { line: 9, character: 9 } })).toBeNull()
})

test('while arguments are written it says which one comes', async () => {
  const { position, ask } = await opened('input x 4\n@x -> dense 16 ‸')
  const help = await ask<SignatureHelp>('signatureHelp', { position })
  const { label = '', parameters: [active] = [] } = help.signatures[0] ?? {}
  const [from, to] = active?.label ?? []
  expect(label.slice(Number(from), Number(to))).toBe('activation=linear')
})

test('shapes stand in the text, as far as it is shown', async () => {
  const { ask } = await opened('input x 4\n@x -> dense 16 ->\n dense 1\n')
  const all = await ask<InlayHint[]>('inlayHint', { range: everywhere })
  expect(all.map(({ label }) => label)).toEqual(['[B, 4]', '[B, 16]', '[B, 1]'])
  const range = { start: { line: 2, character: 0 }, end: { line: 3, character: 0 } }
  expect(await ask('inlayHint', { range })).toMatchObject([
    { label: '[B, 1]', position: { line: 2, character: 8 } },
  ])
})

describe('what can be mended', () => {
  const text = 'input x 4\n@x -> dnese 16 rleu -> dense 1\n'
  const context = { diagnostics: [] }

  test('is offered at its place, each and all', async () => {
    const both = text.replace('rleu -> dense', 'relu -> dnse')
    const { ask } = await opened(both)
    const range = { start: { line: 1, character: 7 }, end: { line: 1, character: 7 } }
    const actions = await ask<CodeAction[]>('codeAction', { range, context })
    expect(actions).toMatchObject([
      {
        ...{ title: 'Write `dense` for `dnese`', kind: 'quickfix', isPreferred: true },
        diagnostics: [{ code: 'unknown-layer' }],
      },
      {
        ...{ title: 'Mend all 2', kind: 'quickfix' },
        diagnostics: [{ code: 'unknown-layer' }, { code: 'unknown-layer' }],
      },
    ])
    const [one, all] = actions.map(({ edit }) => changed(both, edit))
    expect(one).toBe(both.replace('dnese', 'dense'))
    expect(all).toBe('input x 4\n@x -> dense 16 relu -> dense 1\n')
  })

  test('is mended at once for a client that asks for it, as `check --fix` does', async () => {
    const { ask } = await opened(text)
    const only = ['source.fixAll']
    const actions = await ask<CodeAction[]>('codeAction', {
      ...{ range: everywhere, context: { ...context, only } },
    })
    expect(actions.map(({ kind }) => kind)).toEqual(['source.fixAll.chainrule'])
    expect(changed(text, actions[0]?.edit)).toBe('input x 4\n@x -> dense 16 relu -> dense 1\n')
  })

  test('is nothing where nothing is wrong, or something else is asked for', async () => {
    const { ask } = await opened('input x 4\n@x -> dense 1\n')
    const of = (only?: string[]) =>
      ask('codeAction', { range: everywhere, context: only ? { ...context, only } : context })
    expect(await of()).toEqual([])
    expect(await of(['source.fixAll'])).toEqual([])
    expect(await of(['refactor'])).toEqual([])
  })
})

describe('formatting gives what `chainrule fmt` writes', () => {
  test.each<[text: string, after: string]>([
    ['dense   3->dense 1', 'dense 3 -> dense 1\n'],
    ['dense   3->dense 1 // 😀 x\r\nloss  mse', 'dense 3 -> dense 1 // 😀 x\r\nloss mse\r\n'],
    // Line breaks of two kinds, of which one wins.
    ['dense 3\r\n-> dense 1\r\nloss mse\n', 'dense 3 -> dense 1\r\nloss mse\r\n'],
    ['dense 3\n-> dense 1\r\n\n\nloss mse\n', 'dense 3 -> dense 1\n\nloss mse\n'],
    // No place of the protocol lies between the two signs of which one goes.
    ['\nloss mse\r\n', 'loss mse\n'],
    ['dense (', 'dense ('],
  ])('%j', async (text, after) => {
    const { ask } = await opened(text)
    const options = { tabSize: 2, insertSpaces: true }
    expect(applied(text, await ask('formatting', { options }))).toBe(after)
  })
})

describe('names', () => {
  const text = 'input x 4\n@x -> dense 3 as enc\n[@enc, @enc] -> add -> dense 1\n'
  const position = { line: 2, character: 3 }

  test('are changed wherever they stand, or it is said why not', async () => {
    const { ask } = await opened(text)
    const placeholder = { placeholder: 'enc', range: { start: { line: 2, character: 2 } } }
    expect(await ask('prepareRename', { position })).toMatchObject(placeholder)
    const edit = await ask<WorkspaceEdit>('rename', { position, newName: 'code' })
    expect(changed(text, edit)).toBe(text.replaceAll('enc', 'code'))
    await expect(ask('rename', { position, newName: 'let' })).rejects.toThrow(
      '`let` is a word of the language',
    )
    expect(await ask('prepareRename', { position: { line: 0, character: 0 } })).toBeNull()
  })

  test('a client that knows no versions gets edits without', async () => {
    const uri = place().uri('model.mlp')
    const editor = await client({}, { workspace: {} })
    editor.open(uri, text)
    const edit = await editor.ask<WorkspaceEdit>('rename', uri, { position, newName: 'code' })
    expect(Object.keys(edit.changes ?? {})).toEqual([uri])
  })

  test('lead to where they are declared and named', async () => {
    const { uri, ask } = await opened(text)
    const line = (each: { range: { start: { line: number } } }): number => each.range.start.line
    expect(await ask('definition', { position })).toMatchObject({
      ...{ uri, range: { start: { line: 1, character: 17 } } },
    })
    const of = (includeDeclaration: boolean) =>
      ask<Location[]>('references', { position, context: { includeDeclaration } })
    expect((await of(true)).map(line)).toEqual([1, 2, 2])
    expect((await of(false)).map(line)).toEqual([2, 2])
    expect((await ask<Location[]>('documentHighlight', { position })).map(line)).toEqual([1, 2, 2])
  })

  test('lead into other files', async () => {
    const { uri, position, ask } = await opened(
      'use "./blocks.mlp" as b\ninput x 4\n@x -> b.ce‸ll 2\n',
    )
    expect(await ask('definition', { position })).toEqual({
      uri: uri.replace('model.mlp', 'blocks.mlp'),
      range: { start: { line: 1, character: 6 }, end: { line: 1, character: 10 } },
    })
  })

  test('make the outline', async () => {
    const { ask } = await opened(
      'block cell(w) { dense w }\nmodel a { input x 4\n@x -> cell 3 as y }\n',
    )
    const shown = ({ name, children = [] }: DocumentSymbol): unknown => [name, children.map(shown)]
    expect((await ask<DocumentSymbol[]>('documentSymbol')).map(shown)).toEqual([
      ['cell', [['w', []]]],
      [
        'a',
        [
          ['x', []],
          ['y', []],
        ],
      ],
    ])
  })
})

test('colours come from the lexer and parser of the language, of a comment one a line', async () => {
  const text = 'input x 4 /* 😀\r\n b */\n@x -> dense 16 relu as y // c\n'
  const { editor, ask } = await opened(text)
  const { capabilities } = editor.initialized as InitializeResult
  const { tokenTypes } = capabilities.semanticTokensProvider?.legend ?? { tokenTypes: [] }
  const { data } = await ask<SemanticTokens>('semanticTokens/full')
  expect(decoded(text, data, tokenTypes)).toEqual([
    ...['keyword input', 'variable x', 'number 4', 'comment /* 😀', 'comment  b */'],
    ...['variable @x', 'operator ->', 'function dense', 'number 16', 'enumMember relu'],
    ...['keyword as', 'variable y', 'comment // c'],
  ])
})

/** `kind text` of each token. */
function decoded(text: string, data: readonly number[], legend: readonly string[]): string[] {
  const document = TextDocument.create('', '', 0, text)
  const found: string[] = []
  let [line, character] = [0, 0]
  for (let i = 0; i < data.length; i += 5) {
    const [down = 0, right = 0, length = 0, kind = 0] = data.slice(i, i + 4)
    character = down > 0 ? right : character + right
    line += down
    const start = document.offsetAt({ line, character })
    found.push(`${legend[kind]} ${text.slice(start, start + length)}`)
  }
  return found
}
