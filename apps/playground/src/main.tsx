import { render } from 'preact'
import { App } from './app.tsx'
import { consoleTools } from './state/console.ts'
import { keepForOffline } from './state/offline.ts'
import { start } from './state/playground.ts'
import { startTheme } from './state/theme.ts'
import './styles.css'

window.chainrule = consoleTools
startTheme()
keepForOffline()
const root = document.getElementById('app')
if (root !== null) render(<App />, root)
// A link leads to what it holds; without one a first text is there at once.
if (location.hash.startsWith('#e='))
  void import('./state/experiment.ts')
    .then(({ openFragment }) => openFragment(location.hash))
    .finally(start)
else start()
