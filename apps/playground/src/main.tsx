import { render } from 'preact'
import { App } from './app.tsx'
import { consoleTools } from './state/console.ts'
import { start } from './state/playground.ts'
import './styles.css'

window.chainrule = consoleTools
const root = document.getElementById('app')
if (root !== null) render(<App />, root)
start()
