/** What is learnt: generators with their knobs, data sets that the site brings along, and one's own file. */
import { signal } from '@preact/signals'
import { useEffect } from 'preact/hooks'
import { NumberField } from '../controls/number-field.tsx'
import { evenStops, Slider } from '../controls/slider.tsx'
import { count } from '../page/count.ts'
import { change } from '../state/change.ts'
import { dialog } from '../state/dialogs.ts'
import { dataTexts } from '../state/examples.ts'
import { reader, settings, text } from '../state/playground.ts'
import type { DataSettings, Preview, Shares, SyntheticSettings } from '../worker/text-protocol.ts'
import { PreviewPicture } from './preview.tsx'

const previews = signal<readonly Preview[]>([])

export function DataPanel() {
  useEffect(() => {
    void reader.ask({ type: 'preview' }).then((answer) => {
      if (answer?.type === 'previews') previews.value = answer.previews
    })
  }, [])
  const data = settings.value?.data
  return (
    <section class="panel data" aria-labelledby="data-title">
      <h2 id="data-title">Data</h2>
      <Generators data={data} />
      {data?.kind === 'synthetic' && <Knobs data={data} />}
      {data?.split !== undefined && <Split shares={data.split} />}
      <fieldset class="data-sets" aria-label="Data sets">
        {dataTexts.map((example) => (
          <button
            type="button"
            key={example.name}
            class="tile"
            aria-pressed={data !== undefined && 'path' in data && data.path === example.path}
            title={example.about}
            onClick={() => (text.value = example.text)}
          >
            {example.name}
          </button>
        ))}
        <button type="button" class="tile" onClick={() => (dialog.value = { is: 'own-data' })}>
          Your data…
        </button>
      </fieldset>
    </section>
  )
}

function Generators({ data }: { readonly data: DataSettings | undefined }) {
  return (
    <fieldset class="generators" aria-label="Generated data">
      {previews.value.map((preview) => (
        <button
          type="button"
          key={preview.name}
          class="tile"
          aria-pressed={data?.kind === 'synthetic' && data.generator === preview.name}
          title={preview.about}
          onClick={() => void change({ setting: 'generator', value: preview.name })}
        >
          <PreviewPicture preview={preview} />
          {preview.name}
        </button>
      ))}
    </fieldset>
  )
}

const pointStops = [4, 20, 50, 100, 200, 300, 400, 600, 800, 1000, 1500, 2000, 5000]

function Knobs({ data }: { readonly data: SyntheticSettings }) {
  return (
    <>
      <Slider
        label="points"
        value={data.points}
        stops={pointStops}
        shown={count}
        onChange={(value) => void change({ setting: 'points', value })}
      />
      <Slider
        label="noise"
        value={data.noise}
        stops={evenStops(0, 1, 0.05)}
        onChange={(value) => void change({ setting: 'noise', value })}
      />
      {data.classes !== undefined && (
        <Slider
          label="classes"
          value={data.classes}
          stops={evenStops(2, 6, 1)}
          onChange={(value) => void change({ setting: 'classes', value })}
        />
      )}
      <NumberField
        label="seed of the data"
        value={data.seed}
        least={0}
        most={0x7fff_ffff}
        another="Other points of the same kind"
        onChange={(value) => void change({ setting: 'data-seed', value })}
      />
    </>
  )
}

/** What is not trained on validates; the share of a test part stays. */
function Split({ shares }: { readonly shares: Shares }) {
  return (
    <Slider
      label="trained on"
      value={shares.train}
      stops={evenStops(10, 100, 5)}
      shown={(value) => `${value} %`}
      onChange={(train) => {
        const test = Math.min(shares.test, 100 - train)
        void change({ setting: 'split', value: { train, validate: 100 - train - test, test } })
      }}
    />
  )
}
