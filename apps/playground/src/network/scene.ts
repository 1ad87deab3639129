/** What the network looks like: where each layer stands, how its units are drawn, and which lines lead where. */
import { lossPrefix } from '../worker/inspect-protocol.ts'
import type { NetworkView } from '../worker/protocol.ts'
import { edgeKey, type Layout, type LayoutNode, layeredLayout } from './layered-layout.ts'

export interface Box {
  /** A node, `@` and the name of an input, or `lossPrefix` and the name of a head. */
  readonly id: string
  readonly kind: 'input' | 'layer' | 'head'
  readonly title: string
  /** Below the title: the shape with the activation, and how many parameters there are. */
  readonly details: readonly string[]
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
  /** Its units, where they are drawn one by one or as a strip. */
  readonly units: Units | undefined
}

export interface Units {
  readonly style: 'neurons' | 'strip'
  readonly count: number
  /** Of the first unit's upper left corner, and from one unit to the next. */
  readonly x: number
  readonly y: number
  readonly size: number
  readonly step: number
  readonly names: readonly string[]
}

/** Lines between units by weights, or one line where units are not drawn or all are kept. */
export interface Link {
  readonly from: Box
  readonly to: Box
  readonly through: readonly { readonly x: number; readonly y: number }[]
  /** The parameter [out, in] that its lines are drawn by. */
  readonly weight: string | undefined
}

export interface Scene {
  readonly boxes: readonly Box[]
  readonly links: readonly Link[]
  readonly width: number
  readonly height: number
}

/** Wider layers are drawn as strips. */
const mostNeurons = 16
/** Deeper networks too. */
const mostRanks = 8
const header = 50
const pad = 8
const stripHeight = 96
/** Of boxes by what is in them. */
interface Widths {
  readonly neurons: number
  readonly strip: number
  readonly plain: number
  readonly head: number
}
const wide: Widths = { neurons: 72, strip: 92, plain: 92, head: 104 }
/** Where there is little room, as on a phone; names are cut before the picture is. */
const narrow: Widths = { neurons: 68, strip: 76, plain: 76, head: 92 }
/** Between ranks, as far as there is room. */
const gap = { least: 30, most: 120, narrow: 14 }

/** What is known of units: a picture of each one's values, a number of each, or nothing. */
export type Detail = 'pictures' | 'numbers' | 'none'

/** `room`: the width that it should fit into. */
export function sceneOf(network: NetworkView, detail: Detail, room: number): Scene {
  const laid = (list: readonly Outline[], rank: number, widths: Widths): Layout =>
    layeredLayout(
      list.map((outline) => layoutNode(outline, widths)),
      { rank, lane: 18 },
    )
  const full = outlines(network, detail)
  const isShallow = laid(full, gap.least, wide).ranks <= mostRanks
  const outlined = isShallow || detail !== 'pictures' ? full : outlines(network, 'numbers')
  const spareOf = (widths: Widths): number =>
    room - laid(outlined, gap.least, widths).width - 2 * margin
  const widths = spareOf(wide) < 0 ? narrow : wide
  const between = Math.max(1, laid(outlined, gap.least, widths).ranks - 1)
  const apart = Math.floor(gap.least + spareOf(widths) / between)
  const layout = laid(outlined, Math.max(gap.narrow, Math.min(gap.most, apart)), widths)
  const boxes = outlined.map((outline) => boxOf(outline, layout, widths))
  const byId = new Map(boxes.map((box) => [box.id, box]))
  const links = outlined.flatMap(({ id, from, weight }) =>
    [...new Set(from)].flatMap((source): Link[] => {
      const [start, end] = [byId.get(source), byId.get(id)]
      if (start === undefined || end === undefined) return []
      const through = (layout.lanes.get(edgeKey(source, id)) ?? []).map(({ x, y }) => ({
        x: x + margin,
        y: y + margin,
      }))
      return [{ from: start, to: end, through, weight: weightOf(start, end, weight) }]
    }),
  )
  return {
    boxes,
    links,
    width: layout.width + 2 * margin,
    height: layout.height + 2 * margin,
  }
}

const margin = 6

interface Outline {
  readonly id: string
  readonly kind: Box['kind']
  readonly title: string
  readonly details: readonly string[]
  readonly from: readonly string[]
  readonly style: Units['style'] | undefined
  readonly count: number
  readonly names: readonly string[]
  readonly weight: string | undefined
}

function outlines(network: NetworkView, detail: Detail): Outline[] {
  const ids = new Set(network.nodes.map(({ name }) => name))
  const styleOf = (shape: readonly number[]): Units['style'] | undefined => {
    const units = shape.at(-1) ?? 1
    if (detail === 'none') return undefined
    if (shape.length === 1 && units <= mostNeurons && detail === 'pictures') return 'neurons'
    return shape.length > 0 && units > 1 ? 'strip' : undefined
  }
  const size = (shape: readonly number[]): string => (shape.length === 0 ? '1' : shape.join(' × '))
  return [
    ...network.inputs.map(({ name, shape, features }): Outline => {
      const style = styleOf(shape)
      const shown = style === 'strip' ? undefined : style
      const base = { kind: 'input' as const, from: [], weight: undefined, names: features }
      const count = shape.at(-1) ?? 1
      return {
        id: `@${name}`,
        title: `@${name}`,
        details: [size(shape)],
        style: shown,
        count,
        ...base,
      }
    }),
    ...network.nodes.map((node): Outline => {
      const count = node.parameters.reduce((sum, { shape }) => sum + product(shape), 0)
      const own =
        node.activation === undefined || node.activation === 'linear' ? '' : node.activation
      const weight =
        node.layer === 'dense' && node.parameters.some(({ name }) => name === 'weight')
          ? `${node.instance}.weight`
          : undefined
      return {
        id: node.name,
        kind: 'layer',
        title: node.name,
        details: [
          `${size(node.shape)} ${own}`.trim(),
          ...(count === 0 ? [] : [`${figure(count)} params`]),
        ],
        from: node.from.map((source) => sourceOf(source, ids)),
        style: styleOf(node.shape),
        count: node.shape.at(-1) ?? 1,
        names: [],
        weight,
      }
    }),
    // Where units are drawn one by one there is no room for it, and the loss is told below.
    ...(detail === 'pictures' ? [] : network.heads).map(
      (head): Outline => ({
        id: `${lossPrefix}${head.name}`,
        kind: 'head',
        title: head.loss ?? 'output',
        details: [head.target],
        from: [sourceOf(head.from, ids)],
        style: undefined,
        count: 0,
        names: [],
        weight: undefined,
      }),
    ),
  ]
}

const product = (shape: readonly number[]): number => shape.reduce((size, n) => size * n, 1)

/** At most four signs; the table has all of them. */
function figure(count: number): string {
  if (count < 1000) return String(count)
  if (count < 1e6) return `${Number((count / 1e3).toPrecision(count < 1e4 ? 2 : 3))}k`
  return `${(count / 1e6).toFixed(1)}M`
}

/** `lstm1` of `lstm1.state`. */
function sourceOf(source: string, ids: ReadonlySet<string>): string {
  if (source.startsWith('@') || ids.has(source)) return source
  const node = source.slice(0, source.lastIndexOf('.'))
  return ids.has(node) ? node : source
}

/** Units become smaller where there are many. */
const sizes = (count: number): { readonly size: number; readonly step: number } =>
  count <= 6 ? { size: 34, step: 42 } : { size: 20, step: 25 }

function heightOf({ style, count }: Outline): number {
  if (style === undefined) return header
  if (style === 'strip') return header + stripHeight + pad
  const { size, step } = sizes(count)
  return header + (count - 1) * step + size + pad
}

const layoutNode = (outline: Outline, widths: Widths): LayoutNode => ({
  id: outline.id,
  from: outline.from,
  width: widths[outline.kind === 'head' ? 'head' : (outline.style ?? 'plain')],
  height: heightOf(outline),
})

function boxOf(outline: Outline, layout: Layout, widths: Widths): Box {
  const { id, kind, title, details, style, count, names } = outline
  const { x: left = 0, y: top = 0 } = layout.nodes.get(id) ?? {}
  const [x, y] = [left + margin, top + margin]
  const { width, height } = layoutNode(outline, widths)
  const base = { id, kind, title, details, x, y, width, height }
  if (style === undefined) return { ...base, units: undefined }
  if (style === 'strip') {
    const step = stripHeight / count
    const units = { style, count, names, x: x + width / 2 - 11, y: y + header, size: 22, step }
    return { ...base, units }
  }
  const { size, step } = sizes(count)
  const units = { style, count, names, x: x + (width - size) / 2, y: y + header, size, step }
  return { ...base, units }
}

function weightOf(from: Box, to: Box, weight: string | undefined): string | undefined {
  const areDrawn = from.units?.style === 'neurons' && to.units?.style === 'neurons'
  return areDrawn ? weight : undefined
}

/** Where a line leaves or enters a unit. */
export function unitEnd(
  units: Units,
  unit: number,
  side: 'left' | 'right',
): { x: number; y: number } {
  return {
    x: units.x + (side === 'right' ? units.size : 0),
    y: units.y + unit * units.step + units.size / 2,
  }
}
