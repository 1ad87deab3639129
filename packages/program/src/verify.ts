/**
 * Whether data is a program that any engine may run. Nothing is taken on trust: a program may come from a file that
 * somebody made to do harm, so every field is looked at before it is used and nothing is allocated by a size it names.
 */
import {
  attributeForms,
  type Form,
  isPrimitive,
  isRecord,
  isTensorType,
} from './attribute-forms.ts'
import { ProgramError, programInvalid } from './errors.ts'
import type { Attributes, Primitive } from './primitives.ts'
import type { Program, StateKind } from './program.ts'
import { inferType } from './shape-rules.ts'
import { formatType, isFloat, isRows, sameType, sizeAt, type TensorType } from './types.ts'

type Fields = Readonly<Record<string, unknown>>

/** Collects what is wrong, each with its place. */
type Report = (place: string, problem: string) => void

/** What the instructions of an entry are checked against. */
interface Declared {
  readonly maxBatch: number
  readonly inputs: ReadonlyMap<string, TensorType>
  readonly state: ReadonlyMap<string, TensorType>
}

const shownProblems = 50

const stateKinds: Readonly<Record<StateKind, true>> = {
  parameter: true,
  statistic: true,
  slot: true,
  accumulator: true,
  counter: true,
  hyperparameter: true,
  preprocessing: true,
}

/**
 * Returns where `program` is one that any engine may run: operands come before their users, every recorded type is the
 * one that the rules give, and inputs, states, outputs, updates and the guard exist and fit.
 *
 * Errors     program-invalid, with all problems
 */
export function verify(program: unknown): asserts program is Program {
  const problems: string[] = []
  checkProgram(program, (place, problem) => {
    problems.push(`${place}: ${problem}`)
  })
  if (problems.length === 0) return
  const shown = problems.slice(0, shownProblems)
  const more = problems.length - shown.length
  const list = [...shown, ...(more > 0 ? [`and ${more} more`] : [])].join('; ')
  throw programInvalid(`this is not a program that can run: ${list}`, { problems: shown })
}

/** What came, in a few words whatever it is. */
function show(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value.slice(0, 40))
  if (Array.isArray(value)) return `a list of ${value.length}`
  return typeof value === 'object' && value !== null ? 'an object' : String(value)
}

function checkProgram(program: unknown, report: Report): void {
  const fields = fieldsOf('program', program, report)
  if (fields === undefined) return
  onlyKnown('program', fields, ['version', 'maxBatch', 'inputs', 'state', 'entries'], report)
  const { version, maxBatch, inputs: inputTable, state: stateTable, entries } = fields
  if (version !== 1) report('program', `version must be 1, not ${show(version)}`)
  const batch = typeof maxBatch === 'number' && Number.isSafeInteger(maxBatch) && maxBatch >= 1
  if (!batch) report('program', `maxBatch must be a whole number from 1, not ${show(maxBatch)}`)
  const rows = batch ? maxBatch : 1
  const inputs = new Map<string, TensorType>()
  eachNamed('input', inputTable, report, (name, type, place) => {
    if (checkType(place, type, rows, report)) inputs.set(name, type)
  })
  const state = new Map<string, TensorType>()
  eachNamed('state', stateTable, report, (name, declaration, place) => {
    const type = stateType(place, declaration, rows, report)
    if (type !== undefined) state.set(name, type)
  })
  eachNamed('entry', entries, report, (_, entry, place) => {
    checkEntry(place, entry, { maxBatch: rows, inputs, state }, report)
  })
}

function fieldsOf(place: string, value: unknown, report: Report): Fields | undefined {
  if (isRecord(value)) return value
  report(place, `must be an object, not ${show(value)}`)
  return undefined
}

function onlyKnown(place: string, fields: Fields, known: readonly string[], report: Report): void {
  for (const name of Object.keys(fields)) {
    if (!known.includes(name)) report(place, `has no field ${show(name)}`)
  }
}

function eachNamed(
  what: string,
  table: unknown,
  report: Report,
  check: (name: string, value: unknown, place: string) => void,
): void {
  for (const [name, value] of Object.entries(fieldsOf(`${what} table`, table, report) ?? {})) {
    const place = `${what} ${show(name)}`
    // Assigning to this name would change an object's prototype.
    if (name === '__proto__') report(place, 'is not a usable name')
    else check(name, value, place)
  }
}

function checkType(
  place: string,
  type: unknown,
  maxBatch: number,
  report: Report,
): type is TensorType {
  if (!isTensorType(type)) {
    report(place, 'its type must be a dtype and a shape of sizes from 0')
    return false
  }
  if (Number.isSafeInteger(sizeAt(type.shape, maxBatch))) return true
  report(place, `${formatType(type)} has more elements than can be counted`)
  return false
}

function stateType(
  place: string,
  declaration: unknown,
  maxBatch: number,
  report: Report,
): TensorType | undefined {
  const fields = fieldsOf(place, declaration, report)
  if (fields === undefined) return undefined
  onlyKnown(place, fields, ['type', 'kind'], report)
  const { type, kind } = fields
  if (typeof kind !== 'string' || !Object.hasOwn(stateKinds, kind)) {
    report(place, `kind must be one of ${Object.keys(stateKinds).join(', ')}, not ${show(kind)}`)
  }
  if (!checkType(place, type, maxBatch, report)) return undefined
  if (!type.shape.some(isRows)) return type
  report(place, `outlives a batch, so ${formatType(type)} cannot have a size in rows`)
  return undefined
}

function checkEntry(place: string, entry: unknown, declared: Declared, report: Report): void {
  const fields = fieldsOf(place, entry, report)
  if (fields === undefined) return
  onlyKnown(place, fields, ['instructions', 'outputs', 'updates', 'guard'], report)
  const { instructions, outputs, updates, guard } = fields
  if (!Array.isArray(instructions)) {
    report(place, `instructions must be a list, not ${show(instructions)}`)
    return
  }
  const types: (TensorType | undefined)[] = []
  for (const [id, instruction] of instructions.entries()) {
    types.push(checkInstruction(`${place} %${id}`, instruction, types, declared, report))
  }
  const typeOf = (at: string, id: unknown): TensorType | undefined => {
    if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < types.length)
      return types[id]
    report(at, `no instruction has the number ${show(id)}`)
    return undefined
  }
  eachNamed(`${place} output`, outputs, report, (_, id, at) => typeOf(at, id))
  eachNamed(`${place} update`, updates, report, (name, id, at) => {
    checkUpdate(at, typeOf(at, id), declared.state.get(name), report)
  })
  if (guard !== undefined) checkGuard(`${place} guard`, typeOf(`${place} guard`, guard), report)
}

function checkUpdate(
  place: string,
  type: TensorType | undefined,
  state: TensorType | undefined,
  report: Report,
): void {
  if (state === undefined) report(place, 'no such state is declared')
  else if (type !== undefined && !sameType(type, state)) {
    report(place, `the state is ${formatType(state)}, but its new value is ${formatType(type)}`)
  }
}

function checkGuard(place: string, type: TensorType | undefined, report: Report): void {
  if (type === undefined || (isFloat(type.dtype) && type.shape.length === 0)) return
  report(place, `must be a float scalar, not ${formatType(type)}`)
}

/** The instruction's type where it can be relied upon. */
function checkInstruction(
  place: string,
  instruction: unknown,
  types: readonly (TensorType | undefined)[],
  declared: Declared,
  report: Report,
): TensorType | undefined {
  const fields = fieldsOf(place, instruction, report)
  if (fields === undefined) return undefined
  onlyKnown(place, fields, ['primitive', 'operands', 'attributes', 'type', 'scope'], report)
  const { primitive, operands, attributes, type, scope } = fields
  if (scope !== undefined && typeof scope !== 'string') {
    report(place, `scope must be text, not ${show(scope)}`)
  }
  const typed = checkType(place, type, declared.maxBatch, report)
  const known = operandTypes(place, operands, types, report)
  if (!isPrimitive(primitive)) {
    report(place, `there is no primitive ${show(primitive)}`)
  } else if (checkAttributes(`${place} ${primitive}`, primitive, attributes, report)) {
    const here = `${place} ${primitive}`
    const expected = known && resultType(here, primitive, known, attributes, declared, report)
    if (expected !== undefined && typed && !sameType(expected, type)) {
      report(here, `gives ${formatType(expected)}, but ${formatType(type)} is recorded`)
    }
  }
  return typed ? type : undefined
}

/** The operands' types; undefined where one has none to rely upon, which is reported at its own place. */
function operandTypes(
  place: string,
  operands: unknown,
  types: readonly (TensorType | undefined)[],
  report: Report,
): TensorType[] | undefined {
  if (!Array.isArray(operands)) {
    report(place, `operands must be a list, not ${show(operands)}`)
    return undefined
  }
  const wrong = operands.find((id) => !Number.isInteger(id) || id < 0 || id >= types.length)
  if (wrong !== undefined) {
    report(place, `operand ${show(wrong)} does not come before it`)
    return undefined
  }
  const known = operands.flatMap((id) => types[id] ?? [])
  return known.length === operands.length ? known : undefined
}

function checkAttributes<P extends Primitive>(
  place: string,
  primitive: P,
  attributes: unknown,
  report: Report,
): attributes is Attributes[P] {
  const fields = fieldsOf(`${place} attributes`, attributes, report)
  if (fields === undefined) return false
  const forms: Readonly<Record<string, Form>> = attributeForms[primitive]
  onlyKnown(place, fields, Object.keys(forms), report)
  const wrong = Object.entries(forms).filter(([name, form]) => !form.accepts(fields[name]))
  for (const [name, { required }] of wrong) {
    report(place, `${name} must be ${required}, not ${show(fields[name])}`)
  }
  return wrong.length === 0
}

function resultType(
  place: string,
  primitive: Primitive,
  operands: readonly TensorType[],
  attributes: Attributes[Primitive],
  declared: Declared,
  report: Report,
): TensorType | undefined {
  if (primitive === 'input' || primitive === 'state') {
    const { name } = attributes as Attributes['input']
    if (operands.length > 0) report(place, `takes no operands, not ${operands.length}`)
    const type = (primitive === 'input' ? declared.inputs : declared.state).get(name)
    if (type === undefined) report(place, `no ${primitive} ${show(name)} is declared`)
    return type
  }
  try {
    return inferType(primitive, operands, attributes as Attributes[typeof primitive])
  } catch (error) {
    if (!(error instanceof ProgramError)) throw error
    report(place, error.message)
    return undefined
  }
}
