import {
  type Field,
  type Fields,
  formatShape,
  type Plugin,
  type RawValue,
  type Registry,
} from '@chainrule/core'
import { type Node, type ObservedTensor, withoutLargestSize } from '@chainrule/language'
import type { GeneratorInfo } from './context.ts'

/** How plugins, arguments and tensors are put into words, the same for completion and hover. */

/** Whatever takes arguments: a layer, an optimizer, a directive, a block. */
export interface Takes {
  readonly arguments: Fields
  readonly options: Fields
}

/** `dense units activation=linear bias=true weights=glorot-uniform`; of a call, `cosine(total, warmup=0)`. */
export function signature(name: string, takes: Takes, isCall = false): string {
  const parts = signatureParts(takes).map(({ text }) => text)
  if (parts.length === 0) return name
  return isCall ? `${name}(${parts.join(', ')})` : `${name} ${parts.join(' ')}`
}

/** An argument as it stands in a signature. */
export interface SignaturePart {
  readonly name: string
  readonly text: string
}

export function signatureParts({ arguments: positional, options }: Takes): SignaturePart[] {
  return Object.entries({ ...positional, ...options }).map(([name, field]) => {
    const isNamed = !Object.hasOwn(positional, name)
    if (field.default !== undefined) return { name, text: `${name}=${rawText(field.default)}` }
    const text = isNamed ? `${name}=…` : name
    return { name, text: field.optional ? `[${text}]` : text }
  })
}

/** A value as a person writes it. */
export function rawText(value: RawValue): string {
  if (typeof value === 'string') return value
  if (typeof value !== 'object') return String(value)
  if (!('call' in value)) {
    const isShape = value.length > 1 && value.every((item) => typeof item === 'number')
    return isShape ? value.join('x') : `[${value.map(rawText).join(', ')}]`
  }
  const named = Object.entries(value.named).map(([name, item]) => `${name}=${rawText(item)}`)
  const parts = [...value.positional.map(rawText), ...named]
  return parts.length === 0 ? value.call : `${value.call}(${parts.join(', ')})`
}

/** `A whole number from 1. Default: 16.` */
export function describeField({ required, default: fallback, optional }: Field<unknown>): string {
  const said = sentence(withoutLargestSize(required))
  if (fallback !== undefined) return `${said} Default: \`${rawText(fallback)}\`.`
  return optional ? `${said} May be left out.` : said
}

/** The plugin of a name, as a value among arguments or behind a directive it is written as a call. */
export const pluginSignature = (plugin: Plugin): string =>
  signature(plugin.name, plugin, plugin.kind !== 'layer')

/** An activation is also a layer; its own words are the better ones. */
export function layerSummary(name: string, registry: Registry): string {
  return (registry.find('activation', name) ?? registry.find('layer', name))?.summary ?? ''
}

/** A phrase as a sentence. */
export const sentence = (text: string): string =>
  `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith('.') ? '' : '.'}`

/** `spiral(points=200, noise=0.1)` */
export function generatorText({ name, defaults }: GeneratorInfo): string {
  const given = Object.entries(defaults).map(([option, usual]) => `${option}=${usual}`)
  return `${name}(${given.join(', ')})`
}

// More would not fit beside the text.
const mostShown = 3

/** `[B, 16]`, of several tensors each; missing where a shape is not known. */
export function tensorsText(tensors: readonly ObservedTensor[] | undefined): string | undefined {
  if (tensors === undefined || tensors.length === 0) return undefined
  const shapes = tensors.flatMap(({ shape }) => (shape === undefined ? [] : [formatShape(shape)]))
  if (shapes.length < tensors.length) return undefined
  if (shapes.length <= mostShown) return shapes.join(', ')
  const more = shapes.length - mostShown
  return `${shapes.slice(0, mostShown).join(', ')} and ${more} more`
}

/** `1234567` as `1,234,567`. */
export const countText = (count: number): string =>
  String(count).replaceAll(/\B(?=(\d{3})+$)/g, ',')

const longest = 60

/** A stage as it is written, but for its name. */
export function stageText(node: Node, text: string): string {
  const end = 'as' in node && node.as !== undefined ? node.as.span.start : node.span.end
  const written = text.slice(node.span.start, end).replace(/\s+as\s*$/, '')
  const line = written.replaceAll(/\s+/g, ' ').trim()
  return `\`${line.length > longest ? `${line.slice(0, longest - 1)}…` : line}\``
}
