/** A program as JSON text and back. */
import { isRecord } from './attribute-forms.ts'
import { programInvalid } from './errors.ts'
import type { Instruction, Program } from './program.ts'
import { verify } from './verify.ts'

/** The numbers that JSON has no spelling for. */
const spelled = ['NaN', 'Infinity', '-Infinity', '-0']

/** The program as JSON text, from which `programFromJson` makes an equal program. */
export function programToJson(program: Program): string {
  const entries = Object.entries(program.entries).map(([name, entry]) => [
    name,
    { ...entry, instructions: entry.instructions.map(encode) },
  ])
  return JSON.stringify({ ...program, entries: Object.fromEntries(entries) })
}

/**
 * The program that `programToJson` wrote; `json` is its text, or what `JSON.parse` made of it.
 *
 * Errors     program-invalid, whatever else `json` is
 */
export function programFromJson(json: unknown): Program {
  const program = mapInstructions(typeof json === 'string' ? parse(json) : json, decode)
  verify(program)
  return program
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw programInvalid(`this is no JSON text: ${error instanceof Error ? error.message : error}`)
  }
}

/** `constant` and `pad` are the instructions whose `value` may be any number. */
function encode(instruction: Instruction): unknown {
  const { primitive, attributes } = instruction
  if (primitive !== 'constant' && primitive !== 'pad') return instruction
  const { value } = attributes
  const encoded = typeof value === 'number' ? encodeNumber(value) : value.map(encodeNumber)
  return { ...instruction, attributes: { ...attributes, value: encoded } }
}

function encodeNumber(value: number): number | string {
  if (Object.is(value, -0)) return '-0'
  return Number.isFinite(value) ? value : String(value)
}

function decode(instruction: unknown): unknown {
  if (!isRecord(instruction)) return instruction
  const { attributes } = instruction
  if (!isRecord(attributes) || !Object.hasOwn(attributes, 'value')) return instruction
  const { value } = attributes
  const decoded = Array.isArray(value) ? value.map(decodeNumber) : decodeNumber(value)
  return { ...instruction, attributes: { ...attributes, value: decoded } }
}

function decodeNumber(value: unknown): unknown {
  return typeof value === 'string' && spelled.includes(value) ? Number(value) : value
}

/** What is no program passes through as it is: `verify` says what is wrong with it. */
function mapInstructions(program: unknown, map: (instruction: unknown) => unknown): unknown {
  if (!isRecord(program)) return program
  const { entries } = program
  if (!isRecord(entries)) return program
  const mapped = Object.entries(entries).map(([name, entry]) => {
    if (!isRecord(entry)) return [name, entry]
    const { instructions } = entry
    if (!Array.isArray(instructions)) return [name, entry]
    return [name, { ...entry, instructions: instructions.map(map) }]
  })
  return { ...program, entries: Object.fromEntries(mapped) }
}
