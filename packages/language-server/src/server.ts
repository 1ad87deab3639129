/** The server: what it is asked, and who answers. */
import {
  type Connection,
  type InitializeParams,
  type InitializeResult,
  TextDocumentSyncKind,
} from 'vscode-languageserver'
import {
  definitionAt,
  hintsIn,
  hoverAt,
  namedAt,
  referencesAt,
  signatureAt,
  symbolsIn,
} from './answers.ts'
import { actionsIn, fixAll, formatted, renamableAt, renameAt } from './changes.ts'
import { Offered } from './completion.ts'
import { Documents } from './documents.ts'
import { legend, tokensOf } from './semantic-tokens.ts'

const capabilities: InitializeResult['capabilities'] = {
  textDocumentSync: {
    openClose: true,
    change: TextDocumentSyncKind.Incremental,
    save: { includeText: false },
  },
  completionProvider: {
    resolveProvider: true,
    triggerCharacters: ['@', '.', '=', '>', '[', '"', '/'],
  },
  hoverProvider: true,
  signatureHelpProvider: { triggerCharacters: [' ', '(', ',', '='] },
  inlayHintProvider: true,
  codeActionProvider: { codeActionKinds: ['quickfix', fixAll] },
  documentFormattingProvider: true,
  renameProvider: { prepareProvider: true },
  definitionProvider: true,
  referencesProvider: true,
  documentHighlightProvider: true,
  documentSymbolProvider: true,
  semanticTokensProvider: { legend, full: true },
}

/** Answers on a connection, from its first message to its last. It never runs a plugin: manifests speak for them. */
export function serve(connection: Connection, version: string): void {
  const documents = new Documents(connection)
  const offered = new Offered()
  let hasVersions = false
  connection.onInitialize((parameters: InitializeParams) => {
    documents.begin(parameters)
    hasVersions = parameters.capabilities.workspace?.workspaceEdit?.documentChanges === true
    return { capabilities, serverInfo: { name: 'chainrule-language-server', version } }
  })

  const { onLook } = documents
  connection.onCompletion(onLook((look, { position }) => offered.at(look, position)))
  connection.onCompletionResolve((item) => offered.resolve(item))
  connection.onHover(onLook((look, { position }) => hoverAt(look, position)))
  connection.onSignatureHelp(onLook((look, { position }) => signatureAt(look, position)))
  connection.languages.inlayHint.on(onLook((look, { range }) => hintsIn(look, range)))
  connection.onDefinition(onLook((look, { position }) => definitionAt(look, position)))
  connection.onReferences(
    onLook((look, { position, context }) =>
      referencesAt(look, position, context.includeDeclaration),
    ),
  )
  connection.onDocumentHighlight(
    onLook((look, { position }) => namedAt(look, position).map((range) => ({ range }))),
  )
  connection.onDocumentSymbol(onLook((look) => symbolsIn(look)))
  connection.languages.semanticTokens.on(onLook((look) => tokensOf(look), { data: [] }))

  connection.onCodeAction(
    onLook((look, asked, document) => actionsIn(look, asked, { document, hasVersions })),
  )
  connection.onDocumentFormatting(onLook((look) => formatted(look)))
  connection.onPrepareRename(onLook((look, { position }) => renamableAt(look, position)))
  connection.onRenameRequest(onLook((look, asked) => renameAt(look, asked, hasVersions)))
  connection.listen()
}
