import { render } from 'preact'
import { App } from './app.tsx'
import { consoleTools } from './state/console.ts'
import { openFragment } from './state/experiment.ts'
import { start } from './state/playground.ts'
import { startTheme } from './state/theme.ts'
import './styles.css'

window.chainrule = consoleTools
startTheme()
const root = document.getElementById('app')
if (root !== null) render(<App />, root)
// A link leads to what it holds; without one a first text is there at once.
openFragment(location.hash).finally(start)
