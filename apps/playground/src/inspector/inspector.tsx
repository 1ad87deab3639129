/** The backprop inspector: a layer's equations with their numbers of this batch, and how all layers do. */
import { ElementReader, type Equation, type EquationPart } from '@chainrule/equations'
import { type ComponentChildren, Fragment } from 'preact'
import { useEffect, useMemo, useState } from 'preact/hooks'
import { NumberField } from '../controls/number-field.tsx'
import { counted } from '../page/count.ts'
import {
  type Explanation,
  explanation,
  followLayer,
  sample,
  select,
  selected,
  trouble,
} from '../state/inspection.ts'
import { frame, isPlaying, loaded, step } from '../state/playground.ts'
import { lossPrefix } from '../worker/inspect-protocol.ts'
import { EquationView } from './equation.tsx'
import { HealthView } from './health.tsx'
import './inspector.css'

const parts: readonly { readonly part: EquationPart; readonly title: string }[] = [
  { part: 'forward', title: 'Forward' },
  { part: 'backward', title: 'Backward' },
  { part: 'update', title: 'Update' },
]

export function Inspector() {
  useEffect(() => followLayer(), [])
  const shown = explanation.value
  const isOfModel = shown !== undefined && shown.node === selected.value
  return (
    <div class="inside">
      <Choice />
      {isOfModel && trouble.value === undefined ? (
        <LayerEquationsView shown={shown} />
      ) : (
        <p class="empty">
          {trouble.value === undefined
            ? 'The equations come with the first network that is trained.'
            : `This layer has no equations here: ${trouble.value}`}
        </p>
      )}
      <HealthView />
    </div>
  )
}

/** Which layer is looked at, and which rows. */
function Choice() {
  const { network, batch = 0, rows } = loaded.value ?? {}
  const last = rows === undefined ? 0 : rows.train + rows.validation + rows.test - 1
  const row = sample.value
  return (
    <div class="choice">
      <label>
        Layer
        <select
          value={selected.value}
          onChange={({ currentTarget }) => select(currentTarget.value)}
        >
          {network?.nodes.map(({ name, layer }) => (
            <option key={name} value={name}>
              {name.startsWith(layer) ? name : `${name} (${layer})`}
            </option>
          ))}
          {network?.heads.map(
            ({ name, loss }) =>
              loss !== undefined && (
                <option key={`${lossPrefix}${name}`} value={`${lossPrefix}${name}`}>
                  {loss} of {name}
                </option>
              ),
          )}
        </select>
      </label>
      <label>
        Rows
        <select
          value={row === undefined ? 'batch' : 'one'}
          onChange={({ currentTarget }) => {
            sample.value = currentTarget.value === 'batch' ? undefined : 0
          }}
        >
          <option value="batch">the next batch ({batch})</option>
          <option value="one">one sample</option>
        </select>
      </label>
      {row !== undefined && (
        <NumberField
          label="Sample"
          value={row}
          least={0}
          most={last}
          isEager
          onChange={(next) => (sample.value = next)}
        />
      )}
      <button
        type="button"
        onClick={step}
        aria-label={isPlaying.value ? 'Stop and step, then inspect' : 'Step, then inspect'}
        title="One update, then stand still"
      >
        {isPlaying.value ? 'Stop and step' : 'Step'}
      </button>
      <span class="at">after {counted(frame.value?.step ?? 0, 'update')}</span>
    </div>
  )
}

function LayerEquationsView({ shown }: { readonly shown: Explanation }) {
  const reader = useMemo(
    () => new ElementReader(shown.layer, readable(shown), shown.rows.length),
    [shown],
  )
  const { equations } = shown.layer
  return (
    <>
      <p class="hint">
        Point at an element to see what it is made of. The equations are of one sample, whose{' '}
        <i>h</i> and <i>g</i> are columns and whose gradients are rows; each sample of the batch is
        drawn as a row. Orange is negative, blue positive.
      </p>
      {parts.map(({ part, title }) => {
        const own = equations.filter((equation) => equation.part === part)
        if (own.length === 0) return null
        return (
          <section key={part} aria-label={title}>
            <h3>{title}</h3>
            {runsOf(own).map((run) => {
              const views = (
                <div class="equations">
                  {run.map((equation) => (
                    <EquationView
                      key={`${shown.node} ${equation.latex}`}
                      explanation={shown}
                      reader={reader}
                      equation={equation}
                    />
                  ))}
                </div>
              )
              const [first] = run
              const key = `${shown.node} ${first?.latex}`
              if (first?.repeats === undefined) return <Fragment key={key}>{views}</Fragment>
              return (
                <Folded key={key} title={`${run.length} more that say the same of other steps`}>
                  {views}
                </Folded>
              )
            })}
          </section>
        )
      })}
    </>
  )
}

/** Equations one after the other that are told, or that only repeat others. */
function runsOf(equations: readonly Equation[]): Equation[][] {
  const runs: Equation[][] = []
  for (const equation of equations) {
    const last = runs.at(-1)
    const isSame = (last?.[0]?.repeats === undefined) === (equation.repeats === undefined)
    if (last === undefined || !isSame) runs.push([equation])
    else last.push(equation)
  }
  return runs
}

interface FoldedProps {
  readonly title: string
  readonly children: ComponentChildren
}

/** What is made only when someone opens it. */
function Folded({ title, children }: FoldedProps) {
  const [isOpen, open] = useState(false)
  return (
    <details class="folded" onToggle={({ currentTarget }) => open(currentTarget.open)}>
      <summary>{title}</summary>
      {isOpen && children}
    </details>
  )
}

type Readable = Record<string, { readonly values: Float32Array } | undefined>

const readable = ({ values }: Explanation): Readable =>
  Object.fromEntries(
    Object.entries(values).map(([name, { values: found }]) => [
      name,
      found === undefined ? undefined : { values: found },
    ]),
  )
