/** One equation with the tensors that it is about; an element that is pointed at is followed through it. */
import type { ElementReader, Equation } from '@chainrule/equations'
import { useMemo, useState } from 'preact/hooks'
import type { Explanation } from '../state/inspection.ts'
import { notice } from '../state/playground.ts'
import type { ExplainedValue } from '../worker/inspect-protocol.ts'
import { follow, type Pointed } from './follow.ts'
import { Formula } from './formula.tsx'
import { Matrix } from './matrix.tsx'
import type { Marks } from './paint-matrix.ts'
import { withOnes } from './slices.ts'

const unmarked: Marks = { made: new Set(), followed: undefined }

export interface EquationProps {
  readonly explanation: Explanation
  readonly reader: ElementReader
  readonly equation: Equation
}

export function EquationView({ explanation, reader, equation }: EquationProps) {
  const { layer, values } = explanation
  const [pointed, point] = useState<Pointed | undefined>(undefined)
  const [symbol, pointSymbol] = useState<number | undefined>(undefined)
  const followed = useMemo(
    () => (pointed === undefined ? undefined : follow(reader, layer, equation, pointed)),
    [pointed?.symbol, pointed?.flat, reader, equation],
  )
  const all = useMemo(() => shownValues(explanation, equation), [values, equation])
  const shown = [equation.left, ...equation.reads.filter((place) => place !== equation.left)]
  return (
    <article class="equation">
      <header>
        {equation.number !== undefined && (
          <b class="number" title={`Equation ${equation.number} of the paper`}>
            ({equation.number})
          </b>
        )}
        <Formula latex={equation.linked} symbol={symbol} onSymbol={pointSymbol} />
        <Copy latex={equation.latex} />
      </header>
      {equation.note !== undefined && <p class="note">{equation.note}</p>}
      <div class="matrices">
        {shown.map((place) => {
          const { name = '', latex = '', joins } = layer.symbols[place] ?? {}
          const value = all.get(place)
          return (
            <Matrix
              key={name}
              latex={latex}
              joins={joins}
              extent={equation.extents?.[place]}
              name={spoken(name)}
              shape={value?.shape ?? []}
              values={value?.values}
              marks={followed?.marks.get(place) ?? unmarked}
              isPointed={symbol === place}
              onPoint={(isPointed) => pointSymbol(isPointed ? place : undefined)}
              onFollow={(flat) => point(flat === undefined ? undefined : { symbol: place, flat })}
            />
          )
        })}
      </div>
      <output class="expansion">
        {followed?.trace !== undefined && (
          <Formula latex={`[${followed.index.join(', ')}] = ${followed.trace.linked}`} />
        )}
      </output>
    </article>
  )
}

/** By it, too, the keyboard reaches what a long formula has beyond the edge. */
function Copy({ latex }: { readonly latex: string }) {
  const [copied, tell] = useState(false)
  const copy = async (): Promise<void> => {
    try {
      await navigator.clipboard.writeText(latex)
      tell(true)
    } catch {
      notice.value = `This browser does not let the page copy. In LaTeX it is ${latex}`
    }
  }
  return (
    <button
      type="button"
      class="quiet copy"
      aria-label={copied ? 'Copied as LaTeX' : 'Copy as LaTeX'}
      title="Copy as LaTeX"
      onClick={() => void copy()}
      onBlur={() => tell(false)}
    >
      {copied ? 'Copied' : 'LaTeX'}
    </button>
  )
}

/** By the places of an equation's symbols, with the ones that are appended there. */
function shownValues(
  { layer, values }: Explanation,
  { left, reads, extents }: Equation,
): ReadonlyMap<number, ExplainedValue> {
  return new Map(
    [left, ...reads].flatMap((place) => {
      const value = values[layer.symbols[place]?.name ?? '']
      if (value === undefined) return []
      return [[place, extents?.[place] === 'appended' ? withOnes(value) : value] as const]
    }),
  )
}

/** `dense1/dW` as `gradient of W`. */
function spoken(name: string): string {
  const own = name.slice(name.indexOf('/') + 1)
  return /^d[A-Za-z]/.test(own) ? `gradient of ${own.slice(1)}` : own.replaceAll('/', ' ')
}
