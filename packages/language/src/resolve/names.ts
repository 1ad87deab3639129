import type { Name, Pipeline, Reference, Span } from '../ast.ts'
import type { Diagnostic } from '../diagnostic.ts'
import { quote } from '../quote.ts'
import { maxSuggested } from '../suggest.ts'
import type { Context } from './context.ts'
import { type Chain, type Flow, furtherOutput } from './flow.ts'
import { declaredBelow, declaredTwice, unknownReference } from './name-errors.ts'

/** What `@name` finds. */
export interface Named {
  readonly name: Name
  readonly flow: Flow
  /** The layers up to the stage; missing for an input. */
  readonly chain: Chain | undefined
  /** What each copy of a `repeat` hands on: `@cell.0`. */
  readonly copies: readonly Flow[]
  /** A pipeline reads it. */
  used: boolean
}

/** The inputs and stages of a model by name. */
export class Names {
  readonly #named = new Map<string, Named>()
  /** Names that come further down. */
  readonly #below = new Map<string, Span>()
  /** The names around the braces in which these stand. */
  readonly #around: Names | undefined
  readonly #context: Omit<Context, 'scope'>

  constructor(
    context: Omit<Context, 'scope'>,
    pipelines: readonly Pipeline[],
    around: Names | undefined = undefined,
  ) {
    this.#context = context
    this.#around = around
    for (const { stages } of pipelines) {
      for (const stage of stages) {
        if (stage.as !== undefined && !this.#below.has(stage.as.text))
          this.#below.set(stage.as.text, stage.as.span)
      }
    }
  }

  /** Names of their own for pipelines inside braces, which see these too. */
  inside(pipelines: readonly Pipeline[]): Names {
    return new Names(this.#context, pipelines, this)
  }

  declare(name: Name, flow: Flow, chain: Chain | undefined, copies: readonly Flow[] = []): void {
    const first = this.#named.get(name.text)
    this.#below.delete(name.text)
    if (first === undefined) this.#named.set(name.text, { name, flow, chain, copies, used: false })
    else
      this.#context.report(
        declaredTwice(name.span, first.name.span, `the name ${quote(name.text)}`, 'choose another'),
      )
  }

  get(name: string): Named | undefined {
    return this.#named.get(name) ?? this.#around?.get(name)
  }

  all(): Named[] {
    return [...this.#named.values()]
  }

  /** Whether a text gives the name anywhere. */
  isTaken(name: string): boolean {
    return this.#named.has(name) || this.#below.has(name) || this.#around?.isTaken(name) === true
  }

  /** What a pipeline reads by a reference; says what is wrong with one that finds nothing. */
  find(reference: Reference): Named | undefined {
    const found = this.look(reference)
    if (found !== undefined) found.used = true
    return found
  }

  /** The same for what reads no tensor: what is found may still be an output. */
  look(reference: Reference): Named | undefined {
    const { name, span } = reference
    const found = this.get(name.text)
    if (found !== undefined) return found
    const { report, damaged, crowded } = this.#context
    const below = this.#below.get(name.text)
    if (below !== undefined) report(declaredBelow(span, below, quote(`@${name.text}`)))
    else if (!damaged && hasAtSign(reference)) {
      const known = crowded() ? [] : this.#known()
      const named = { start: span.start, end: name.span.end } // a path behind it may be right
      report(unknownReference(named, `@${name.text}`, known))
    }
    return undefined
  }

  /** For suggestions, of very many the first. */
  #known(): string[] {
    const around = this.#around === undefined ? [] : this.#around.#known()
    return [...this.#named.keys(), ...around].slice(0, maxSuggested)
  }

  /** The tensors that a reference stands for: `@lstm.state` is a second output. */
  flowOf(reference: Reference): Flow {
    const found = this.find(reference)
    const [output] = reference.path
    if (found?.flow === undefined || output === undefined) return found?.flow
    if (output.kind === 'index' && reference.path.length === 1) {
      const copy = found.copies[output.value]
      if (copy !== undefined) return copy
    }
    const [origin] = found.flow
    const text = output.kind === 'name' ? output.text : String(output.value)
    const made = origin?.made
    const isOutput = made?.layer.outputs.includes(text) === true && reference.path.length === 1
    if (origin !== undefined && made !== undefined && isOutput)
      return [furtherOutput(origin, made, text)]
    this.#context.report(unknownPart(reference, found))
    return undefined
  }
}

/** Where it is missing, the parser said so; that the name is unknown may follow from it. */
const hasAtSign = ({ name, span }: Reference): boolean => span.start < name.span.start

/** `@cell.3` of three copies, `@lstm.stat`. */
export function unknownPart({ name, path, span }: Reference, { flow, copies }: Named): Diagnostic {
  const outputs = flow?.[0]?.made?.layer.outputs ?? []
  const numbers = copies.length > maxListed ? [] : [...copies.keys()]
  const parts = [...outputs, ...numbers].map((each) => `${name.text}.${each}`)
  const written = path.map((part) => (part.kind === 'name' ? part.text : part.value))
  const label =
    copies.length === 0
      ? `${quote(`@${name.text}`)} has no such part`
      : `there are ${copies.length} copies, counted from 0`
  return unknownReference(span, `@${[name.text, ...written].join('.')}`, parts, label)
}

const maxListed = 8
