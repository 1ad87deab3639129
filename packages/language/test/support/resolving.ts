import type { Registry } from '@chainrule/core'
import {
  type DataFacts,
  type DataRequest,
  type Diagnostic,
  dataRequest,
  type Experiment,
  parse,
  renderDiagnostics,
  resolve,
  type TargetFacts,
} from '../../src/index.ts'
import { wideRegistry } from './registry.ts'

export interface Outcome {
  readonly text: string
  readonly request: DataRequest | undefined
  readonly experiment: Experiment | undefined
  /** Of all stages, in the order of the text. */
  readonly diagnostics: readonly Diagnostic[]
  readonly codes: readonly string[]
  /** As the terminal shows them. */
  readonly shown: string
}

/** The whole way from a text, as the command goes it. */
export function outcome(
  text: string,
  {
    facts,
    file = 'model.mlp',
    registry = wideRegistry,
    requireShapes = false,
  }: {
    facts?: DataFacts | undefined
    file?: string
    registry?: Registry
    requireShapes?: boolean
  } = {},
): Outcome {
  const parsed = parse(text, { file })
  const asked = dataRequest(parsed.ast, { registry })
  const known = facts === undefined ? {} : { facts }
  const resolved = resolve(parsed.ast, { registry, file, requireShapes, ...known })
  const diagnostics = [
    ...parsed.diagnostics,
    ...asked.diagnostics,
    ...resolved.diagnostics,
  ].toSorted((a, b) => a.span.start - b.span.start)
  return {
    text,
    request: asked.request,
    experiment: resolved.experiment,
    diagnostics,
    codes: diagnostics.map(({ code }) => code),
    shown: renderDiagnostics(diagnostics, { text, file }),
  }
}

/** The experiment of a text without mistakes. */
export function experimentOf(text: string, facts?: DataFacts): Experiment {
  const { experiment, shown } = outcome(text, { facts })
  if (experiment === undefined) throw new Error(`no experiment:\n${shown}`)
  return experiment
}

const target = (
  kind: TargetFacts['kind'],
  classes: readonly string[] = [],
  width = 1,
): TargetFacts => ({ head: undefined, name: 'y', kind, width, classes })

/** Targets as data turn out to have them. */
export const targets = {
  number: target('number'),
  numbers: target('number', [], 2),
  two: target('class', ['no', 'yes']),
  three: target('class', ['a', 'b', 'c']),
  truth: target('binary', ['false', 'true']),
}

/** 120 training rows of four columns. */
export function factsOf(kind: keyof typeof targets, changes: Partial<DataFacts> = {}): DataFacts {
  const origin = '4 columns of "a.csv"'
  return {
    inputs: [{ input: undefined, shape: [4], dtype: 'f32', origin }],
    targets: [targets[kind]],
    trainRows: 120,
    hasValidation: true,
    ...changes,
  }
}

/** Facts of a number target with these values, `width` a row. */
export function factsOfNumbers(values: readonly number[], width = 1): DataFacts {
  return factsOf('number', { targets: [{ ...target('number', [], width), values }] })
}

/** Facts of one column of images with these axes. */
export function factsOfImages(axes: readonly number[]): DataFacts {
  const shape = [axes.reduce((size, n) => size * n, 1)]
  const origin = 'the features of "a.json"'
  return factsOf('number', { inputs: [{ input: undefined, shape, axes, dtype: 'f32', origin }] })
}

/** Facts of a text of 59 characters in windows of 64. */
export function factsOfText(): DataFacts {
  const classes = Array.from({ length: 59 }, (_, i) => String.fromCharCode(65 + i))
  const origin = 'the characters of "a.txt"'
  return factsOf('number', {
    inputs: [{ input: undefined, shape: [64], dtype: 'i32', below: 59, origin }],
    targets: [{ ...target('class', classes), name: 'next character', places: [64] }],
  })
}
