/** How it is trained: what the text says, as sliders. */
import { count } from '../page/count.ts'
import { change } from '../state/change.ts'
import { settings } from '../state/playground.ts'
import { NumberField } from './number-field.tsx'
import { Slider } from './slider.tsx'

const rates = [
  1e-5, 3e-5, 1e-4, 3e-4, 1e-3, 2e-3, 3e-3, 5e-3, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 3,
]
const batches = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512]
const epochCounts = [10, 20, 50, 100, 200, 300, 400, 600, 800, 1000, 2000, 5000, 10_000]

export function TrainingSettings() {
  const now = settings.value
  return (
    <section class="panel settings" aria-labelledby="settings-title">
      <h2 id="settings-title">Training</h2>
      <Slider
        label="learning rate"
        value={now?.learningRate}
        stops={rates}
        onChange={(value) => void change({ setting: 'learning-rate', value })}
      />
      <Slider
        label="batch"
        value={now?.batch}
        stops={batches}
        onChange={(value) => void change({ setting: 'batch', value })}
      />
      <Slider
        label="epochs"
        value={now?.epochs}
        stops={epochCounts}
        shown={count}
        onChange={(value) => void change({ setting: 'epochs', value })}
      />
      <NumberField
        label="seed"
        value={now?.seed}
        least={0}
        most={0xffff_ffff}
        another="Another seed: other first weights, another split"
        onChange={(value) => void change({ setting: 'seed', value })}
      />
      {now !== undefined && <p class="note">optimizer {now.optimizer}</p>}
    </section>
  )
}
