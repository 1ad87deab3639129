import { useEffect } from 'preact/hooks'
import { Controls, Progress } from './controls/controls.tsx'
import { TrainingSettings } from './controls/training-settings.tsx'
import { DataPanel } from './data/data-panel.tsx'
import { Editor } from './editor/editor.tsx'
import { Problems } from './editor/problems.tsx'
import { InspectorSection } from './inspector/section.tsx'
import { NetworkPanel } from './network/panel.tsx'
import { Confusion } from './output/confusion.tsx'
import { Curves } from './output/curves.tsx'
import { Summary } from './output/summary.tsx'
import { Surface } from './output/surface.tsx'
import { lazily } from './page/lazily.tsx'
import { Notices } from './page/notices.tsx'
import { Stale, staleClass } from './page/stale.tsx'
import { dialog } from './state/dialogs.ts'
import { loaded } from './state/playground.ts'
import { theme, toggleTheme } from './state/theme.ts'

const Images = lazily(async () => (await import('./output/images.tsx')).Images)

const Dialogs = lazily(async () => {
  const [{ OwnData }, { KeepDialogs }, { RunCode }, { SavedModel }] = await Promise.all([
    import('./data/own-data.tsx'),
    import('./keep/keep.tsx'),
    import('./keep/run-code.tsx'),
    import('./keep/saved-model.tsx'),
  ])
  return () => (
    <>
      <OwnData />
      <KeepDialogs />
      <RunCode />
      <SavedModel />
    </>
  )
})

export function App() {
  useEffect(takeDroppedFiles, [])
  return (
    <>
      <header class="top">
        <h1>
          Chainrule <span>playground</span>
        </h1>
        <Controls />
        <div class="keep">
          <button type="button" onClick={() => (dialog.value = { is: 'share' })}>
            Share
          </button>
          <button type="button" onClick={() => (dialog.value = { is: 'keep' })}>
            Open and save
          </button>
        </div>
        <button
          type="button"
          class="quiet"
          onClick={toggleTheme}
          aria-label={theme.value === 'dark' ? 'Light colours' : 'Dark colours'}
        >
          {theme.value === 'dark' ? '☀' : '☾'}
        </button>
        <Progress />
      </header>
      {dialog.value === undefined && <Notices />}
      <main>
        <div class="column knobs">
          <DataPanel />
          <TrainingSettings />
        </div>
        <div class="column middle">
          <section class="panel text" aria-label="Text">
            <Editor />
            <Problems />
          </section>
          <section class={staleClass('panel network')} aria-labelledby="network-title">
            <NetworkPanel />
          </section>
        </div>
        <section class={staleClass('panel column output')} aria-labelledby="output-title">
          <h2 id="output-title">Output</h2>
          <Stale what="this is the model" />
          {loaded.value?.image === undefined ? <Surface /> : <Images />}
          <Curves />
          <Confusion />
          <Summary />
        </section>
        <InspectorSection />
      </main>
      {dialog.value !== undefined && <Dialogs />}
    </>
  )
}

/** A file may be dropped anywhere. */
function takeDroppedFiles(): () => void {
  const over = (event: DragEvent): void => event.preventDefault()
  const drop = (event: DragEvent): void => {
    const [file] = event.dataTransfer?.files ?? []
    if (file === undefined) return
    event.preventDefault()
    void import('./state/experiment.ts').then(({ openFile }) => openFile(file))
  }
  addEventListener('dragover', over)
  addEventListener('drop', drop)
  return () => {
    removeEventListener('dragover', over)
    removeEventListener('drop', drop)
  }
}
