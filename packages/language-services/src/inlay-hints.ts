import type {
  Body,
  Lexeme,
  ObservedStage,
  ObservedTensor,
  Pipeline,
  Stage,
} from '@chainrule/language'
import type { Analysis } from './analysis.ts'
import { tensorsText } from './describe.ts'

/** A shape that is shown in the text without being part of it. */
export interface InlayHint {
  readonly offset: number
  /** `[B, 16]`; of pieces that are used with other shapes too, the first and `…`. */
  readonly label: string
  /** What flows into a pipeline that names no input, through an arrow, or out of a pipeline's end. */
  readonly at: 'input' | 'arrow' | 'output'
  /** All shapes, where there are several; else nothing. */
  readonly tooltip: string
}

/**
 * The shapes that flow through the pipelines of a text, where they are known, in its order. Braces that are read several
 * times have the shapes of the first, and a mark where others differ. Of a pipeline with a mistake it is what stands before
 * that.
 */
export function inlayHints(analysis: Analysis): InlayHint[] {
  const reader = new HintReader(analysis)
  reader.body(analysis.ast.body, true)
  return reader.hints.toSorted((a, b) => a.offset - b.offset)
}

class HintReader {
  readonly hints: InlayHint[] = []
  readonly #analysis: Analysis
  readonly #arrows: readonly Lexeme[]

  constructor(analysis: Analysis) {
    this.#analysis = analysis
    this.#arrows = analysis.lexemes.filter(({ kind }) => kind === 'arrow')
  }

  /** `isOuter` where no braces are around it that something flows into. */
  body({ statements }: Body, isOuter: boolean): void {
    for (const statement of statements) {
      if (statement.kind === 'pipeline') this.#pipeline(statement, isOuter)
      if (statement.kind === 'model') this.body(statement.body, true)
      if (statement.kind === 'block') this.body(statement.body, false)
    }
  }

  #pipeline({ stages }: Pipeline, isOuter: boolean): void {
    const [first] = stages
    if (first === undefined) return
    const isNamed = first.kind === 'source' || first.kind === 'gather'
    if (isOuter && !isNamed) this.#add(first.span.start, 'input', first, ({ inputs }) => inputs)
    for (const [i, stage] of stages.entries()) {
      const next = stages[i + 1]
      const arrow = this.#arrowBetween(stage.span.end, next?.span.start)
      if (arrow !== undefined) this.#add(arrow.span.end, 'arrow', stage, ({ outputs }) => outputs)
      else if (next === undefined && (i > 0 || !isNamed))
        this.#add(stage.span.end, 'output', stage, ({ outputs }) => outputs)
      if ('body' in stage) this.body(stage.body, false)
    }
  }

  /** The arrow behind a stage; of the last one it must follow at once, as where the next is still to be written. */
  #arrowBetween(end: number, next: number | undefined): Lexeme | undefined {
    let [low, high] = [0, this.#arrows.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((this.#arrows[middle]?.span.start ?? 0) < end) low = middle + 1
      else high = middle
    }
    const found = this.#arrows[low]
    if (found === undefined || (next !== undefined && found.span.start > next)) return undefined
    const between = this.#analysis.text.slice(end, found.span.start)
    return next !== undefined || between.trim() === '' ? found : undefined
  }

  #add(
    offset: number,
    at: InlayHint['at'],
    stage: Stage,
    tensors: (observed: ObservedStage) => readonly ObservedTensor[] | undefined,
  ): void {
    const uses = this.#analysis.observedAt(stage)
    const texts = [...new Set(uses.flatMap((each) => tensorsText(tensors(each)) ?? []))]
    const [label] = texts
    if (label === undefined) return
    const isOne = texts.length === 1
    this.hints.push({
      offset,
      at,
      label: isOne ? label : `${label} …`,
      tooltip: isOne ? '' : listed(texts),
    })
  }
}

const mostListed = 6

function listed(texts: readonly string[]): string {
  const shown = texts.slice(0, mostListed).join('\n')
  return texts.length > mostListed ? `${shown}\n…` : shown
}
