import { modelParameters, type ShapedGraph } from '@chainrule/core'
import type { Span } from '../ast.ts'
import { diagnostic, type Report } from '../diagnostic.ts'
import { quote } from '../quote.ts'
import { maxRelated } from './name-errors.ts'

/** A model that is trained and has nothing that training changes. */
export function checkLearns(
  shaped: ShapedGraph | undefined,
  places: ReadonlyMap<string, Span>,
  report: Report,
): void {
  if (shaped === undefined || shaped.graph.heads.every(({ loss }) => loss === undefined)) return
  const parameters = modelParameters(shaped)
  if (parameters.some(({ trainable }) => trainable)) return
  const frozen = new Set(parameters.map(({ instance }) => instance))
  const [first, ...others] = [...(frozen.size > 0 ? frozen : places.keys())].flatMap((name) => {
    const span = places.get(name)
    return span === undefined ? [] : [span]
  })
  if (first === undefined) return
  const count = parameters.length
  report(
    frozen.size === 0
      ? diagnostic('nothing-learns', first, {
          message: 'no layer of the model has parameters, so that training changes nothing',
          label: 'the first of its layers',
          help: `add one that learns, such as ${quote('dense 1')}`,
        })
      : diagnostic('nothing-learns', first, {
          message: `all ${count} parameters of the model are frozen, so that training changes nothing`,
          label: 'is frozen',
          related: others.slice(0, maxRelated).map((span) => ({ span, label: 'is frozen too' })),
          help: `leave ${quote('freeze')} out where something is to be learnt`,
        }),
  )
}
