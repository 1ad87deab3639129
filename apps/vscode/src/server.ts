/** The server's process. */
import { serve } from '@chainrule/language-server'
import { createConnection } from 'vscode-languageserver/node'
import manifest from '../package.json' with { type: 'json' }

serve(createConnection(), manifest.version)
