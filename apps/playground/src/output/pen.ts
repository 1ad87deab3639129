/** A pen that keys move over the pad: arrows, and Space puts it down or lifts it. */
import { useState } from 'preact/hooks'

export interface Place {
  readonly x: number
  readonly y: number
}

export interface Pen extends Place {
  readonly isDown: boolean
}

interface PenEvents {
  /** It is put down there. */
  readonly onDown: (at: Place) => void
  /** It is drawn there, from where it was. */
  readonly onDraw: (to: Place) => void
  readonly onLift: () => void
}

/** Of the pad's pixels, with each key. */
const step = 5

const arrows: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowUp: [0, -step],
  ArrowDown: [0, step],
  ArrowLeft: [-step, 0],
  ArrowRight: [step, 0],
}

/** `side`: of the pad, in whose middle the pen begins. */
export function usePen(side: number, { onDown, onDraw, onLift }: PenEvents) {
  const [pen, put] = useState<Pen>({ x: side / 2, y: side / 2, isDown: false })
  const lift = (): void => {
    if (!pen.isDown) return
    put({ ...pen, isDown: false })
    onLift()
  }
  const move = ([right, down]: readonly [number, number]): void => {
    const within = (value: number): number => Math.max(0, Math.min(side, value))
    const to = { x: within(pen.x + right), y: within(pen.y + down) }
    put({ ...pen, ...to })
    if (pen.isDown) onDraw(to)
  }
  const press = (event: KeyboardEvent): void => {
    const arrow = arrows[event.key]
    if (arrow === undefined && event.key !== ' ') return
    // Else the page scrolls.
    event.preventDefault()
    if (arrow !== undefined) move(arrow)
    else if (event.repeat) return
    else if (pen.isDown) lift()
    else {
      put({ ...pen, isDown: true })
      onDown(pen)
    }
  }
  return { pen, press, lift }
}
