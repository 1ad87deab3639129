import {
  type ArgumentProblem,
  type Configurable,
  type Configuration,
  configure,
  directives,
  type Field,
  type Lookup,
  type RawCall,
  type RawValue,
} from '@chainrule/core'
import type { Argument, Name, Span, Value, Word } from '../ast.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { missingArrow } from '../name-errors.ts'
import { quote } from '../quote.ts'
import { missingEquals } from '../syntax-errors.ts'
import {
  activationWithSize,
  argumentMissing,
  argumentOrder,
  argumentProblem,
  argumentTwice,
  bounded,
  directiveAmongArguments,
  type Swapped,
  subtractionApart,
} from './argument-errors.ts'
import type { Context } from './context.ts'
import { evaluate, pathText, reportUnknownWord } from './evaluate.ts'
import type { Wanted } from './name-errors.ts'

/** One argument as it was given; from a constant that holds a call, its value is known already. */
export interface Given {
  readonly argument: Argument
  readonly raw?: RawValue
}

export interface ReadArguments {
  /** Missing where something is wrong, which was said. */
  readonly config: Configuration['config'] | undefined
  readonly positional: readonly RawValue[]
  readonly named: Readonly<Record<string, RawValue>>
  /** What was written, by the name of its field. */
  readonly written: ReadonlyMap<string, Argument>
}

export interface Subject extends Configurable {
  /** Whether `->` may be missing between its arguments. */
  readonly isLayer?: boolean
  /** Arguments whose words are names of columns and no constants. */
  readonly literal?: ReadonlySet<string>
}

export const given = (args: readonly Argument[]): Given[] => args.map((argument) => ({ argument }))

/** The arguments of a call that a constant stands for; all are placed where the constant is named. */
export function givenByConstant({ positional, named }: RawCall, span: Span): Given[] {
  const at = (raw: RawValue, name?: string): Given => ({
    argument: {
      kind: 'argument',
      span,
      name: name === undefined ? undefined : { kind: 'name', span, text: name },
      value: { kind: 'missing', span },
    },
    raw,
  })
  return [
    ...positional.map((raw) => at(raw)),
    ...Object.entries(named).map(([name, raw]) => at(raw, name)),
  ]
}

/** Kinds of plugins that stand in arguments. */
export type FieldKind = Parameters<Lookup['configure']>[0]

/** Reads an activation, initializer or schedule among the arguments of another. */
export type ReadNested = (kind: FieldKind, value: Value, context: Context) => RawValue | undefined

/**
 * Reads the arguments of a layer, plugin or directive by the fields that it declares, and places every mistake.
 * `name` is where it is named.
 */
export function matchArguments(
  subject: Subject,
  list: readonly Given[],
  name: Span,
  context: Context,
  nested: ReadNested,
): ReadArguments {
  const reader = new ArgumentReader(subject, context, nested)
  for (let i = 0; i < list.length; i++) {
    const [each, next] = [list[i], list[i + 1]]
    if (each === undefined) break
    if (next !== undefined && reader.readPair(each, next)) i++
    else if (!reader.read(each, next)) break
  }
  return reader.finish(name)
}

// What stands for a value that could not be read; what core says of it is not reported.
const unread = Number.NaN

class ArgumentReader {
  readonly #subject: Subject
  readonly #context: Context
  readonly #nested: ReadNested
  readonly #order: readonly string[]
  readonly #required: number
  readonly #positional: RawValue[] = []
  readonly #places: Argument[] = []
  readonly #named = new Map<string, RawValue>()
  readonly #written = new Map<string, Argument>()
  /** Positions and names of which everything was said. */
  readonly #said = new Set<number | string>()
  #firstNamed: Argument | undefined
  #failed = false
  #isPaired = false

  constructor(subject: Subject, context: Context, nested: ReadNested) {
    this.#subject = subject
    this.#context = context
    this.#nested = nested
    const fields = Object.entries(subject.arguments)
    this.#order = fields.map(([name]) => name)
    this.#required = fields.filter(([, field]) => !field.optional).length
  }

  /** Takes one argument; false where nothing can be said of the rest. */
  read({ argument, raw }: Given, next: Given | undefined): boolean {
    const { name, value } = argument
    const { report } = this.#context
    if (name === undefined && this.#beginsLayer(argument)) {
      if (value.kind === 'word') report(missingArrow(value, this.#subject.name))
      this.#failed = true
      return false
    }
    if (name === undefined && this.#beginsDirective(argument)) {
      this.#failed = true
      return false
    }
    if (name === undefined && this.#isActivationWithSize(argument)) {
      this.#failed = true
      return false
    }
    if (name === undefined && this.#isSubtraction(argument)) {
      this.#failed = true
      return false
    }
    const swapped = name === undefined ? this.#swapped(argument) : undefined
    if (swapped !== undefined) {
      report(argumentMissing(argument, this.#subject.name, swapped, next?.argument))
      this.#failed = true
      return false
    }
    if (name === undefined) this.#readPositional(argument, raw)
    else this.#readNamed(argument, name, raw)
    return true
  }

  /** Takes `patience 3` for `patience=3`, which it reports, where a word can be nothing but the name of an option. */
  readPair({ argument: { name, value } }: Given, { argument: next }: Given): boolean {
    if (name !== undefined || next.name !== undefined || value.kind !== 'word') return false
    const [option, ...more] = value.path
    if (option === undefined || more.length > 0 || !this.#isLeft(option.text)) return false
    const position = this.#positional.length
    const field = this.#firstNamed === undefined ? this.#fieldOf(this.#order[position]) : undefined
    if (field !== undefined && this.#takesName(field, option.text)) return false
    if (this.#context.scope.find(option.text) !== undefined) return false
    this.#context.report(missingEquals(option.text, option.span.end, next.span.start, '='))
    this.#failed = true
    this.#isPaired = true
    const span = { start: option.span.start, end: next.span.end }
    this.#readNamed({ ...next, span, name: option }, option, undefined)
    return true
  }

  /** Whether an argument has this name and is not given yet. */
  #isLeft(name: string): boolean {
    return this.#fieldOf(name) !== undefined && !this.#written.has(name)
  }

  #readPositional(argument: Argument, raw: RawValue | undefined): void {
    const position = this.#positional.length
    const name = this.#order[position]
    if (this.#firstNamed !== undefined) {
      const { value } = argument
      // Behind `units 8`, which was mended to `units=8`, the order follows from that.
      if (this.#isPaired) return
      const text = value.kind === 'word' ? pathText(value.path) : undefined
      this.#context.report(argumentOrder(argument, this.#firstNamed, this.#subject.name, text))
      this.#failed = true
      return
    }
    this.#places.push(argument)
    if (name !== undefined) this.#written.set(name, argument)
    this.#positional.push(raw ?? this.#valueOf(argument, name, position))
  }

  #readNamed(argument: Argument, { text }: Name, raw: RawValue | undefined): void {
    this.#firstNamed ??= argument
    const first = this.#written.get(text)
    if (first !== undefined) {
      this.#context.report(argumentTwice(argument, first, this.#subject.name))
      this.#failed = true
      return
    }
    this.#written.set(text, argument)
    this.#named.set(text, raw ?? this.#valueOf(argument, text, text))
  }

  /** Whether a negative number follows a number where none fits: `dense w -1`; says so. */
  #isSubtraction(argument: Argument): boolean {
    const before = this.#positional.at(-1)
    const left = this.#places.at(-1)
    const isAfter = typeof before === 'number' && this.#firstNamed === undefined
    if (argument.value.kind !== 'negation' || !isAfter || left === undefined) return false
    const field = this.#fieldOf(this.#order[this.#positional.length])
    if (field?.parse(-1, this.#context.registry).ok === true) return false
    this.#context.report(subtractionApart(left, argument))
    return true
  }

  /** Whether a positional word names a layer, where no argument of this layer could be meant. */
  #beginsLayer({ value }: Argument): boolean {
    if (this.#subject.isLayer !== true || value.kind !== 'word') return false
    const { registry, scope } = this.#context
    const name = pathText(value.path)
    if (scope.find(name) !== undefined) return false
    if (registry.find('layer', name) === undefined) return false
    const position = this.#positional.length
    if (position < this.#required) return false
    const field = this.#fieldOf(this.#order[position])
    return field === undefined || !this.#takesName(field, name)
  }

  /** What would do instead: `freeze=true` for `freeze`, `20%` for `20`. */
  #meant(code: ArgumentProblem['code'], argument: Argument | undefined): string | undefined {
    const { value, name } = argument ?? {}
    if (code === 'argument-extra' && value?.kind === 'word') {
      const option = pathText(value.path)
      const field = this.#isLeft(option) ? this.#fieldOf(option) : undefined
      if (field === undefined) return undefined
      return typeOf(field) === 'boolean' ? `${option}=true` : `${option}=…`
    }
    if (code !== 'argument-range' || value?.kind !== 'number') return undefined
    const position = argument === undefined ? -1 : this.#places.indexOf(argument)
    const field = this.#fieldOf(name?.text ?? this.#order[position])
    const { registry } = this.#context
    const isShare =
      field?.parse(value.value / 100, registry).ok === true && !field.parse(2, registry).ok
    return isShare && value.value > 1 ? `${value.value}%` : undefined
  }

  /** `dense 1 loss mse`: a directive without a line of its own; says so. */
  #beginsDirective({ value }: Argument): boolean {
    if (this.#subject.isLayer !== true || value.kind !== 'word') return false
    const { registry, scope, report } = this.#context
    const name = pathText(value.path)
    if (!directives.includes(name) || scope.find(name) !== undefined) return false
    const field = this.#fieldOf(this.#order[this.#positional.length])
    if (field?.parse(name, registry).ok === true) return false
    report(directiveAmongArguments(value.span, name, this.#subject.name))
    return true
  }

  /** `linear 8`, where `dense 8` is meant; says so. */
  #isActivationWithSize({ value, span }: Argument): boolean {
    const { name, isLayer } = this.#subject
    if (isLayer !== true || value.kind !== 'number' || this.#order.length > 0) return false
    const { registry, report } = this.#context
    if (registry.find('activation', name) === undefined) return false
    report(activationWithSize(span, name, value.value))
    return true
  }

  #fieldOf(name: string | undefined): Field<unknown> | undefined {
    const { arguments: positional, options } = this.#subject
    if (name === undefined) return undefined
    if (Object.hasOwn(options, name)) return options[name]
    return Object.hasOwn(positional, name) ? positional[name] : undefined
  }

  /** What is written, or what stands for it where something is wrong, which is then said. */
  #valueOf({ value }: Argument, name: string | undefined, key: number | string): RawValue {
    const raw = this.#read(value, name, key)
    if (raw !== undefined) return raw
    this.#failed = true
    this.#said.add(key)
    return unread
  }

  #read(value: Value, name: string | undefined, key: number | string): RawValue | undefined {
    const field = this.#fieldOf(name)
    if (field === undefined || name === undefined) return evaluate(value, this.#context)?.raw
    if (value.kind === 'word' && this.#subject.literal?.has(name) === true)
      return pathText(value.path)
    if (value.kind === 'word' && this.#isOddWord(value, field, key)) return undefined
    const kind = pluginKindOf(field)
    if (kind === undefined) return evaluate(value, this.#context)?.raw
    return this.#nested(kind, value, this.#context)
  }

  /** A word that is no constant and does not fit its field, of which more can be said than that. */
  #isOddWord(word: Word, field: Field<unknown>, key: number | string): boolean {
    const { registry, scope } = this.#context
    const name = pathText(word.path)
    if (scope.find(name) !== undefined || scope.below(name) !== undefined) return false
    if (this.#takesName(field, name)) return false
    const parsed = field.parse(name, registry)
    if (parsed.ok) return false
    const own = typeof key === 'number' ? (this.#order[key] ?? '') : key
    if (parsed.code === 'argument-word') return false
    const text = bounded(`${quote(own)} of ${quote(this.#subject.name)} must be ${field.required}`)
    reportUnknownWord(word, this.#context, false, { text, type: typeOf(field) })
    return true
  }

  /** Whether a word names a plugin that the field takes, right or wrong as its own arguments may be. */
  #takesName(field: Field<unknown>, word: string): boolean {
    const kind = pluginKindOf(field)
    if (kind === undefined) return field.parse(word, this.#context.registry).ok
    return this.#context.registry.find(kind, word) !== undefined
  }

  /** For a word that stands at the place of a required argument and belongs to a later one. */
  #swapped({ value }: Argument): Swapped | undefined {
    if (value.kind !== 'word' || this.#firstNamed !== undefined) return undefined
    const word = pathText(value.path)
    const { registry, scope } = this.#context
    if (scope.find(word) !== undefined || scope.below(word) !== undefined) return undefined
    const position = this.#positional.length
    const name = this.#order[position]
    const field = this.#fieldOf(name)
    if (name === undefined || field === undefined || this.#takesName(field, word)) return undefined
    const belongsTo = this.#laterField(position, word)
    if (belongsTo === undefined) return undefined
    const fits = (raw: RawValue): boolean => field.parse(raw, registry).ok
    return { name, required: field.required, word, belongsTo, fits }
  }

  /** The name of a later positional field that takes the word as a plugin's name. */
  #laterField(position: number, word: string): string | undefined {
    return this.#order.slice(position + 1).find((name) => {
      const field = this.#fieldOf(name)
      const kind = field === undefined ? undefined : pluginKindOf(field)
      return kind !== undefined && this.#context.registry.find(kind, word) !== undefined
    })
  }

  finish(name: Span): ReadArguments {
    const named = Object.fromEntries(this.#named)
    const positional = this.#positional
    const { registry, report } = this.#context
    const { config, problems } = configure(this.#subject, { positional, named }, registry)
    for (const problem of problems) {
      if (this.#isSaid(problem)) continue
      this.#failed = true
      report(this.#placed(problem, name))
    }
    const written = this.#written
    return { config: this.#failed ? undefined : config, positional, named, written }
  }

  #isSaid({ at, code }: ArgumentProblem): boolean {
    // Where reading stopped early, what seems to be missing may stand among what was not read.
    if (at === undefined) return code === 'argument-missing' && this.#failed
    return this.#said.has('position' in at ? at.position : at.name)
  }

  #placed(problem: ArgumentProblem, name: Span): Diagnostic {
    const { at, code } = problem
    if (at === undefined) return argumentProblem(problem, name, undefined)
    const argument = 'position' in at ? this.#places[at.position] : this.#written.get(at.name)
    if (code === 'argument-unknown' && argument?.name !== undefined)
      return argumentProblem(problem, argument.name.span, argument.name.text)
    const value = argument?.value
    const span = value?.kind === 'missing' ? argument?.span : value?.span
    const word = value?.kind === 'word' ? pathText(value.path) : undefined
    const meant = this.#meant(code, argument)
    const constant = word === undefined ? undefined : this.#context.scope.find(word)
    const found = {
      ...(value?.kind === 'text' ? { label: 'a text in quotes' } : {}),
      constant,
      meant,
    }
    return argumentProblem(problem, span ?? name, word, found)
  }
}

/** Of a list the type of its items: a constant may be one of them. */
function typeOf({ schema }: Pick<Field<unknown>, 'schema'>): Wanted['type'] {
  const { type, items, anyOf, oneOf } = schema as Schema
  if (type === 'boolean') return 'boolean'
  if (type === 'integer' || type === 'number') return 'number'
  const parts = [...(items === undefined ? [] : [items]), ...(anyOf ?? []), ...(oneOf ?? [])]
  return parts.some((part) => typeOf({ schema: part }) === 'number') ? 'number' : 'other'
}

/** The part of JSON Schema that fields are described by. */
interface Schema {
  readonly type?: unknown
  readonly items?: Field<unknown>['schema']
  readonly anyOf?: readonly Field<unknown>['schema'][]
  readonly oneOf?: readonly Field<unknown>['schema'][]
}

/** What kind of plugin a field takes, if it takes one. */
export function pluginKindOf({ schema }: Field<unknown>): FieldKind | undefined {
  const kind = schema['kind']
  return kind === 'activation' || kind === 'initializer' || kind === 'schedule' ? kind : undefined
}
