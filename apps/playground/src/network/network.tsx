/** The network as a picture that follows the training: point at it to read values, press a line or a unit to change it. */
import type { RefObject } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { counted, figure } from '../page/count.ts'
import { theme } from '../state/theme.ts'
import type { Frame, NetworkView, Plane } from '../worker/protocol.ts'
import { Painter, type Shown, type Target, type Theme } from './paint.ts'
import { type Scene, sceneOf } from './scene.ts'
import { targetAt } from './targets.ts'
import { type Edited, type WeightAccess, WeightEditor } from './weight-editor.tsx'

export interface NetworkProps {
  readonly network: NetworkView
  readonly frame: Frame | undefined
  readonly plane: Plane | undefined
  /** The mean of each unit over a batch, by layer. */
  readonly means: ReadonlyMap<string, Float32Array>
  readonly selected: string | undefined
  readonly onSelect: (node: string) => void
  /** Missing where nothing can be changed. */
  readonly weights: WeightAccess | undefined
}

export function Network(props: NetworkProps) {
  const { network, frame, plane, means, selected, onSelect, weights } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const painter = useRef<Painter | undefined>(undefined)
  const [pointed, point] = useState<Target | undefined>(undefined)
  const [edited, edit] = useState<Edited | undefined>(undefined)
  const hasPictures = plane !== undefined && frame?.weights !== undefined
  const detail = hasPictures ? 'pictures' : weights === undefined ? 'none' : 'numbers'
  const [scroll, room] = useRoom()
  const scene = useMemo(() => sceneOf(network, detail, room), [network, detail, room])
  const colours = theme.value
  useEffect(() => {
    const context = canvas.current?.getContext('2d')
    if (context === null || context === undefined) return
    resize(context.canvas, scene)
    painter.current ??= new Painter(context)
    const shown: Shown = { frame, plane, means, pointed, selected }
    painter.current.paint(scene, shown, themeOf(context.canvas))
  }, [scene, frame, plane, means, pointed, selected, colours])

  const at = ({ offsetX, offsetY }: PointerEvent | MouseEvent): Target | undefined =>
    targetAt(scene, offsetX, offsetY)
  const press = (event: MouseEvent): void => {
    const target = at(event)
    const element = target === undefined ? undefined : elementOf(target, network)
    if (element !== undefined) edit({ ...element, isPressed: true })
    if (target !== undefined && target.kind !== 'line' && target.box.kind !== 'input')
      onSelect(target.box.id)
  }
  return (
    <div class="network-view">
      <div class="network-scroll" ref={scroll}>
        <div
          class="network-canvas"
          style={{ width: `${scene.width}px`, height: `${scene.height}px` }}
        >
          <canvas
            ref={canvas}
            role="img"
            aria-label={`The network: ${counted(scene.boxes.length, 'box', 'boxes')} from left to right`}
            style={{ width: `${scene.width}px`, height: `${scene.height}px` }}
            onPointerMove={(event) => point(at(event))}
            onPointerLeave={() => point(undefined)}
            onClick={press}
          />
          <Titles {...{ scene, selected, onSelect }} />
        </div>
      </div>
      <p class="pointed-at">
        {pointed === undefined ? hint(scene, props, room) : told(pointed, props)}
      </p>
      {weights !== undefined && (
        <WeightEditor {...{ network, frame, edited, weights }} onEdit={edit} />
      )}
    </div>
  )
}

/** Names over the boxes; those of layers and losses can be pressed. */
function Titles({
  scene,
  selected,
  onSelect,
}: Pick<NetworkProps, 'selected' | 'onSelect'> & { readonly scene: Scene }) {
  return (
    <>
      {scene.boxes.map(({ id, kind, title, details, x, y, width }) => {
        const style = { left: `${x}px`, top: `${y}px`, width: `${width}px` }
        const inside = (
          <>
            <b>{ending(title)}</b>
            {details.map((line) => (
              <small key={line}>{line}</small>
            ))}
          </>
        )
        return kind !== 'input' ? (
          <button
            type="button"
            key={id}
            class="box-title"
            style={style}
            title={`${title}: ${details.join(', ')}`}
            aria-pressed={selected === id}
            onClick={() => onSelect(id)}
          >
            {inside}
          </button>
        ) : (
          <span key={id} class="box-title" style={style} title={`${title}: ${details.join(', ')}`}>
            {inside}
          </span>
        )
      })}
    </>
  )
}

/** The signs of a name that a box has room for; those of a repeated block differ in the last. */
const ending = (name: string): string =>
  name.includes('.') && name.length > 10 ? `…${name.slice(-9)}` : name

/** The width that an element has on the page. */
function useRoom(): [RefObject<HTMLDivElement | null>, number] {
  const host = useRef<HTMLDivElement>(null)
  const [room, setRoom] = useState(360)
  useEffect(() => {
    const { current } = host
    if (current === null) return
    const observer = new ResizeObserver(() => setRoom(current.clientWidth))
    observer.observe(current)
    return () => observer.disconnect()
  }, [])
  return [host, room]
}

function resize(canvas: HTMLCanvasElement, scene: Scene): void {
  // Browsers have pictures of 16,384 pixels a side at most.
  const ratio = Math.min(Math.max(1, window.devicePixelRatio), 16_000 / scene.width)
  const [width, height] = [Math.round(scene.width * ratio), Math.round(scene.height * ratio)]
  if (canvas.width !== width) canvas.width = width
  if (canvas.height !== height) canvas.height = height
}

function themeOf(canvas: HTMLElement): Theme {
  const style = getComputedStyle(canvas)
  const colour = (name: string): string => style.getPropertyValue(name).trim()
  return {
    ink: colour('--ink'),
    faint: colour('--faint'),
    edge: colour('--edge'),
    panel: colour('--panel'),
    accent: colour('--accent'),
  }
}

/** The element that a line or a unit stands for: its weight, or its bias. */
function elementOf(target: Target, { nodes }: NetworkView): Edited | undefined {
  if (target.kind === 'line') {
    const { weight } = target.link
    return weight === undefined ? undefined : { parameter: weight, index: [target.to, target.from] }
  }
  if (target.kind !== 'unit') return undefined
  const node = nodes.find(({ name }) => name === target.box.id)
  const bias = node?.parameters.find(({ name }) => name === 'bias')
  if (node === undefined || bias === undefined || bias.shape.length !== 1) return undefined
  return { parameter: `${node.instance}.bias`, index: [target.unit] }
}

function hint(
  { links, boxes, width }: Scene,
  { network: { heads }, weights }: NetworkProps,
  room: number,
): string {
  const beyond = width > room ? ' It is wider than the page: scroll it sideways.' : ''
  if (links.some(({ weight }) => weight !== undefined))
    return `The loss is ${heads.map(({ loss }) => loss).join(', ')}. Point at a unit or a line to read it, press it to change it.${beyond}`
  const strip = weights !== undefined && boxes.some(({ units }) => units !== undefined)
  return `${strip ? 'A strip is the mean of each unit over the next batch.' : ''}${beyond}`.trim()
}

/** What is pointed at, in words and numbers. */
function told(target: Target, { frame, means, network }: NetworkProps): string {
  const number = (value: number | undefined): string =>
    value === undefined ? '–' : figure(value, 3)
  if (target.kind === 'line') {
    const { link, from, to } = target
    const values = frame?.weights?.[link.weight ?? '']
    const value = values?.[to * (link.from.units?.count ?? 1) + from]
    return `${link.weight}[${to}, ${from}] = ${number(value)}`
  }
  const { box } = target
  if (target.kind === 'box') return `${box.title}: ${box.details.join(', ')}`
  const { unit } = target
  const name = box.units?.names[unit]
  if (box.kind === 'input') return name === undefined ? `${box.title}[${unit}]` : name
  const field = frame?.neurons?.[box.id]
  const range = field === undefined ? undefined : rangeOf(field, unit)
  const element = elementOf(target, network)
  const bias = element === undefined ? undefined : frame?.weights?.[element.parameter]?.[unit]
  const parts = [
    ...(range === undefined
      ? []
      : [`from ${number(range[0])} to ${number(range[1])} over the plane`]),
    ...(bias === undefined ? [] : [`bias ${number(bias)}`]),
    ...(range === undefined && means.has(box.id)
      ? [`mean ${number(means.get(box.id)?.[unit])}`]
      : []),
  ]
  return `${box.title}[${unit}]: ${parts.join(', ')}`
}

function rangeOf(
  { width, values }: { readonly width: number; readonly values: Float32Array },
  unit: number,
): readonly [number, number] {
  let [low, high] = [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY]
  for (let at = unit; at < values.length; at += width) {
    low = Math.min(low, values[at] ?? low)
    high = Math.max(high, values[at] ?? high)
  }
  return [low, high]
}
