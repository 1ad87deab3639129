/** The extension: it starts the server that is packed with it, and ends it. */
import { type ExtensionContext, workspace } from 'vscode'
import { LanguageClient, TransportKind } from 'vscode-languageclient/node'

let client: LanguageClient | undefined

export async function activate(context: ExtensionContext): Promise<void> {
  const server = { module: context.asAbsolutePath('dist/server.mjs'), transport: TransportKind.ipc }
  client = new LanguageClient('chainrule', 'Chainrule', server, {
    documentSelector: [{ language: 'mlp' }],
    initializationOptions: {
      allowPaths: workspace.getConfiguration('chainrule').get('allowPaths', []),
    },
  })
  await client.start()
}

export const deactivate = (): Promise<void> | undefined => client?.stop()
