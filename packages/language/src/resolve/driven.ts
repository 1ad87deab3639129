import { drawsWhileTraining, type ShapedGraph } from '@chainrule/core'
import type { Directive, Span } from '../ast.ts'
import { diagnostic, type Report } from '../diagnostic.ts'
import type { Experiment } from '../experiment.ts'
import { quote } from '../quote.ts'
import { maxRelated } from './name-errors.ts'

/** An optimizer that searches needs one loss for one set of weights: layers that draw are refused. */
export function checkDraws(
  { optimizer, shaped, places }: Pick<Experiment, 'optimizer' | 'shaped' | 'places'>,
  directive: Directive | undefined,
  report: Report,
): void {
  if (optimizer.style !== 'driven' || shaped === undefined || directive === undefined) return
  const layers = drawing(shaped)
  const [first] = layers.values()
  if (first === undefined) return
  const related = [...layers.keys()].flatMap((name) => {
    const span = places.get(name)
    return span === undefined ? [] : [{ span, label: 'draws in every pass' }]
  })
  const span: Span = directive.arguments[0]?.value.span ?? directive.span
  report(
    diagnostic('driven-random', span, {
      message: `${quote(optimizer.name)} compares losses at several places, but ${quote(first)} draws random numbers while training`,
      label: 'needs the same loss for the same weights',
      related: related.slice(0, maxRelated),
      help: `leave ${quote(first)} out (${quote('l2=1e-4')} keeps weights small without it), or train with ${quote('adam')}`,
    }),
  )
}

/** The layers that draw, by the name of their instance. */
function drawing({ nodes }: ShapedGraph): ReadonlyMap<string, string> {
  const found = nodes.filter(drawsWhileTraining)
  return new Map(found.map(({ instance }) => [instance.name, instance.layer.name]))
}
