import type { Directive, Name, Pipeline, Span, Stage, Value } from '../ast.ts'
import { diagnostic, type Report } from '../diagnostic.ts'
import { quote } from '../quote.ts'
import { missingAtSign } from '../syntax-errors.ts'
import type { Context } from './context.ts'
import type { Origin } from './flow.ts'
import { declaredTwice } from './name-errors.ts'
import { noModel, outputLost, outputUnclear, severalTensors } from './pipeline-errors.ts'
import type { End, Pipelines } from './pipelines.ts'
import { type Placed, type Statements, single } from './statements.ts'
import { isReserved, type Survey } from './survey.ts'

/** An output of the model. */
export interface Output {
  readonly name: string
  readonly origin: Origin
  /** Where it is named, or what gives it. */
  readonly span: Span
  /** Where it is given by the last stage of a pipeline. */
  readonly end: End | undefined
}

export interface Outputs {
  readonly list: readonly Output[]
  readonly names: ReadonlySet<string>
  /** What is called so and is no output, though it may be listed as one under another name. */
  inner(name: string): InnerName | undefined
  /** There may be others, or those that are known may not hold: something was wrong, which was said. */
  readonly incomplete: boolean
}

/** The name of a stage or an input. */
export interface InnerName {
  /** The output that it is listed as. */
  readonly output: string | undefined
}

const another = 'give it another name'

/** What the only output is called where the text gives it no name. */
const onlyOutput = 'output'

/** The model's outputs: those that `output` lists, or else the ends of pipelines that no other reads. */
export function chooseOutputs(
  statements: Statements,
  pipelines: Pipelines,
  contextOf: (placed: Pick<Placed<Directive>, 'scope'>) => Context,
): Outputs {
  const scope = statements.scopes[0]
  const none: Outputs = { list: [], names: new Set(), inner: () => undefined, incomplete: true }
  if (scope === undefined) return none
  const context = contextOf({ scope })
  const output = single(statements.directives('output'), context.report)
  if (statements.pipelines.length === 0) {
    if (!statements.damaged) context.report(noModel(statements.end))
    return none
  }
  const found =
    output === undefined ? openEnds(pipelines, context) : listed(output.node, pipelines, context)
  const incomplete = found.incomplete || pipelines.incomplete || statements.damaged
  const { list } = found
  const inner = (name: string): InnerName | undefined => {
    const named = pipelines.names.get(name)
    if (named === undefined) return undefined
    const listed = list.find(({ origin }) => origin === named.flow?.[0])
    return { output: listed?.name }
  }
  return { list, names: new Set(list.map(({ name }) => name)), inner, incomplete }
}

type Found = Pick<Outputs, 'list' | 'incomplete'>

/** `output label=@label price=@price` */
function listed(node: Directive, pipelines: Pipelines, context: Context): Found {
  const { report } = context
  const list = new Map<string, Output>()
  let incomplete = node.damaged
  for (const { name, value: written, span } of node.arguments) {
    const value = asReference(written, pipelines, report)
    if (value.kind !== 'reference') {
      const message = '`output` lists references'
      report(diagnostic('argument-type', span, { message, label: 'such as `price=@price`' }))
      incomplete = true
      continue
    }
    const flow = pipelines.names.flowOf(value)
    const called = name ?? value.name
    const first = list.get(called.text)
    if (first !== undefined)
      report(declaredTwice(called.span, first.span, `the output ${quote(called.text)}`, another))
    const [origin, ...others] = flow ?? []
    if (origin !== undefined && others.length > 0)
      report(
        severalTensors(value.span, 'an output of the model is one tensor', [origin, ...others]),
      )
    if (origin === undefined || others.length > 0 || first !== undefined) incomplete = true
    else {
      const end = pipelines.ends.find((each) => each.name?.text === value.name.text)
      list.set(called.text, { name: called.text, origin, span: called.span, end })
    }
  }
  if (node.arguments.length === 0 && !node.damaged) {
    const help = 'write `output price=@price`, or leave it out'
    report(
      diagnostic('argument-missing', node.name.span, { message: '`output` lists nothing', help }),
    )
    incomplete = true
  }
  for (const end of pipelines.ends)
    if (end.name === undefined) report(outputLost(lastOf(end.stage)))
  return { list: [...list.values()], incomplete }
}

function openEnds({ ends, names, incomplete }: Pipelines, context: Context): Found {
  // Where a pipeline is broken, it may be the one that would read an end that has a name.
  const isRead = (name: Name): boolean => incomplete || names.get(name.text)?.used === true
  const open = ends.filter(({ name }) => name === undefined || !isRead(name))
  if (open.length > 1 && !incomplete) reportUnnamed(open, ends, context)
  const unnamed = open.length > 1 && open.some(({ name }) => name === undefined)
  const list = open.flatMap((end): Output[] => {
    const origin = outputRef(end, context)
    if (origin === undefined) return []
    const name = end.name?.text ?? onlyOutput
    return [{ name, origin, span: end.name?.span ?? lastOf(end.stage), end }]
  })
  return { list, incomplete: unnamed || list.length < open.length }
}

/** `y` for `@y`, where something is called so. */
function asReference(value: Value, { names }: Pipelines, report: Report): Value {
  const [name, ...more] = value.kind === 'word' ? value.path : []
  if (name === undefined || more.length > 0 || names.get(name.text) === undefined) return value
  report(missingAtSign(name.span, name.text))
  return { kind: 'reference', span: value.span, name, path: [] }
}

/** An output is one tensor. */
function outputRef({ flow, stage }: End, { report }: Context): Origin | undefined {
  const [only, ...others] = flow ?? []
  if (only === undefined || others.length === 0) return only
  report(severalTensors(stage.span, 'an output of the model is one tensor', [only, ...others]))
  return undefined
}

/** Several outputs need names; a line that begins with a layer may also be the rest of the one before. */
function reportUnnamed(open: readonly End[], ends: readonly End[], { report }: Context): void {
  const following = new Map<Pipeline, Pipeline>()
  ends.forEach(({ pipeline }, i) => {
    const next = ends[i + 1]?.pipeline
    if (next?.stages[0]?.kind === 'layer') following.set(pipeline, next)
  })
  const continued = new Set<Pipeline>()
  for (const { name, pipeline, stage } of open) {
    const next = following.get(pipeline)
    if (name !== undefined) continue
    if (next !== undefined) continued.add(next)
    if (next === undefined && continued.has(pipeline)) continue
    report(outputUnclear(lastOf(stage), open.length, next))
  }
}

const lastOf = ({ span }: Stage): Span => span

/** Inputs that nothing reads; a reference counts wherever it stands. A stage may have a name to be told of by it. */
export function unusedInputs({ names, inputs, incomplete }: Pipelines, survey: Survey): Name[] {
  const declared = new Set(inputs.map(({ origin }) => origin))
  return names.all().flatMap(({ name, used, flow }) => {
    const [origin] = flow ?? []
    if (used || origin === undefined || survey.references.has(name.text)) return []
    // A pipeline that is broken may be the one that would read it.
    return isReserved(name) || incomplete || !declared.has(origin) ? [] : [name]
  })
}
