import { render } from 'preact'
import { App } from './app.tsx'
import { followAddress, openAddress } from './state/address.ts'
import { consoleTools } from './state/console.ts'
import { keepDraft, takeDraft } from './state/draft.ts'
import { keepForOffline } from './state/offline.ts'
import { start } from './state/playground.ts'
import { startTheme } from './state/theme.ts'
import './styles.css'

window.chainrule = consoleTools
startTheme()
keepForOffline()
takeDraft()
const root = document.getElementById('app')
if (root !== null) render(<App />, root)
// A link leads to what it holds; without one a first text is there at once.
void openAddress().then((isLoading) => {
  keepDraft()
  followAddress()
  start({ isLoading })
})
