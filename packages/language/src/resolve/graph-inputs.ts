import { B, type GraphInput, sizeOf, storedDType } from '@chainrule/core'
import type { Report } from '../diagnostic.ts'
import type { DataFacts, InputFacts } from '../experiment.ts'
import { quote } from '../quote.ts'
import type { Origin } from './flow.ts'
import type { DeclaredInput } from './inputs.ts'
import { inputShape } from './pipeline-errors.ts'

/** What the input is called where the text declares none. */
export const onlyInput = 'input'

/** An input of the graph; `declared` is missing for the one that no text declares. */
export interface ModelInput {
  readonly declared: DeclaredInput | undefined
  readonly input: GraphInput
  readonly origin: Origin
}

/** The inputs of the graph, from what is declared and from what the data, if the text names some, turned out to be. */
export function modelInputs(
  declared: readonly DeclaredInput[],
  { facts, hasData }: { readonly facts: DataFacts | undefined; readonly hasData: boolean },
  report: Report,
): ModelInput[] {
  if (declared.length === 0) {
    const implied = impliedInput(facts?.inputs.find(({ input }) => isOnly(input)))
    if (facts !== undefined || !hasData) return [implied]
    return [{ ...implied, origin: { ...implied.origin, dtype: undefined } }]
  }
  return declared.map((input) => {
    const found = facts?.inputs.find(
      (each) => each.input === input.name.text || (declared.length === 1 && isOnly(each.input)),
    )
    const fits = found === undefined || checkSize(input, found, report)
    // What layers would say of a wrong shape follows from its being wrong.
    return declaredInput(fits ? input : { ...input, shape: undefined }, found)
  })
}

const isOnly = (name: string | undefined): boolean => name === undefined || name === onlyInput

function impliedInput(facts: InputFacts | undefined): ModelInput {
  const input = graphInput(onlyInput, facts?.shape, facts)
  const origin = originOf(input, facts?.shape, undefined, facts?.origin ?? 'the input')
  return { declared: undefined, input, origin: { ...origin, ...indicesOf(facts) } }
}

function declaredInput(declared: DeclaredInput, facts: InputFacts | undefined): ModelInput {
  const { name, shape, dtype } = declared
  const input = graphInput(name.text, shape, facts, storedDType[dtype])
  const origin = { ...originOf(input, shape, name.span), ...indicesOf(facts) }
  return { declared, input, origin }
}

/** What is known of whole numbers by which something is looked up. */
const indicesOf = (facts: InputFacts | undefined): Pick<Origin, 'below' | 'reach' | 'columns'> => ({
  below: facts?.below,
  reach: facts?.reach,
  columns: facts?.place,
})

function graphInput(
  name: string,
  shape: readonly number[] | undefined,
  facts: InputFacts | undefined,
  declared: GraphInput['dtype'] = facts?.dtype ?? 'f32',
): GraphInput {
  // A float may be stored as bytes, which is the data's to say.
  const dtype = declared === 'f32' && facts?.dtype === 'u8' ? 'u8' : declared
  const { normalise } = facts ?? {}
  const scaled = dtype === 'f32' || dtype === 'u8'
  return {
    name,
    shape: shape ?? [],
    dtype,
    ...(scaled && normalise !== undefined ? { normalise } : {}),
  }
}

const read = { f32: 'float', u8: 'float', i32: 'integer', bool: 'boolean' } as const

function originOf(
  { name, dtype }: GraphInput,
  shape: readonly number[] | undefined,
  span: Origin['span'],
  from = `the input ${quote(name)}`,
): Origin {
  return {
    ref: { input: name },
    shape: shape === undefined ? undefined : [B, ...shape],
    dtype: read[dtype],
    span,
    from,
    made: undefined,
  }
}

/** A declared shape may lay a flat list out, but not lists in lists otherwise than the data have them. */
function checkSize(
  { name, shape, shapeSpan }: DeclaredInput,
  facts: InputFacts,
  report: Report,
): boolean {
  if (shape === undefined || shapeSpan === undefined) return true
  const isFlat = facts.axes === undefined || shape.length === 1
  const fits = isFlat
    ? sizeOf(shape) === sizeOf(facts.shape)
    : withoutOnes(shape) === withoutOnes(facts.axes)
  if (!fits) report(inputShape(shapeSpan, name.text, shape, facts))
  return fits
}

/** 28x28 is 28x28x1. */
const withoutOnes = (shape: readonly number[]): string => shape.filter((n) => n !== 1).join('x')
