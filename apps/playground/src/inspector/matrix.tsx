/** One tensor as a heat map, whose elements are followed by pointer and by arrow keys. */
import type { SymbolExtent } from '@chainrule/equations'
import type { RefObject } from 'preact'
import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Formula } from './formula.tsx'
import { type Marks, matrixLayout, paintMatrix, shortNumber } from './paint-matrix.ts'
import { indexOf, leadOf, placeOf, sliceOf, slicesOf } from './slices.ts'

export interface MatrixProps {
  readonly latex: string
  /** The parameters that it is put together from. */
  readonly joins: readonly string[] | undefined
  /** How it stands in the equation where not as it is. */
  readonly extent: SymbolExtent | undefined
  /** What it is called for whoever does not see it. */
  readonly name: string
  readonly shape: readonly number[]
  /** Missing where there are too many. */
  readonly values: Float32Array | undefined
  readonly marks: Marks
  /** Whether its symbol is pointed at in the equation. */
  readonly isPointed: boolean
  readonly onPoint: (isPointed: boolean) => void
  /** The element that is pointed at; `undefined` when none is any more. */
  readonly onFollow: (flat: number | undefined) => void
}

export function Matrix(props: MatrixProps) {
  const { extent, name, shape, values, marks, isPointed, onPoint, onFollow } = props
  const canvas = useRef<HTMLCanvasElement>(null)
  const [chosen, choose] = useState(0)
  const isVisible = useVisible(canvas)
  const slices = slicesOf(shape)
  const first = marks.followed ?? [...marks.made][0]
  const slice =
    first === undefined ? Math.max(0, Math.min(chosen, slices - 1)) : placeOf(first, shape).slice
  const seen = useMemo(() => sliceOf(shape, slice), [shape.join(), slice])
  const layout = matrixLayout(seen)
  useEffect(() => {
    const context = isVisible ? canvas.current?.getContext('2d') : undefined
    if (context === null || context === undefined || values === undefined) return
    const ratio = Math.max(1, window.devicePixelRatio)
    const [width, height] = [Math.round(layout.width * ratio), Math.round(layout.height * ratio)]
    if (context.canvas.width !== width) context.canvas.width = width
    if (context.canvas.height !== height) context.canvas.height = height
    paintMatrix(context, { values, extent }, seen, layout, marks)
  }, [values, extent, seen, marks, isVisible])

  const at = ({ offsetX, offsetY }: PointerEvent): number => {
    const row = clamp(Math.floor(offsetY / layout.cellHeight), seen.rows)
    const column = clamp(Math.floor(offsetX / layout.cellWidth), seen.columns)
    return seen.offset + row * seen.columns + column
  }
  const move = (event: KeyboardEvent): void => {
    const step = steps[event.key]
    if (step === undefined) return
    event.preventDefault()
    const isFirst = marks.followed === undefined
    const from = placeOf(marks.followed ?? seen.offset, shape)
    const row = isFirst ? 0 : clamp(from.row + step[0], seen.rows)
    const column = isFirst ? 0 : clamp(from.column + step[1], seen.columns)
    onFollow(seen.offset + row * seen.columns + column)
  }
  const sizes = sizesOf(shape, extent)
  return (
    <figure
      class={`matrix${isPointed ? ' pointed' : ''}`}
      onPointerEnter={() => onPoint(true)}
      onPointerLeave={() => onPoint(false)}
    >
      <figcaption>
        <Caption {...props} sizes={sizes} />
      </figcaption>
      {values === undefined ? (
        <p class="empty">Too many numbers to show.</p>
      ) : (
        <button
          type="button"
          class="cells"
          aria-label={`${name}, ${sizes}: arrow keys follow an element`}
          onKeyDown={move}
          onBlur={() => onFollow(undefined)}
        >
          <canvas
            ref={canvas}
            style={{ width: `${layout.width}px`, height: `${layout.height}px` }}
            onPointerMove={(event) => onFollow(at(event))}
            onPointerLeave={() => onFollow(undefined)}
          />
        </button>
      )}
      {slices > 1 && <SliceChoice {...{ shape, slice, slices, choose }} />}
      <small class="value">{valueText(marks, shape, values)}</small>
    </figure>
  )
}

/** The shape of what the equation reads. */
function sizesOf(shape: readonly number[], extent: SymbolExtent | undefined): string {
  if (shape.length === 0) return 'a number'
  if (extent === 'column') return shape.slice(0, -1).join(' × ')
  return (extent === 'matrix' ? shape.with(-1, (shape.at(-1) ?? 0) - 1) : shape).join(' × ')
}

/** A symbol, its shape, and what it is put together from. */
function Caption({ latex, joins, extent, sizes }: MatrixProps & { readonly sizes: string }) {
  return (
    <>
      <Formula latex={latex} />
      <small>{sizes}</small>
      {extent === undefined && joins !== undefined && <small>= [{joins.join(' | ')}]</small>}
      {extent === 'appended' && (
        <small>
          = [<Formula latex={latex} /> | 1]
        </small>
      )}
      {extent === 'matrix' && <small>without the bias</small>}
      {extent === 'column' && <small>the bias alone</small>}
    </>
  )
}

/** Whether an element is near to what is seen of the page: what is not is not painted. */
function useVisible(host: RefObject<HTMLElement | null>): boolean {
  const [isVisible, setVisible] = useState(false)
  useEffect(() => {
    if (host.current === null) return
    const observer = new IntersectionObserver(
      (entries) => setVisible(entries.at(-1)?.isIntersecting === true),
      { rootMargin: '100px' },
    )
    observer.observe(host.current)
    return () => observer.disconnect()
  }, [host])
  return isVisible
}

const steps: Readonly<Record<string, readonly [number, number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
}

const clamp = (value: number, size: number): number => Math.max(0, Math.min(size - 1, value))

function valueText(
  { followed, made }: Marks,
  shape: readonly number[],
  values: Float32Array | undefined,
): string {
  const [only] = made
  const flat = followed ?? (made.size === 1 ? only : undefined)
  if (flat === undefined) return made.size === 0 ? '\u00a0' : `${made.size} elements`
  return `[${indexOf(flat, shape).join(', ')}] = ${shortNumber(values?.[flat] ?? Number.NaN)}`
}

interface SliceChoiceProps {
  readonly shape: readonly number[]
  readonly slice: number
  readonly slices: number
  readonly choose: (slice: number) => void
}

function SliceChoice({ shape, slice, slices, choose }: SliceChoiceProps) {
  return (
    <label class="slice">
      [{leadOf(slice, shape).join(', ')}, :, :]
      <input
        type="range"
        min={0}
        max={slices - 1}
        value={slice}
        aria-label="Slice that is shown"
        onInput={({ currentTarget }) => choose(currentTarget.valueAsNumber)}
      />
    </label>
  )
}
