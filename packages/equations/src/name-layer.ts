/**
 * Names the tensors of a layer as the paper does: h^(n-1), W^n, g^n, h^n and their gradients; what `forward` saves is named
 * as its author named it. What is left is to be told by equations: the roots.
 */
import {
  assemble,
  type Joined,
  type ParameterRef,
  parameterName,
  refKey,
  slotName,
  type TracedNode,
  type ValueRef,
} from '@chainrule/core'
import { Tensor } from '@chainrule/program'
import { nameLatex } from './notation.ts'
import { Symbols } from './symbols.ts'
import type { LayerTrace, TrainingTrace } from './trace-training.ts'
import type { EquationPart } from './types.ts'

/** What an equation is to be made of. */
export interface Root {
  readonly part: EquationPart
  /** The symbol on the left. */
  readonly left: number
  readonly tensor: Tensor
  readonly role: RootRole
}

export type RootRole =
  | 'g'
  | 'h'
  | 'saved'
  | 'slope'
  | 'dg'
  | 'dW'
  | 'dInput'
  | 'statistic'
  | 'other'

export interface NamedLayer {
  readonly symbols: Symbols
  readonly roots: readonly Root[]
  readonly g: Tensor | undefined
  readonly dh: Tensor | undefined
  readonly dg: Tensor | undefined
  /** The place of ∂L/∂h^n among the symbols. */
  readonly dhPlace: number
  readonly updates: readonly UpdateRoots[]
}

/** The roots of one parameter's update: its slots, then itself. */
export interface UpdateRoots {
  /** As the layer sees it: W for `weight` and `bias`. */
  readonly whole: string
  readonly name: string
  /** Its state. */
  readonly parameter: string
  readonly roots: readonly NextRoot[]
}

/** What replaces a slot, or the parameter itself. */
export interface NextRoot {
  readonly tensor: Tensor
  readonly isWeight: boolean
  readonly latex: string
  readonly output: string
}

const braced = (latex: string): string => (/[_^]/.test(latex) ? `{${latex}}` : latex)
/** With an index below it. */
export const indexed = (latex: string, index: string): string => `${braced(latex)}_{${index}}`
/** With the layer's number n above it, and an index below where one is given. */
export const powered = (latex: string, index?: string): string =>
  `${index === undefined ? braced(latex) : indexed(latex, index)}^{n}`
export const partial = (latex: string): string => `\\frac{\\partial L}{\\partial ${latex}}`
const bold = (name: string): string => `\\mathbf{${name}}`
const isJoined = (value: Tensor | Joined): value is Joined => 'matrix' in value

/** Names everything that a layer reads, keeps and gives. */
export function nameLayer(training: TrainingTrace, layer: LayerTrace): NamedLayer {
  const namer = new Namer(training, layer)
  namer.nameInputs()
  namer.nameParameters()
  namer.nameForward()
  namer.nameBackward()
  namer.nameUpdates()
  return namer
}

class Namer implements NamedLayer {
  readonly symbols = new Symbols()
  readonly roots: Root[] = []
  readonly updates: UpdateRoots[] = []
  readonly g: Tensor | undefined
  readonly dh: Tensor | undefined
  readonly dg: Tensor | undefined
  dhPlace = -1
  readonly #training: TrainingTrace
  readonly #layer: LayerTrace
  readonly #name: string
  readonly #inputLatex: string[] = []

  constructor(training: TrainingTrace, layer: LayerTrace) {
    this.#training = training
    this.#layer = layer
    this.#name = layer.traced.shaped.node.name
    this.g = layer.traced.result.g
    this.dh = layer.gradients?.dh
    this.dg = layer.gradients?.gradients.dg
  }

  nameInputs(): void {
    const { shaped, inputs } = this.#layer.traced
    inputs.forEach((tensor, i) => {
      const ref = shaped.node.inputs[i]
      const latex = inputLatex(this.#layer.traced, i)
      this.#inputLatex.push(latex)
      if (tensor !== undefined && ref !== undefined)
        this.symbols.add(tensor, { name: valueName(ref), latex })
    })
  }

  nameParameters(): void {
    const { seen, parameters, shaped, context } = this.#layer.traced
    const { joined } = shaped.instance.layer
    for (const [name, value] of Object.entries(seen)) {
      if (value === undefined) continue
      const latex = powered(nameLatex(name))
      const [matrix = name, column = name] = joined[name] ?? []
      const isPair = isJoined(value) && value.column !== undefined
      const joins = isPair ? { joins: [matrix, column] } : {}
      const symbol = { name: this.#own(name), latex, ...joins }
      const place = this.symbols.add(this.#whole(value), symbol)
      if (isJoined(value))
        this.symbols.addParts(
          place,
          value,
          [matrix, column].map((part) => powered(nameLatex(part))),
        )
    }
    for (const [name, tensor] of Object.entries(parameters))
      if (!this.symbols.has(tensor.id))
        this.symbols.add(tensor, { name: this.#own(name), latex: powered(nameLatex(name)) })
    for (const [name, tensor] of Object.entries(context.statistics))
      if (tensor instanceof Tensor)
        this.symbols.add(tensor, {
          name: this.#own(`running/${name}`),
          latex: `\\overline{${nameLatex(name)}}`,
        })
  }

  nameForward(): void {
    const { result, shaped } = this.#layer.traced
    const { g, h, outputs = {}, saved, statistics = {} } = result
    // What is read by its own name, before what was saved of it under another.
    const known = new Set([g, h, ...Object.values(outputs)].map((tensor) => tensor?.id))
    const fresh = tensorsOf(saved).filter(
      ({ tensor }) => !known.has(tensor.id) && !this.symbols.has(tensor.id) && !isSource(tensor),
    )
    for (const { path, tensor } of fresh.toSorted((a, b) => a.tensor.id - b.tensor.id))
      if (!this.symbols.has(tensor.id))
        this.#root('forward', 'saved', tensor, this.#own(`saved/${path}`), pathLatex(path))
    if (g !== undefined) this.#root('forward', 'g', g, this.#own('g'), `${bold('g')}^{n}`)
    this.#root('forward', 'h', h, this.#own('h'), `${bold('h')}^{n}`)
    for (const name of Object.keys(shaped.outputShapes)) {
      const tensor = outputs[name]
      if (tensor !== undefined)
        this.#root('forward', 'other', tensor, this.#own(name), outputLatex(name))
    }
    for (const [name, tensor] of Object.entries(statistics)) {
      if (!(tensor instanceof Tensor) || !this.#layer.traced.context.training) continue
      const latex = `\\overline{${nameLatex(name)}}_{t+1}`
      this.#root('forward', 'statistic', tensor, this.#own(`running/next/${name}`), latex)
    }
  }

  nameBackward(): void {
    const { gradients: found, traced } = this.#layer
    if (found === undefined) return
    const { dg, gradients, dh } = found.gradients
    // First, so that ∂L/∂g is read by that name where it is ∂L/∂h itself.
    if (dg !== undefined) this.#gradient('dg', dg, this.#own('dg'), `${bold('g')}^{n}`)
    for (const [name, tensor] of Object.entries({ h: found.dh, ...found.outputs })) {
      const latex = partial(outputLatex(name))
      const place = this.symbols.add(tensor, {
        name: this.#own(`d${name}`),
        latex,
        isGradient: true,
      })
      if (name === 'h') this.dhPlace = place
    }
    for (const [name, gradient] of Object.entries(gradients)) {
      if (gradient === undefined) continue
      const place = this.#gradient(
        'dW',
        this.#whole(gradient),
        this.#own(`d${name}`),
        powered(nameLatex(name)),
      )
      if (!isJoined(gradient)) continue
      const [matrix = name, column = name] = traced.shaped.instance.layer.joined[name] ?? []
      const latex = [matrix, column].map((part) => partial(powered(nameLatex(part))))
      this.symbols.addParts(place, gradient, latex)
    }
    dh.forEach((gradient, i) => {
      const ref = traced.shaped.node.inputs[i]
      if (gradient === undefined || ref === undefined) return
      const name = this.#own(`dinput/${i}`)
      this.#gradient('dInput', gradient, name, this.#inputLatex[i] ?? '')
    })
  }

  /** What the optimizer makes of each parameter that the layer owns and training changes. */
  nameUpdates(): void {
    const { traced } = this.#layer
    const { joined } = traced.shaped.instance.layer
    const owned = Object.keys(traced.parameters).filter((name) => this.#next(name) !== undefined)
    const seen = Object.keys(traced.seen).filter((name) => joined[name] !== undefined)
    const names = [...seen, ...owned.filter((name) => !Object.values(joined).flat().includes(name))]
    for (const name of names) {
      const parts = (joined[name] ?? [name]).filter((part) => owned.includes(part))
      this.updates.push(...parts.map((part) => this.#update(name, part)))
    }
  }

  /** The update of a parameter, written as that of the whole that it is a part of. */
  #update(whole: string, name: string): UpdateRoots {
    const { instance } = this.#layer.traced.shaped
    const parameter = parameterName(instance.name, name)
    const { updates } = this.#training.step
    const prefix = slotName(parameter, '')
    const slots = Object.keys(updates).filter((state) => state.startsWith(prefix))
    const named = [
      ...slots.map((state) => [state, nameLatex(state.slice(prefix.length))] as const),
      [parameter, nameLatex(whole)] as const,
    ]
    const roots = named.flatMap(([state, base]): NextRoot[] => {
      const tensor = updates[state]
      if (tensor === undefined) return []
      const isWeight = state === parameter
      const slot = isWeight ? '' : `/${state.slice(prefix.length)}`
      const latex = isWeight ? powered(base, 't+1') : indexed(base, 't+1')
      return [{ tensor, isWeight, latex, output: this.#own(`next/${name}${slot}`) }]
    })
    return { whole, name, parameter, roots }
  }

  /** What replaces a parameter of the layer; none where another layer owns it, or training leaves it. */
  #next(name: string): Tensor | undefined {
    const { instance } = this.#layer.traced.shaped
    if (this.#tied(name) !== undefined) return undefined
    return this.#training.step.updates[parameterName(instance.name, name)]
  }

  #tied(name: string): ParameterRef | undefined {
    const { instance } = this.#layer.traced.shaped
    return instance.ties?.[name]
  }

  #own(name: string): string {
    return `${this.#name}/${name}`
  }

  #whole(value: Tensor | Joined): Tensor {
    const { ops } = this.#training
    if (!isJoined(value)) return value
    return ops.trace.within(`${this.#name}/backward`, () => assemble(ops, value))
  }

  #gradient(role: RootRole, tensor: Tensor, name: string, of: string): number {
    const left = this.symbols.add(tensor, { name, latex: partial(of), isGradient: true })
    this.roots.push({ part: 'backward', role, tensor, left })
    return left
  }

  #root(part: EquationPart, role: RootRole, tensor: Tensor, name: string, latex: string): void {
    this.roots.push({ part, role, tensor, left: this.symbols.add(tensor, { name, latex }) })
  }
}

/** The name of a value of the graph among the outputs of the program. */
export function valueName(ref: ValueRef): string {
  return 'input' in ref ? `input/${refKey(ref).slice(1)}` : `${ref.node}/${ref.output ?? 'h'}`
}

function outputLatex(name: string): string {
  return name === 'h' ? `${bold('h')}^{n}` : powered(nameLatex(name))
}

/** h^(n-1), or the name that the layer has for one of several inputs. */
function inputLatex({ shaped }: TracedNode, i: number): string {
  const { layer } = shaped.instance
  const several = layer.minimumInputs !== undefined
  const spec = layer.inputs[several ? 0 : i]
  const previous = `${bold('h')}^{n-1}`
  if (several) return shaped.node.inputs.length === 1 ? previous : `${previous}_{${i + 1}}`
  return spec === undefined || spec.name === 'h' ? previous : nameLatex(spec.name)
}

const isSource = ({ trace, id }: Tensor): boolean => {
  const primitive = trace.instructions[id]?.primitive
  return primitive === 'state' || primitive === 'input' || primitive === 'constant'
}

/** `steps.0.g` is g_0. */
function pathLatex(path: string): string {
  const parts = path.split('.')
  const word = parts.findLast((part) => !/^\d+$/.test(part)) ?? path
  const indices = parts.filter((part) => /^\d+$/.test(part))
  const base = word.length === 1 ? bold(word) : nameLatex(word)
  return indices.length === 0 ? base : indexed(base, indices.join(','))
}

/** The tensors in what a layer saves, by their paths in it. */
function tensorsOf(saved: unknown, path = ''): { path: string; tensor: Tensor }[] {
  if (saved instanceof Tensor) return [{ path, tensor: saved }]
  if (typeof saved !== 'object' || saved === null) return []
  return Object.entries(saved).flatMap(([key, value]) =>
    tensorsOf(value, path === '' ? key : `${path}.${key}`),
  )
}
