import { Controls } from './controls/controls.tsx'
import { Editor } from './editor/editor.tsx'
import { Problems } from './editor/problems.tsx'
import { InspectorSection } from './inspector/section.tsx'
import { Layers } from './network/layers.tsx'
import { Confusion } from './output/confusion.tsx'
import { Curves } from './output/curves.tsx'
import { Summary } from './output/summary.tsx'
import { Surface } from './output/surface.tsx'
import { examples } from './state/examples.ts'
import { notice, text } from './state/playground.ts'

export function App() {
  return (
    <>
      <header>
        <h1>
          Chainrule <span>playground</span>
        </h1>
        <Examples />
        <Controls />
      </header>
      {notice.value !== undefined && (
        <p class="notice" role="status">
          {notice.value}
          <button type="button" onClick={() => (notice.value = undefined)}>
            Close
          </button>
        </p>
      )}
      <main>
        <section class="panel text" aria-label="Text">
          <Editor />
          <Problems />
        </section>
        <section class="panel network" aria-label="Network">
          <h2>Network</h2>
          <Layers />
          <Summary />
        </section>
        <section class="panel output" aria-label="Output">
          <h2>Output</h2>
          <Surface />
          <Curves />
          <Confusion />
        </section>
        <InspectorSection />
      </main>
    </>
  )
}

function Examples() {
  return (
    <label class="examples">
      Begin with
      <select
        value=""
        onChange={({ currentTarget }) => {
          const example = examples.find(({ name }) => name === currentTarget.value)
          if (example !== undefined) text.value = example.text
          currentTarget.value = ''
        }}
      >
        <option value="">…</option>
        {examples.map(({ name }) => (
          <option key={name}>{name}</option>
        ))}
      </select>
    </label>
  )
}
